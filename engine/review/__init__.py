"""One review, pure: what it is, what may be asked of it, what happens then, and why not."""

"""Whether an actor may ask a thing of a review at all, now: the one list of reasons."""

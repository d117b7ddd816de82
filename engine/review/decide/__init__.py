"""What happens when something is asked of a review: one event, or why not."""

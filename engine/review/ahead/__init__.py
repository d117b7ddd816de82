"""What lies ahead of a review, by the clock alone: the dates of its tasks and states if all goes quickly, or late."""

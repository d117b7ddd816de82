"""What the product does for its users, one operation a function of (runtime, actor, request)."""

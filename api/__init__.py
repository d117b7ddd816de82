"""Speaks: the command line now, HTTP and pages above the same operations."""

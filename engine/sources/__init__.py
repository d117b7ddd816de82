"""Brings figures and people in from files; knows nothing of our SQL."""

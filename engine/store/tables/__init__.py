"""The tables, a file for each family."""

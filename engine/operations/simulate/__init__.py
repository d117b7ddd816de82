"""Trying a workflow out in memory: paths through all of it, played with the real rules on invented people."""

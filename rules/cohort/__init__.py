"""Steps 9 and 10 over reviews that are graded together: units, quotas, the split of a pool."""

"""A card as one function on scaled integers: a second, quick execution, equal to the reference to the last digit."""

"""What another scorecard, another weight or another figure would have made of the same facts."""

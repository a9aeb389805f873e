"""Share the bounds and names that the keeper, the courier and their servers keep to."""

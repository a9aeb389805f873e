"""What the courier speaks to: bounds and names that both sides keep to."""

"""The steps of setting a box up: what each asks, and what is still missing."""

"""Make a release: what has to hold before, its steps, and what it changes."""

"""Show pages about those who work in the office."""

"""The pages about what leaves the box."""

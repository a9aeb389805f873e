"""Pages about what leaves the box, and what comes in."""

"""Pages about what comes from outside the box."""

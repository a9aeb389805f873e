"""Mail about the box's own state: when it is due, and its words."""

"""A person's recordings: read, measured and fitted to the line, in a child of their own."""

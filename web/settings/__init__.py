"""The settings' forms: what they ask, and how their answers become settings."""

"""Bring an update into the system that does not run; as root, on a card."""

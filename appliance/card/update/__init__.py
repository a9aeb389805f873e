"""Bring an update from a stick into the system that does not run; as root, on a card."""

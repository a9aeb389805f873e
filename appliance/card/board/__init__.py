"""Give a board a secret of its own, once; as root, on a card."""

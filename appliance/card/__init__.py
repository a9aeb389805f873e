"""A ready-made box: the settings on its memory card, and the authority that browsers trust."""

"""The memory card of a ready-made box: the settings that any computer can write onto it."""

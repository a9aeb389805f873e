"""The memory card's parts: its wheels, its list of parts, its entry in Raspberry Pi Imager."""

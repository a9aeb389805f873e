"""Pages about one call: play, prove, hand over, hold, erase."""

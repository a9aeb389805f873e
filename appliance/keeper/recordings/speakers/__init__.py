"""Keep who speaks on lines for the office, and who vouches for it."""

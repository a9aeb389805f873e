"""Declare who outside the office does something for the box."""

"""Zgoda's appliance: the recorder, the keeper and the commands."""

__version__ = "0.1.0"

"""Measure what the line says: how long it lasts, and how much of it a listener gets."""

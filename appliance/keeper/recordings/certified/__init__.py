"""Certify erasures that people order: signed once, kept for three years, supplemented."""

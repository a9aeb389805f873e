"""Compose what a line says from its settings, in Polish, English and German.

Nothing is inflected here: the forms that a person confirmed are put where they fit. What has to be
said, in which order and why: ``docs/words.md``.
"""

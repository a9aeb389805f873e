"""Name the words with which a person says that a board's key is burnt for ever."""

FOR_EVER = {"en": "FOR EVER", "pl": "NA ZAWSZE", "de": "FÜR IMMER"}
"""By the panel's language."""


def says_for_ever(typed: str) -> bool:
    """Say whether somebody has typed the words, in any language; case and spaces do not count."""
    said = " ".join(typed.split()).upper()
    return said in FOR_EVER.values()

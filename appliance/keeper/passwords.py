"""What a password must be: long, and not what everybody would guess first. No other rules.

Length is what counts against guessing offline (NIST SP 800-63B-4: 15 characters where a password
stands alone, no composition rules, a blocklist). The list is short and lives here: the box asks
nobody outside.
"""

import unicodedata
from collections.abc import Collection

from appliance.errors import Refused

SHORTEST = 15
LONGEST = 256
"""Characters."""

_COMMON = (
    "password", "passwort", "haslo", "hasło", "qwerty", "qwertz", "qwertyuiop", "qwertzuiop",
    "asdfghjkl", "zxcvbnm", "yxcvbnm", "letmein", "welcome", "witaj", "willkommen", "admin",
    "administrator", "kancelaria", "zgoda", "recorder", "changeme", "iloveyou", "kochamcie",
    "geheim", "tajne", "secret", "1q2w3e4r", "123qwe", "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789", "98765432109876543210",
)  # fmt: skip
"""What a guesser begins with, in the languages of the panel."""


def normal(password: str) -> str:
    """Return the one spelling of a password: keyboards differ in how they compose letters."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, avoid: Collection[str] = ()) -> str:
    """Accept a new password and return its one spelling.

    Args:
        password: as typed.
        avoid: names that it must not be made of: the operator's, the office's.

    Raises:
        Refused: ``invalid``, with what is wrong with it.
    """
    chosen = normal(password)
    if len(chosen) < SHORTEST:
        raise Refused("invalid", f"The password needs at least {SHORTEST} characters.")
    if len(chosen) > LONGEST:
        raise Refused("invalid", f"The password may have at most {LONGEST} characters.")
    if len(set(chosen.casefold())) < 5 or _repeats(chosen.casefold()):
        raise Refused("invalid", "The password repeats itself; choose several unrelated words.")
    if len(_without_known(chosen.casefold(), avoid)) < SHORTEST // 2:
        raise Refused(
            "invalid",
            "The password is made of words that are guessed first (common ones, your name, the"
            " office's); choose several unrelated words.",
        )
    return chosen


def _repeats(text: str) -> bool:
    """Say whether a text is one short piece over and over."""
    return any(
        (text[:length] * len(text))[: len(text)] == text for length in range(1, len(text) // 2 + 1)
    )


def _without_known(text: str, avoid: Collection[str]) -> str:
    """Take out every known word, and runs such as ``12345``; return what is left to be guessed."""
    words = [word for name in avoid for word in (name, *name.split()) if len(word) > 2]
    for word in sorted((*_COMMON, *(w.casefold() for w in words)), key=len, reverse=True):
        text = text.replace(word, "")
    steps = zip(" " + text, text, strict=False)
    return "".join(c for before, c in steps if ord(c) - ord(before) not in {-1, 0, 1})

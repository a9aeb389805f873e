"""Accept passwords that are long and not guessed first; there are no other rules.

Length protects against offline guessing (NIST SP 800-63B-4: 15 characters where a password stands
alone, no composition rules, a blocklist). The blocklist ships with the box, which asks no outside
service; ``guessing`` scores what is left of a password without it.
"""

import secrets
import unicodedata
from collections.abc import Collection

from appliance.errors import Refused
from appliance.keeper.people.guessing import ENOUGH, known_words, points
from appliance.model.limits import LONGEST_PASSWORD, SHORTEST_PASSWORD
from appliance.vault.opening.keys import ALPHABET

FEWEST = 5
"""Different characters."""

GROUPS, GROUP = 4, 5
"""Of a one-time password: 20 letters of 5 bits."""


def normal(password: str) -> str:
    """Normalise a password: keyboards differ in how they compose letters."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, avoid: Collection[str] = ()) -> str:
    """Accept a new password and return it normalised.

    Args:
        password: as typed.
        avoid: names it must not be made of: the operator's and the office's.

    Raises:
        Refused: ``password_short``, ``_long``, ``_repeats`` or ``_common``.
    """
    chosen = normal(password)
    if len(chosen) < SHORTEST_PASSWORD:
        raise Refused("password_short", least=SHORTEST_PASSWORD)
    if len(chosen) > LONGEST_PASSWORD:
        raise Refused("password_long", most=LONGEST_PASSWORD)
    if len(set(chosen.casefold())) < FEWEST or _repeats(chosen.casefold()):
        raise Refused("password_repeats")
    if points(chosen, known_words(avoid)) < ENOUGH:
        raise Refused("password_common")
    return chosen


def _repeats(text: str) -> bool:
    """Say whether a text is one piece repeated."""
    return any(
        (text[:length] * len(text))[: len(text)] == text for length in range(1, len(text) // 2 + 1)
    )


def drawn_password() -> str:
    """Draw a one-time password: four groups of unmistakable letters."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)

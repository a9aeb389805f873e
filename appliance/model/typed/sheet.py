"""Tell the groups of a typed recovery sheet apart; what they say is not looked at."""

import re

GROUPS = 13
GROUP = 5
"""Letters in a group: four of the secret and a check letter."""

QR_PREFIX = "ZGODA1:"

_BETWEEN = re.compile(r"[\s-]+")


def sheet_body(text: str) -> str:
    """Return a sheet's text in capitals, without what its QR code says before it."""
    return text.strip().upper().removeprefix(QR_PREFIX)


def split_groups(text: str) -> tuple[str, ...] | None:
    """Return a typed sheet's groups, each as typed; None: nobody can say which is which.

    Thirteen words are the thirteen groups, even where one has too few letters.
    """
    words = [word for word in _BETWEEN.split(sheet_body(text)) if word]
    if len(words) == GROUPS:
        return tuple(words)
    body = "".join(words)
    if len(body) != GROUPS * GROUP:
        return None
    return tuple(body[at : at + GROUP] for at in range(0, len(body), GROUP))

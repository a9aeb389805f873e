"""Read a caller's number and name as devices print them, or a word in place of either."""

import re

from appliance.model.events import CallerId

_NUMBER = re.compile(r"[0-9+*#][0-9*# ()./-]{0,39}")
_LONGEST_NAME = 40

_WITHHELD = {"private", "anonymous", "blocked", "withheld", "p"}
_NOTHING = {"", "no-callerid", "no-caller-id", "nocallerid"}
"""Words for a call with which the network sent no caller ID message at all."""

_NOT_KNOWN = {"unknown", "unknowncaller", "out-of-area", "outofarea", "unavailable", "o"}


def caller(sample: int, number: str, name: str) -> CallerId | None:
    """Return what the network said of the caller, None where it said nothing.

    Args:
        sample: the line clock.
        number: digits with or without dashes, or a word such as ``Private``.
        name: as sent; it may hold such a word, too. That of a withheld number is dropped.
    """
    if _bare(number) in _NOTHING and _bare(name) in _NOTHING:
        return None
    known = _NUMBER.fullmatch(number.strip()) is not None
    withheld = not known and not _WITHHELD.isdisjoint({_bare(number), _bare(name)})
    return CallerId(
        sample,
        re.sub(r"[^0-9+*#]", "", number) if known else None,
        None if withheld else _shown(name),
        withheld,
    )


def _shown(name: str) -> str | None:
    """Return a name without what cannot be shown; None for a word in its place."""
    clean = "".join(sign for sign in name if sign.isprintable())[:_LONGEST_NAME].strip()
    return None if _bare(clean) in _NOTHING | _WITHHELD | _NOT_KNOWN else clean


def _bare(text: str) -> str:
    """Return a word without the case, the blanks and the dashes around it."""
    return text.strip(" -").lower().replace(" ", "")

"""Read a caller's number and name as caller ID boxes print them, or a word instead."""

import re

from appliance.model.events import CallerId

_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{1,31}")
_WITHHELD = {"private", "anonymous", "blocked", "withheld", "p"}
_NOTHING = {"", "no-callerid", "no-caller-id", "nocallerid"}
"""Words for a call with which the network sent no caller ID message at all."""


def caller(sample: int, number: str, name: str) -> CallerId | None:
    """Return what the network said of the caller, None where it said nothing.

    Args:
        sample: the line clock.
        number: digits with or without dashes, or a word such as ``Private``.
        name: as sent; it may hold such a word, too.
    """
    if _bare(number) in _NOTHING and _bare(name) in _NOTHING:
        return None
    known = _NUMBER.fullmatch(number) is not None
    withheld = not known and _WITHHELD & {_bare(number), _bare(name)} != set()
    return CallerId(
        sample,
        re.sub(r"[^0-9+]", "", number) if known else None,
        None if _is_word(name) else name,
        bool(withheld),
    )


def _is_word(name: str) -> bool:
    words = {"unknown", "unknowncaller", "out-of-area", "outofarea", "unavailable", "o"}
    return _bare(name) in _NOTHING | _WITHHELD | words


def _bare(text: str) -> str:
    """Return a word without the case, the blanks and the dashes around it."""
    return text.strip(" -").lower().replace(" ", "")

"""Say in a code word what an audit entry is about: a person, a purpose, a recipient.

``of_0a1b2c3d`` is a person, ``of_0a1b2c3d.lo`` a person who becomes listener and operator. The
initials follow the order of ``Role``. ``for.training`` is the purpose of a listening, by its id;
``to.caller`` says for whom a copy was made.
"""

import re
from collections.abc import Iterable

from appliance.errors import Refused
from appliance.link.operations import Role

_ID = re.compile(r"[0-9a-f]{8}")
_PURPOSE = re.compile(r"for\.([a-z][a-z0-9_]{0,31})")
_RECIPIENT = re.compile(r"to\.([a-z]{1,20})")
_ABOUT = re.compile(r"of_([0-9a-f]{8})(?:\.([lopa]*))?")
_LETTERS = {role.value[0]: role for role in Role}


def about(operator: str, roles: Iterable[Role] | None = None) -> str:
    """Return the audit's detail for a person.

    Args:
        operator: the id.
        roles: the new roles; None if they do not change.

    Raises:
        Refused: ``no_person``: not an operator's id.
    """
    if not _ID.fullmatch(operator):
        raise Refused("no_person")
    if roles is None:
        return f"of_{operator}"
    given = set(roles)
    return f"of_{operator}." + "".join(letter for letter, role in _LETTERS.items() if role in given)


def read_about(detail: str | None) -> tuple[str, tuple[Role, ...]]:
    """Return the person and the roles that a detail names; empty if it names none."""
    found = _ABOUT.fullmatch(detail or "")
    if found is None:
        return "", ()
    return found[1], tuple(_LETTERS[letter] for letter in found[2] or "")


def for_purpose(purpose: str) -> str:
    """Return the audit's detail for a purpose's id; raises Refused if it is none."""
    detail = f"for.{purpose}"
    if not _PURPOSE.fullmatch(detail):
        raise Refused("no_purpose")
    return detail


def read_purpose(detail: str | None) -> str:
    """Return the purpose's id that a detail names; empty if it names none."""
    found = _PURPOSE.fullmatch(detail or "")
    return found[1] if found else ""


def to_recipient(word: str) -> str:
    """Return the audit's detail for whom a copy is made."""
    return f"to.{word}"


def read_recipient(detail: str | None) -> str:
    """Return for whom a detail says that a copy was made; empty if it does not."""
    found = _RECIPIENT.fullmatch(detail or "")
    return found[1] if found else ""

"""Name the person an audit entry is about: an id and the initials of the roles.

``of_0a1b2c3d`` is a person, ``of_0a1b2c3d.lo`` a person who becomes listener and operator. The
initials follow the order of ``Role``.
"""

import re
from collections.abc import Iterable

from appliance.errors import Refused
from appliance.link.operations import Role

_ID = re.compile(r"[0-9a-f]{8}")
_ABOUT = re.compile(r"of_([0-9a-f]{8})(?:\.([lopa]*))?")
_LETTERS = {role.value[0]: role for role in Role}


def about(operator: str, roles: Iterable[Role] | None = None) -> str:
    """Return the audit's detail for a person.

    Args:
        operator: the id.
        roles: the new roles; None if they do not change.

    Raises:
        Refused: ``not_found``: not an operator's id.
    """
    if not _ID.fullmatch(operator):
        raise Refused("not_found", "There is no such person.")
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

"""How the audit names the person to whom something is done: by id and first letters of roles.

``of_0a1b2c3d`` is a person, ``of_0a1b2c3d.lo`` a person who is then listener and operator. The
letters of the roles stand in the order of ``Role``.
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
        roles: what they may do from now on; None where that is not what changes.

    Raises:
        Refused: ``not_found``: that is no id.
    """
    if not _ID.fullmatch(operator):
        raise Refused("not_found", "There is no such person.")
    if roles is None:
        return f"of_{operator}"
    given = set(roles)
    return f"of_{operator}." + "".join(letter for letter, role in _LETTERS.items() if role in given)


def read_about(detail: str | None) -> tuple[str, tuple[Role, ...]]:
    """Return the person and the roles that an audit's detail names; nothing if it names none."""
    found = _ABOUT.fullmatch(detail or "")
    if found is None:
        return "", ()
    return found[1], tuple(_LETTERS[letter] for letter in found[2] or "")

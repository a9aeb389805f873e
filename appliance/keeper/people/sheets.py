"""Refuse a recovery sheet that was mistyped, with the group that is wrong."""

from appliance.errors import Refused, WrongSecret, WrongSheet
from appliance.vault.opening.keys import GROUP, GROUPS, read_sheet


def typed_sheet(text: str) -> bytearray:
    """Read a typed sheet; the caller wipes it.

    Raises:
        Refused: ``wrong_group``, ``sheet_letters``, ``sheet_mixed``; ``made_by_newer``.
    """
    try:
        return read_sheet(text)
    except WrongSheet as error:
        if error.group:
            raise Refused("wrong_group", group=error.group) from None
        if error.letters is not None:
            wanted = GROUPS * GROUP
            raise Refused("sheet_letters", count=error.letters, wanted=wanted) from None
        raise Refused("sheet_mixed") from None
    except WrongSecret:
        raise Refused("made_by_newer") from None

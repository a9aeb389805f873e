"""Refuse a recovery sheet that was mistyped, with each group that is wrong."""

from appliance.errors import Refused, WrongSecret, WrongSheet
from appliance.model.typed.sheet import GROUP, GROUPS
from appliance.vault.opening.keys import read_sheet


def typed_sheet(text: str) -> bytearray:
    """Read a typed sheet; the caller wipes it.

    Raises:
        Refused: ``wrong_group``, ``wrong_groups``, ``sheet_letters``, ``sheet_mixed``;
            ``made_by_newer``.
    """
    try:
        return read_sheet(text)
    except WrongSheet as error:
        match error.groups:
            case (one,):
                raise Refused("wrong_group", group=one) from None
            case (_, *_):
                several = ", ".join(map(str, error.groups))
                raise Refused("wrong_groups", groups=several) from None
        if error.letters is not None:
            wanted = GROUPS * GROUP
            raise Refused("sheet_letters", count=error.letters, wanted=wanted) from None
        raise Refused("sheet_mixed") from None
    except WrongSecret:
        raise Refused("made_by_newer") from None

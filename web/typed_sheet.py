"""Take a typed recovery sheet from a form, and show again which of its groups are right.

What was typed stands on the page that answers it and nowhere else; a wrong group is typed anew.
"""

from dataclasses import dataclass

from flask import request

from appliance.errors import Refused
from appliance.model.limits import LONGEST_SHEET
from appliance.model.typed.sheet import GROUPS, split_groups


@dataclass(frozen=True, slots=True)
class SheetFields:
    """The fields of a form for a sheet: what they hold, and which of them are wrong, from 1."""

    groups: tuple[str, ...] = ("",) * GROUPS
    wrong: frozenset[int] = frozenset()


NOT_TYPED = SheetFields()


def typed_sheet() -> str:
    """Return what was typed, whether in one field or in thirteen; empty if nothing was."""
    return " ".join(request.form.getlist("sheet"))[:LONGEST_SHEET].strip()


def shown_again(refusal: Refused | None = None) -> SheetFields:
    """Return the fields with what was typed but for the wrong groups.

    Args:
        refusal: why the sheet was refused; None: something else in the form was wrong.
    """
    groups = split_groups(typed_sheet())
    if groups is None:
        return NOT_TYPED
    wrong = _wrong(refusal) if refusal is not None else frozenset()
    kept = ("" if number in wrong else group for number, group in enumerate(groups, start=1))
    return SheetFields(tuple(kept), wrong)


def _wrong(refusal: Refused) -> frozenset[int]:
    """Return the numbers of the groups that a refusal names."""
    if refusal.code == "wrong_group":
        return frozenset({int(refusal.values["group"])})
    if refusal.code == "wrong_groups":
        return frozenset(int(number) for number in str(refusal.values["groups"]).split(","))
    return frozenset()

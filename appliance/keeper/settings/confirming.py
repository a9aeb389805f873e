"""Write into settings who has confirmed the words that the line speaks."""

import copy
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from appliance.config.words.doubts import OF_WORDS, Doubt
from appliance.keeper.settings.draft import rewritten


def with_names(
    text: str,
    values: Mapping[str, Any],
    doubts: Collection[Doubt],
    codes: Collection[str],
    by: tuple[str, date],
) -> str:
    """Return settings' text with ``confirmed`` beside all forms that a person has confirmed.

    Args:
        text: good settings.
        values: what they say.
        doubts: what is to be confirmed of them.
        codes: the doubts that the person has confirmed.
        by: the person's name, and the day.
    """
    said = [doubt for doubt in doubts if doubt.kind in OF_WORDS and doubt.code in codes]
    if not said:
        return text
    name, day = by
    fresh = copy.deepcopy(dict(values))
    for doubt in said:
        table = _table(fresh, doubt.purpose)
        table["confirmed"] = {"by": name, "day": day.isoformat(), "words": doubt.about}
    return rewritten(text, fresh)


def _table(values: Mapping[str, Any], purpose: str) -> dict[str, Any]:
    if not purpose:
        office: dict[str, Any] = values["office"]
        return office
    found: dict[str, Any] = next(each for each in values["purpose"] if each["id"] == purpose)
    return found

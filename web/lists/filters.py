"""Read the filters of the list of calls, and say in a sentence which of them make no sense."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from appliance.link.requests.calls import CallList
from appliance.link.unknown_filters import unknown_filters
from appliance.model.records import HOLDS, CallerAnswer
from appliance.model.sentences.faults import FAULTS
from web.lists.listing import a_day

FILTERS = ("line", "purpose", "answer", "hold", "since", "until")
"""They stand in the address, so none of them names a caller."""

NAMES: dict[str, Any] = {
    "line": _l("Line"),
    "purpose": _l("Purpose"),
    "answer": _l("Answer"),
    "hold": _l("Hold"),
    "since": _l("From day"),
    "until": _l("To day"),
}

_ANSWERS: dict[str, Any] = {
    CallerAnswer.AGREED: _l("agreed to everything"),
    CallerAnswer.IN_PART: _l("agreed in part"),
    CallerAnswer.WITHDRAWN: _l("one purpose or more ended during the call"),
    CallerAnswer.REFUSED: _l("did not agree; recorded on another basis"),
    CallerAnswer.NOTICE: _l("heard a notice; no answer was needed"),
}

_HOLDS: dict[str, Any] = {
    "held": _p("a filter", "held"),
    "not_held": _p("a filter", "not held"),
}

CHOICES = {"answer": _ANSWERS, "hold": _HOLDS}
"""Filter -> its values, each as a person reads it."""


def mistakes(filters: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with filters, whatever calls there are."""
    found = {}
    if filters["answer"] not in {"", *CallerAnswer}:
        found["answer"] = gettext("Choose one of the answers in the list.")
    if filters["hold"] not in {"", *HOLDS}:
        found["hold"] = gettext("Choose “held” or “not held”.")
    since, until = filters["since"], filters["until"]
    for name, day in (("since", since), ("until", until)):
        if day and a_day(day) != day:
            found[name] = gettext("Write the day as 2026-11-25.")
    if not found and since and until and since > until:
        found["until"] = gettext("The last day is before the first.")
    return found


def asked(filters: Mapping[str, str]) -> dict[str, Any]:
    """Return filters without a mistake as ``ListCalls`` takes them."""
    answer = filters.get("answer")
    return {
        **{name: filters.get(name, "") for name in ("line", "since", "until")},
        "with_purpose": filters.get("purpose", ""),
        "answer": CallerAnswer(answer) if answer else None,
        "hold": filters.get("hold", ""),
    }


def unknown(filters: Mapping[str, str], found: CallList) -> dict[str, str]:
    """Return the filters that name what no call has; while the list is read nobody knows."""
    wrong = unknown_filters(found, line=filters["line"], purpose=filters["purpose"])
    return {name: gettext(FAULTS[f"unknown_{name}"]) for name in wrong}

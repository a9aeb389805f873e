"""Two administrators, or two tabs, in the wizard at once: nothing is lost without a word."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from tests.web.conftest import Panel
from tests.web.setup.answering import LINE, OFFICE, asked, config, kept, saved, send, version
from web.setup.steps import STEPS

TOLD = "Somebody else has changed the settings meanwhile."
WITHOUT = frozenset({"words", "people", "test"})
"""Steps that keep no settings."""

FORMS = tuple(step.name for step in STEPS if step.name not in WITHOUT)


def answered(panel: Panel, step: str, second: bool) -> dict[str, Any]:
    """Return what the first or the second one answers, which is not what holds."""
    today = datetime.fromtimestamp(panel.box.clock.now(), UTC).date()
    first_day = today + timedelta(days=20 + second)
    answers: dict[str, dict[str, Any]] = {
        "office": OFFICE | {"contact": f"rodo{second:d}@biuro.example"},
        "line": LINE | {"number": f"22 123 45 7{second:d}"},
        "purposes": {"use": ["quality" if second else "complaint"]},
        "notice": {"who": "staff", "told": f"{today}", "first": f"{first_day}"},
    }
    return answers[step]


def held(panel: Panel, step: str) -> Any:
    """Return what the settings hold of a step."""
    now = config(panel)
    return {
        "office": now.office.contact,
        "line": now.lines[0].number,
        "purposes": now.lines[0].purposes,
        "notice": now.lines[0].records_from,
    }[step]


def begun(panel: Panel) -> None:
    browser = panel.log_in()
    assert kept(panel, browser, "office", **OFFICE).status_code == 303
    assert kept(panel, browser, "line", **LINE).status_code == 303
    form = {"use": ["training"], "do": "preview"}
    assert kept(panel, browser, "purposes", **form).status_code == 303


@pytest.mark.parametrize("same", [True, False], ids=["two tabs", "two people"])
@pytest.mark.parametrize(("one", "two"), [*product(FORMS, repeat=2)])
def test_the_later_one_is_told_and_nothing_is_lost(
    office: Panel, one: str, two: str, same: bool
) -> None:
    begun(office)
    first = office.log_in()
    second = first if same else office.log_in("Adam Admin")
    old = version(office)
    do = {each: "preview" if each == "purposes" else "save" for each in FORMS}
    assert kept(office, first, one, **answered(office, one, False), do=do[one]).status_code == 303
    mine = held(office, one)
    page = send(office, second, two, **answered(office, two, True), do=do[two], base=old)
    assert page.status_code == 409
    assert TOLD in page.text
    assert f'name="base" value="{version(office)}"' in page.text, "it can be sent again as it is"
    assert held(office, one) == mine, "the first one's answer holds"
    again = kept(office, second, two, **answered(office, two, True), do=do[two])
    assert again.status_code == 303
    assert held(office, two) != mine
    assert one == two or held(office, one) == mine, "both answers hold in the end"


def test_who_comes_back_from_a_preview_is_told_as_well(office: Panel) -> None:
    begun(office)
    old, browser = version(office), office.log_in()
    preview = send(office, browser, "purposes", use=["quality"], do="preview")
    other = office.log_in("Adam Admin")
    assert kept(office, other, "purposes", use=["complaint"], do="preview").status_code == 303
    late = saved(office, browser, preview, *asked(preview))
    assert late.status_code == 409
    for do in ("edit", "look"):
        step = "purposes" if do == "edit" else "line"
        page = send(office, browser, step, do=do, base=old, use=["quality"])
        assert (page.status_code, TOLD in page.text) == (409, True)
    assert config(office).lines[0].purposes == ("complaint",)

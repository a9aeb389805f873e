"""Write values into settings' text: what is said is exactly what was asked, comments stay."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance import toml
from appliance.config.read import trial_text
from appliance.errors import ZgodaError
from appliance.keeper.settings.draft import differences, rewritten

NASTY = st.text(alphabet=string.printable + "ąß„”\u2028\x85", max_size=40)
PLAIN = st.one_of(NASTY, st.integers(-(10**6), 10**6), st.booleans(), st.lists(NASTY, max_size=3))
TABLE = st.dictionaries(
    NASTY, st.one_of(PLAIN, st.dictionaries(NASTY, PLAIN, max_size=3)), max_size=4
)
SETTINGS = st.fixed_dictionaries(
    {"office": TABLE},
    optional={
        "line": st.lists(TABLE, min_size=1, max_size=3),
        "purpose": st.lists(TABLE, min_size=1, max_size=3),
        "panel": TABLE,
    },
)


@given(before=SETTINGS, after=SETTINGS)
def test_any_values_are_written_exactly_or_refused(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    try:
        text = rewritten(rewritten("", before), after)
    except ZgodaError:
        return
    assert toml.loads(text) == after


@given(text=NASTY, keys=st.lists(st.sampled_from(["1", "4", "9"]), unique=True))
def test_text_in_a_field_never_becomes_a_setting(text: str, keys: list[str]) -> None:
    values = toml.loads(trial_text())
    values["office"]["name"] = text
    values["line"][0]["choices"] = {key: [text] for key in keys}
    assert toml.loads(rewritten(trial_text(), values)) == values


def test_the_owners_comments_stay_where_they_are() -> None:
    values = toml.loads(trial_text())
    values["purpose"].reverse()
    values["line"][0]["purposes"] = ["quality"]
    values["office"]["pause_minutes"] = 4
    text = rewritten(trial_text(), values)
    comments = [part for part in trial_text().split("#")[1:] if "#" not in part]
    assert all(f"#{each.splitlines()[0]}" in text for each in comments)
    assert toml.loads(text) == values


def test_comments_go_with_the_purpose_that_they_belong_to() -> None:
    text = '[[purpose]] # first\nid = "a" # A\n\n[[purpose]]\nid = "b" # B\n'
    fresh = rewritten(text, {"purpose": [{"id": "b"}, {"id": "c"}]})
    assert '"b" # B' in fresh
    assert "# A" not in fresh


def test_what_is_nested_too_deeply_is_refused() -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(ZgodaError, match="TOML"):
        rewritten("", deep)


def test_a_purpose_that_moves_is_no_difference() -> None:
    values = toml.loads(trial_text())
    moved = values | {"purpose": list(reversed(values["purpose"]))}
    assert differences(values, moved) == ()
    changed = toml.loads(trial_text())
    changed["purpose"][1]["retention_days"] = 30
    (found,) = differences(values, changed)
    assert (found.place, found.before, found.after) == (
        ("purpose", "quality", "retention_days"),
        "90",
        "30",
    )

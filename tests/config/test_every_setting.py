"""Whatever is wrong with any setting, reader, declaration and documents say the same of it."""

from collections import Counter
from pathlib import Path

import pytest

from appliance.config.declare import Setting
from appliance.config.mistakes import MISTAKES
from appliance.language import translated
from tests.config.wrong import Wrong, mistakes_of, settings, values_with, wrong_values

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
WRONG = wrong_values()


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_value_is_one_mistake_at_its_place(wrong: Wrong) -> None:
    found = mistakes_of(values_with(wrong))

    place = (*wrong.place, *wrong.below)
    here = [each for each in found if each.place[: len(place)] == place]
    assert [(each.place, each.code) for each in here] == [(place, wrong.code)]
    (mistake,) = here
    if wrong.code == "range":
        low, high = wrong.setting.kind.limits or (0, 0)
        assert (mistake.values["low"], mistake.values["high"]) == (str(low), str(high))
    for language in ("pl", "de"):
        assert mistake.sentence(language) != mistake.sentence()
        assert translated(MISTAKES[mistake.code], language) % mistake.values


def test_every_setting_can_be_wrong_in_several_ways() -> None:
    ways = Counter((wrong.table, wrong.setting.key) for wrong in WRONG)

    assert {(table, each.key) for table, each in settings()} == set(ways)
    assert min(ways.values()) > 1
    assert len(WRONG) > 300


@pytest.mark.parametrize(("table", "setting"), settings(), ids=str)
def test_the_documents_say_limits_words_and_default(table: str, setting: Setting) -> None:
    begins = f"`{setting.key}` | "
    rows = [line for line in PAGE.splitlines() if begins in line.partition(" | ")[0] + " | "]
    said = " ".join(rows)

    assert rows, table
    if setting.kind.limits:
        low, high = setting.kind.limits
        assert f"{low} to {high}" in said
    for word in setting.kind.known:
        assert f"`{word}`" in said
    if setting.needed:
        assert "required" in said
    elif isinstance(setting.default, int) and not isinstance(setting.default, bool):
        assert f"`{setting.default}` |" in said

"""A setting is declared once: its kind, its words, its limits, and who may change it."""

import dataclasses
import itertools
from pathlib import Path
from typing import Annotated

import pytest

from appliance.config import declare, settings
from appliance.config.declare import (
    FROM_TO,
    FROM_TO_ELSE,
    TEXT,
    Also,
    Setting,
    Who,
    asked,
    whole,
)
from appliance.config.drivers.known import DRIVERS
from appliance.config.mistakes import Invalid
from appliance.config.words.digests import spoken_of
from appliance.language import translated

OPTIONS = {
    each
    for driver in DRIVERS
    for role in driver.roles
    for each in driver.role(role).classes.values()
}
SECTIONS = [
    *(settings.Config, settings.Confirmation),
    *(each for each, _ in settings.TABLES.values()),
    *sorted(OPTIONS, key=lambda each: f"{each.__module__} {each.__name__}"),
]
SAME = frozenset({"E0", "E1", "E2", "Port", "Austria", "ISDN", "NetCallerID"})
"""Names that are the same in several languages."""

ALL = list(itertools.chain.from_iterable(asked(section) for section in SECTIONS))


@dataclasses.dataclass(frozen=True, slots=True)
class Kettle:
    """A section of nobody's, to try declarations on."""

    name: Annotated[str, "Name", Also("As people call it.", '"Red"'), TEXT]
    minutes: Annotated[int, "Minutes", whole(1, 30, "minutes")] = 2
    litres: Annotated[int | None, "Litres", Also(who=Who.FILE), whole(1, 3)] = None
    made: int = 0  # no setting


def test_a_declaration_says_all_there_is_to_a_setting() -> None:
    name, minutes, litres = asked(Kettle)

    assert (name.key, name.label, name.needed) == ("name", "Name", True)
    assert name.hints == (("As people call it.", {}),)
    assert (minutes.default, minutes.needed, minutes.who) == (2, False, Who.PANEL)
    assert minutes.hints == ((FROM_TO_ELSE, {"low": 1, "high": 30, "default": 2}),)
    assert (litres.who, litres.hints[0][0]) == (Who.FILE, FROM_TO)
    assert asked(Kettle) is asked(Kettle)


def test_every_field_of_a_section_is_declared() -> None:
    for section, _ in settings.TABLES.values():
        assert [each.key for each in asked(section)] == [
            field.name for field in dataclasses.fields(section)
        ]


@pytest.mark.parametrize("setting", ALL, ids=lambda each: each.key)
def test_every_setting_has_a_label(setting: Setting) -> None:
    assert setting.label
    assert setting.label[0].isupper()


@pytest.mark.parametrize(
    "setting", [each for each in ALL if each.kind.limits], ids=lambda each: each.key
)
def test_limits_are_those_of_the_check(setting: Setting) -> None:
    assert setting.kind.limits is not None
    low, high = setting.kind.limits

    assert [setting.kind.check(value) for value in (low, high)] == [low, high]
    for value in (low - 1, high + 1):
        with pytest.raises(Invalid):
            setting.kind.check(value)
    assert low <= setting.default <= high


@pytest.mark.parametrize(
    "setting",
    [each for each in ALL if each.kind.known],
    ids=lambda each: each.key,
)
def test_words_are_those_of_the_check(setting: Setting) -> None:
    words = setting.kind.known
    of_many = setting.kind.form in {"order", "lines", "several"}

    for word in words:
        assert setting.kind.check([word] if of_many else word)
    with pytest.raises(Invalid):
        setting.kind.check(["none of them"] if of_many else "none of them")


def test_a_person_confirms_what_is_spoken_and_why() -> None:
    confirmed = {each.key for each in asked(settings.Purpose) if each.who is Who.PERSON}

    assert confirmed == {
        *("basis", "justification", "care_reason", "special"),
        *spoken_of(settings.Purpose),
    }


def test_what_root_alone_says_is_vault_and_backups() -> None:
    tables = {
        name
        for name, (section, _) in settings.TABLES.items()
        for each in asked(section)
        if each.who is Who.FILE
    }
    assert tables == {"vault", "backup"}


def test_no_module_that_declares_puts_off_its_annotations() -> None:
    """``get_type_hints`` would look their words up in another module."""
    folder = Path(settings.__file__).parent
    late = [
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        if "from __future__ import annotations" in path.read_text("utf-8").split('"""', 2)[-1]
    ]
    assert late == []


def test_a_declaration_is_read_once() -> None:
    before = declare._asked.cache_info().misses
    for _ in range(100):
        asked(settings.Office)
    assert declare._asked.cache_info().misses <= before + 1


@pytest.mark.parametrize("language", ["pl", "de"])
@pytest.mark.parametrize("setting", ALL, ids=lambda each: each.key)
def test_label_hints_and_words_are_said_in_the_readers_language(
    setting: Setting, language: str
) -> None:
    names = [*setting.kind.words.values(), *setting.kind.explained.values()]
    hints = [said % values for said, values in setting.hints]
    for said, values in setting.hints:
        assert translated(said, language) % values not in hints
    for name in (setting.label, *names):
        assert translated(name, language) != name or name in SAME, name

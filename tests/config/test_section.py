"""Any section is read as it is declared; every mistake is noted at its place."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest

from appliance.config import declare as a
from appliance.config.declare import Also, OfficeFacts, whole
from appliance.config.mistakes import MistakesFound
from appliance.config.section import read
from appliance.config.settings import Config, Office, Vault
from appliance.config.table import Problems, Table

HERE = OfficeFacts("PL", ("pl", "de"))


@dataclass(frozen=True, slots=True)
class Cup:
    """A table of its own."""

    colour: Annotated[str, "Colour", Also(example='"red"'), a.TEXT]


@dataclass(frozen=True, slots=True)
class Tea:
    """A section of nobody's, to read."""

    name: Annotated[str, "Name", Also(example='"Assam"'), a.TEXT]
    minutes: Annotated[int, "Minutes", whole(1, 30, "minutes")] = 2
    language: Annotated[str, "Language", a.LANGUAGE] = ""
    telephone: Annotated[str, "Telephone", a.NUMBER] = ""
    says: Annotated[Any, "Says", a.spoken()] = field(default_factory=dict)
    keys: Annotated[Any, "Keys", a.KEYS] = field(default_factory=dict)
    cup: Annotated[Cup | None, "Cup", a.table(Cup)] = None


def reading(values: dict[str, Any]) -> tuple[Tea, list[str]]:
    """Return what was read, and the places of all mistakes."""
    problems = Problems("tea", {})
    table = Table({"tea": values}, (), problems).table("tea")
    tea = read(table, Tea, HERE)
    table.finish()
    try:
        problems.report(Config(Office("", "", ""), (), ()))
    except MistakesFound as found:
        return tea, [each.key for each in found.mistakes]
    return tea, []


def test_everything_arrives() -> None:
    tea, wrong = reading(
        {
            "name": " Assam ",
            "minutes": 3,
            "language": "de",
            "telephone": "22 123 45 67",
            "says": {"pl": "herbata", "de": "Tee"},
            "keys": {"1": ["training"], "2": []},
            "cup": {"colour": "red"},
        }
    )

    assert wrong == []
    assert (tea.name, tea.minutes, tea.language, tea.telephone) == (
        "Assam",
        3,
        "de",
        "+48221234567",
    )
    assert (tea.says, tea.keys) == ({"pl": "herbata", "de": "Tee"}, {"1": ("training",), "2": ()})
    assert tea.cup == Cup("red")


def test_what_is_not_there_has_its_default() -> None:
    tea, wrong = reading({"name": "Assam"})

    assert (tea, wrong) == (Tea("Assam"), [])


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"name": None}, "tea.name"),
        ({"minutes": 0}, "tea.minutes"),
        ({"minutes": 31}, "tea.minutes"),
        ({"minutes": "3"}, "tea.minutes"),
        ({"language": "en"}, "tea.language"),
        ({"telephone": "12"}, "tea.telephone"),
        ({"says": {"pl": "herbata"}}, "tea.says.de"),
        ({"says": {"pl": "herbata", "de": "7"}}, "tea.says.de"),
        ({"says": {"pl": "herbata", "de": "Tee", "fr": "thé"}}, "tea.says.fr"),
        ({"says": "herbata"}, "tea.says"),
        ({"keys": {"x": []}}, "tea.keys.x"),
        ({"keys": {"1": "training"}}, "tea.keys.1"),
        ({"cup": {}}, "tea.cup.colour"),
        ({"cup": {"colour": "red", "size": 2}}, "tea.cup.size"),
        ({"milk": True}, "tea.milk"),
    ],
)
def test_each_mistake_is_noted_once_at_its_place(given: dict[str, Any], place: str) -> None:
    values = {"name": "Assam"} | given
    tea, wrong = reading({key: value for key, value in values.items() if value is not None})

    assert wrong == [place]
    assert (tea.minutes, tea.language, tea.telephone) == (2, "", "")


def test_a_caller_may_have_read_some_settings() -> None:
    problems = Problems("vault", {})
    vault = read(Table({"eraser": "magnet"}, (), problems), Vault, eraser="board")

    problems.report(Config(Office("", "", ""), (), ()))
    assert vault == Vault("board")

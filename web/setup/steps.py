"""Say which steps of setting up are done, by what is so, and which are still to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from appliance.config.drivers.driver import ROLES
from appliance.config.drivers.known import SIMULATED
from appliance.config.settings import LineKind
from appliance.model.records import LineStatus

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of setting up."""

    name: str  # in addresses
    title: Any
    about: Any


STEPS = (
    Step("office", _l("Office"), _l("Who records, and how a caller hears its name.")),
    Step("line", _l("Line"), _l("The telephone line, and the devices that hear it.")),
    Step("purposes", _l("Purposes"), _l("Why the office records, and what permits it.")),
    Step("words", _l("Announcements"), _l("What callers hear, and who says it.")),
    Step("people", _l("People"), _l("Who else may log in.")),
    Step("notice", _l("Staff"), _l("Telling the staff, and the first day of recording.")),
    Step("test", _l("Test call"), _l("One call that shows that it all works.")),
)
BY_NAME = {step.name: step for step in STEPS}

CHOICE = frozenset({"people"})
"""Steps that an office of one leaves out."""


@dataclass(frozen=True, slots=True)
class SetupFacts:
    """What the box says of itself."""

    values: Values  # the settings in force
    lines: Sequence[LineStatus] | None  # None: the recorder is away
    recorded: tuple[str, str] | None  # the line and the day of the last recorded call
    people: int = 1


def done(known: SetupFacts) -> dict[str, bool]:
    """Return each step, and whether what it asks for is there."""
    values, phones = known.values, phone_lines(known.values)
    return {
        "office": _office(values),
        "line": bool(phones),
        "purposes": bool(phones) and all(line.get("purposes") for line in phones),
        "words": _words(known.lines, phones),
        "people": known.people > 1,
        "notice": bool(phones)
        and all(simulated(line) or first_day(line) for line in phones)
        and agreed(known),
        "test": known.recorded is not None,
    }


def agreed(known: SetupFacts) -> bool:
    """Say whether nobody's consent is missing of those who speak on the lines."""
    names = [str(line.get("name")) for line in phone_lines(known.values)]
    return all(status.agreed for status in known.lines or () if status.line in names)


def missing(known: SetupFacts) -> list[Step]:
    """Return the steps that can still be done, in their order.

    The test call of a box that waits for its first day comes on that day.
    """
    so = done(known)
    later = CHOICE | {"test"} if waits_until(known) else CHOICE
    return [step for step in STEPS if not so[step.name] and step.name not in later]


def waits_until(known: SetupFacts) -> str:
    """Return the first day of a box on which all real lines wait for theirs; else nothing."""
    told = {status.line: status.records_from for status in known.lines or () if status.waits}
    real = [line for line in phone_lines(known.values) if not simulated(line)]
    days = [told.get(str(line.get("name")), "") for line in real]
    return min(days) if days and all(days) else ""


def following(name: str) -> str:
    """Return the step after one; empty after the last."""
    names = [step.name for step in STEPS]
    return names[names.index(name) + 1] if name != names[-1] else ""


def phone_lines(values: Values) -> list[dict[str, Any]]:
    """Return the lines on which people are asked."""
    return [line for line in _tables(values, "line") if line.get("kind", "phone") == LineKind.PHONE]


def first_phone(values: Values) -> int:
    """Return the position of the first such line; that of a new one if there is none."""
    lines = _tables(values, "line")
    kinds = [line.get("kind", "phone") for line in lines]
    return kinds.index(LineKind.PHONE) if LineKind.PHONE in kinds else len(lines)


def simulated(line: Values) -> bool:
    """Say whether nobody works at a line, since it is a model of one."""
    hook = line.get("hook")
    return isinstance(hook, Mapping) and hook.get("driver") in SIMULATED


def real_drivers(line: Values) -> list[str]:
    """Return the drivers of a line's devices, each once; none for a simulated or a new line."""
    tables = [line.get(role) for role in ROLES]
    drivers = [str(each.get("driver", "")) for each in tables if isinstance(each, Mapping)]
    return list(dict.fromkeys(name for name in drivers if name and name not in SIMULATED))


def first_day(line: Values) -> str:
    """Return the first day on which a line may record, as it is written; empty without one."""
    return str(line.get("records_from", ""))


def first_days(lines: Iterable[Values]) -> list[tuple[str, str]]:
    """Return the name of each line and its first day, which is empty where it has none."""
    return [(str(line.get("name", "")), first_day(line)) for line in lines]


def shared_day(days: Iterable[tuple[str, str]]) -> str:
    """Return the first day that all lines have; empty if they have none, or not the same."""
    found = {day for _line, day in days}
    return found.pop() if len(found) == 1 else ""


def _office(values: Values) -> bool:
    office = values.get("office")
    if not isinstance(office, Mapping) or not office.get("name"):
        return False
    says = office.get("controller_says", {})
    return all(language in says for language in office.get("languages", ["pl"]))


def _words(lines: Sequence[LineStatus] | None, phones: Iterable[Values]) -> bool:
    """Say whether the recorder has all that it has to say on each of these lines."""
    told = {status.line: status.complete for status in lines or ()}
    names = [str(line.get("name")) for line in phones]
    return bool(names) and all(told.get(name, False) for name in names)


def _tables(values: Values, name: str) -> list[dict[str, Any]]:
    found = values.get(name, [])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

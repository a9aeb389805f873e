"""Draw answers of the wizard's forms that hold mistakes, and where each has to be told.

A slip is made of what is declared: a text that a setting's own check refuses, an answer left out,
and some that only another setting or the keeper refuses.
"""

import itertools
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from appliance.config.declare import OfficeFacts, Setting, setting
from appliance.config.drivers.driver import DeviceKind, chosen_by_hand, named
from appliance.config.mistakes import Invalid, Mistake
from appliance.config.settings import Line, Purpose
from tests.config.drawing import ODD
from web.setup.by_hand import WAYS, Way

TEXTS = (
    *(each for each in ODD if isinstance(each, str) and "\n" not in each),
    *("-1", "0", "9" * 30, "٣", "<b>&amp;\"'", "/etc/shadow", "/dev/../etc/shadow", "%s", "2_0"),
)
FACTS = OfficeFacts("PL", ("pl", "en"))
OTHERS = ""
"""The question of what no question of a step can mend: the page's summary alone tells it."""


@dataclass(frozen=True)
class AnswerSlip:
    """One mistake: the answers that make it, and where it is told."""

    question: str
    code: str
    answers: Mapping[str, str]
    touches: frozenset[str] = frozenset()
    """Other answers that have a say in it; with a dot at the end, all below."""

    def meets(self, other: "AnswerSlip") -> bool:
        """Say whether two slips have a say in each other."""
        mine, theirs = {*self.answers, *self.touches}, {*other.answers, *other.touches}
        return any(
            one == two or (one.endswith(".") and two.startswith(one))
            for first, second in ((mine, theirs), (theirs, mine))
            for one in first
            for two in second
        )


@dataclass
class DrawnStep:
    """A step of the wizard, what a good form of it says, and the slips that it can hold."""

    name: str
    good: Mapping[str, str | list[str]]
    slips: list[AnswerSlip] = field(default_factory=list)

    def draw(self, pick: random.Random) -> list[AnswerSlip]:
        """Return one to five slips that have no say in each other."""
        found: list[AnswerSlip] = []
        for _ in range(pick.randint(1, 5) * 2):
            slip = pick.choice(self.slips)
            if len(found) < 5 and not any(slip.meets(each) for each in found):
                found.append(slip)
        return found


def refused(
    question: str, declared: Setting, *, empty: str = "missing", **about: Any
) -> Iterator[AnswerSlip]:
    """Yield the texts that a setting's own check refuses, one for each code and kind of text.

    Args:
        question: about the setting.
        declared: the setting.
        empty: the code of an empty answer; empty itself if that is none.
        about: what else its check takes.
    """
    known = set()
    for text in TEXTS:
        code = _code(declared, text, about) if text.strip() else empty
        kind = (code, text.isspace(), text.isdigit(), text.isascii())
        if code and kind not in known:
            known.add(kind)
            yield AnswerSlip(question, code, {question: text})


def _code(declared: Setting, text: str, about: Mapping[str, Any]) -> str:
    typed: Any = " ".join(text.split())
    if declared.kind.form == "number" and re.fullmatch("[0-9]{1,9}", typed, re.ASCII):
        typed = int(typed)
    try:
        declared.kind.check(typed, **about)
    except Invalid as invalid:
        return invalid.code
    return ""


def of_line(way: str) -> list[AnswerSlip]:
    """Return the slips of the line's step, of which a way of devices is chosen."""
    found = [
        *refused("name", setting(Line, "name"), empty="empty"),
        *refused("number", setting(Line, "number"), empty="empty", office=FACTS),
        AnswerSlip(OTHERS, "again", {"name": "Fax"}),
    ]
    if way in WAYS:
        found += _of_devices(WAYS[way])
    return found


def _of_devices(way: Way) -> Iterator[AnswerSlip]:
    for role, driver in way.drivers.items():
        options = way.kind(role, {"dialect": "lm1"})
        for key, declared in chosen_by_hand(options).items():
            question = way.key(role, key)
            hangs = key == driver.role(role).by
            for slip in refused(question, declared, empty="missing" if declared.needed else ""):
                below = frozenset({question.removesuffix(key)} if hangs else ())
                yield replace(slip, touches=below)
            if named(options).get(key) is DeviceKind.PORT:
                for text in ("x", "/etc/shadow", "/dev/../etc/shadow", "lm1"):
                    yield AnswerSlip(question, "no_device", {question: text})
    yield from _between_devices(way)


def _between_devices(way: Way) -> Iterator[AnswerSlip]:
    if way.name == "isdn":
        ends = {"isdn.isdn.network": "te.1", "isdn.isdn.terminal": "te.1"}
        yield AnswerSlip("isdn.isdn.terminal", "again", ends)
        return
    if not way.simulated:
        yield AnswerSlip(OTHERS, "device_taken", {f"{way.name}.sound.card": "Tap2"})
    if way.name == "monitor+sound":
        dialect = "monitor+sound.monitor.dialect"
        below = frozenset({"monitor+sound.monitor."})
        yield AnswerSlip(dialect, "tells_no_hook", {dialect: "netcallerid"}, below)
        yield AnswerSlip(OTHERS, "device_taken", {"monitor+sound.monitor.port": "/dev/b"})


def of_purposes(languages: tuple[str, ...]) -> list[AnswerSlip]:
    """Return the slips of the step of purposes: two of the office's own, and two ready ones."""
    days, why = setting(Purpose, "retention_days"), setting(Purpose, "justification")
    found: list[AnswerSlip] = []
    for name in ("service", "training", "own", "faults"):
        found += refused(f"retention_days-{name}", days, empty="")
    for key, name in itertools.product(("full", "short", "label"), ("service", "own")):
        spoken = setting(Purpose, key)
        empty = {f"{key}-{name}-{language}": "" for language in languages}
        found.append(AnswerSlip(f"{key}-{name}", "missing", empty))
        for language in languages:
            for slip in refused(f"{key}-{name}-{language}", spoken, language=language):
                touches = frozenset(empty if slip.code == "missing" else ())
                found.append(replace(slip, touches=touches))
    found += refused("justification-faults", why)
    for language in languages:
        says = setting(Purpose, "interest_says")
        found += refused(f"interest_says-faults-{language}", says, empty="", language=language)
    for name in ("service", "training", "own", "faults"):
        health = f"health-{name}"
        found += [AnswerSlip(health, "not_answered", {health: said}) for said in ("", "yes")]
    return [
        *found,
        AnswerSlip("retention_days-training", "consent_days", {"retention_days-training": "184"}),
        AnswerSlip(
            "retention_days-service",
            "many_days",
            {"justification-service": ""},
            frozenset({"retention_days-service"}),
        ),
    ]


def at(step: str, found: Mistake, form: Mapping[str, str], draft: Mapping[str, Any]) -> str:
    """Return the question of a mistake in a draft."""
    match (step, found.place):
        case ("office", ("office", key, language)):
            return f"{key}-{language}"
        case ("office", ("office", key)):
            return str(key)
        case ("line", ("line", 0, "name" | "number" as key)):
            return key
        case ("line", ("line", 0, role, key)):
            return WAYS[form["device"]].key(str(role), str(key))
        case ("purposes", ("purpose", int(number), key, *below)):
            return "-".join([str(key), draft["purpose"][number]["id"], *map(str, below)])
    return OTHERS

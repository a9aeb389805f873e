"""The specification of LM1 and the code agree."""

import copy
import itertools
import re
from pathlib import Path

import pytest

from appliance.exchange.circuit.circuit import Direct, direct
from appliance.exchange.monitor import SimulatedMonitor
from appliance.exchange.scene import Circuit
from appliance.lines.monitor import pulses
from appliance.lines.monitor.lm1 import Lm1
from appliance.lines.monitor.pulses import UNKNOWN
from appliance.model.audio import FRAME, RATE
from appliance.model.events import CallerId, HookChanged, PartyChanged, PartyDoubted, Ring
from appliance.model.terms import Hook, PartyCue
from tests.lines.monitor.monitor_script import PROFILE, at
from tests.lines.monitor.pulse_script import BEGIN, Dial, heard, keys

PAGE = (Path(__file__).parents[3] / "docs" / "lm1.md").read_text("utf-8")


def block(name: str) -> list[str]:
    """The lines of a fenced block of the page."""
    found = re.search(rf"^```{name}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1].splitlines()


def rows(heading: str) -> list[list[str]]:
    """The rows of the table that begins with a heading."""
    table = PAGE[PAGE.index(f"| {heading} |") :].split("\n\n", 1)[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


PATTERNS = [re.compile(pattern) for pattern in block("patterns")]
SAID = [
    (int(ms), who, said) for ms, who, said in (row.split(None, 2) for row in block("transcript"))
]
NAMES = {
    Ring: "ring",
    CallerId: "caller",
    PartyDoubted: "perhaps another party",
    HookChanged: "hook",
    PartyChanged: "party",
}


def test_each_line_of_the_transcript_has_its_pattern() -> None:
    for _, who, said in SAID:
        if who == "monitor":
            assert any(pattern.fullmatch(said) for pattern in PATTERNS), said
        else:
            assert said == PROFILE.query.strip()


def test_the_box_makes_of_the_transcript_what_the_page_says_and_asks_when_it_says() -> None:
    parser = Lm1(PROFILE)
    told, asked = [], []
    for ms in range(0, SAID[-1][0] + 10, 10):
        lines = [f"{said}\r\n" for when, who, said in SAID if (when, who) == (ms, "monitor")]
        for event in parser.receive("".join(lines).encode(), at(ms)):
            told.append([str(ms), name_of(event), str(event.sample * 1000 // RATE)])
        if parser.request():
            asked.append(ms)
    assert told == rows("Told at")
    assert asked == [ms for ms, who, _ in SAID if who == "box"]


def name_of(event: object) -> str:
    if isinstance(event, HookChanged):
        return {Hook.ON: "on-hook", Hook.OFF: "off-hook", Hook.UNKNOWN: "unknown"}[event.hook]
    if isinstance(event, PartyChanged):
        assert event.cue is PartyCue.FLASH
        return "flash"
    return NAMES[type(event)]


def test_the_page_has_the_profiles_figures() -> None:
    figures = {row[0].strip("`"): float(row[1]) for row in rows("Setting")}
    for name, figure in figures.items():
        assert getattr(PROFILE, name) == pytest.approx(figure), name
    texts = {"dialect", "baud", "banner", "query", "sees_flash"}
    assert figures.keys() == set(PROFILE.__struct_fields__) - texts
    assert f"{PROFILE.baud} bit/s" in PAGE


def test_the_page_tells_of_every_word_and_no_other() -> None:
    words = set(re.findall(r"`([A-Z][A-Z1]*)\b", " ".join(row[0] for row in rows("Line"))))
    assert words == {pattern.pattern.split("(")[0].split()[0] for pattern in PATTERNS}
    assert {word.encode() for word in words} == Lm1(PROFILE)._say.keys()


COUNTED = {"3": Dial().pulse(3), "unknown": Dial().pulse(11), "a flash": Dial().open(200)}


@pytest.mark.parametrize("after", [290, 310])
def test_the_box_holds_a_monitors_digit_against_its_own_as_the_page_says(after: int) -> None:
    for counted, told, digit in rows("The box has counted"):
        dial = copy.deepcopy(COUNTED.get(counted, Dial([(BEGIN, "OK")])))
        if told != "nothing":
            dial.say(f"DIGIT {told}", after)
        heard_as = keys(heard(dial.says))
        assert heard_as[-1] == digit.replace("unknown", UNKNOWN), (counted, told)
        assert heard_as[:-1] in {"", counted}


def test_the_page_has_the_figures_of_dialling_by_pulses() -> None:
    section = PAGE[PAGE.index("## Dialling by pulses") : PAGE.index("## Versions")]
    assert f"at least {pulses._SHORTEST * 1000 // RATE} ms long" in section
    assert f"by up to {pulses._JITTER * 1000 // RATE} ms" in section
    assert f"closed for {pulses._BETWEEN * 1000 // RATE} ms" in section
    assert f"shorter than {PROFILE.flash_min_ms} ms for a pulse" in PAGE


# -- the simulated line's monitor keeps to the page ----------------------------------------------


def spoken(loops: list[tuple[Direct, bool]], *, counts: bool = True) -> list[tuple[int, str]]:
    """What the simulated monitor says of a loop that is looked at every 20 ms."""
    monitor = SimulatedMonitor(counts=counts)
    out: list[tuple[int, str]] = []
    for frame, (loop, ringing) in enumerate(loops):
        said = monitor.observe(loop, ringing, frame * FRAME).decode("ascii")
        assert said == "" or said.endswith("\r\n")
        out += [(frame * 20, line) for line in said.splitlines()]
    return out


ON = (direct(Circuit(), off_hook=False), False)
OFF = (direct(Circuit(), off_hook=True), False)
RINGING = (ON[0], True)
DEAD = (direct(Circuit(), off_hook=True, powered=False), False)
SWAPPED = (direct(Circuit(), off_hook=True, swapped=True), False)
BROKEN = (direct(Circuit(), off_hook=True, broken=True), False)
DRIFT = [(Direct(48.0 + n / 1000, 0.0), False) for n in range(200)]
PULSES = [ON] * 3 + [OFF] * 2

COURSE = [
    *[ON] * 100,
    *[RINGING] * 50,
    *[ON] * 100,
    *[OFF] * 100,
    *PULSES * 4,
    *[OFF] * 100,
    *[BROKEN] * 10,
    *[SWAPPED] * 50,
    *[DEAD] * 20,
    *[OFF] * 50,
    *[ON] * 100,
    *DRIFT,
]


def test_the_simulated_monitor_says_only_what_the_page_knows() -> None:
    said = [line for _, line in spoken(COURSE)]
    unknown = [line for line in said if not any(p.fullmatch(line) for p in PATTERNS)]
    assert unknown == []
    words = {line.split()[0] for line in said}
    assert words == {"HOOK", "RING", "VOLT", "CURR", "REV", "DIGIT", "OK"}
    assert [line for line in said if line.startswith("DIGIT")] == ["DIGIT 4"]


def test_a_simulated_monitor_that_does_not_count_leaves_out_the_digits_alone() -> None:
    silent = [(ms, line) for ms, line in spoken(COURSE) if not line.startswith("DIGIT")]
    assert spoken(COURSE, counts=False) == silent


def test_the_simulated_monitor_tells_figures_in_steps_and_else_once_a_second() -> None:
    said = spoken(COURSE)
    told = [(ms, float(line[5:])) for ms, line in said if line.startswith("VOLT")]
    amperes = [(ms, float(line[5:])) for ms, line in said if line.startswith("CURR")]
    assert [ms for ms, _ in told] == [ms for ms, _ in amperes]
    both = [(ms, volts, mA) for (ms, volts), (_, mA) in zip(told, amperes, strict=True)]
    for (before, volts, mA), (ms, new_volts, new_mA) in itertools.pairwise(both):
        swapped = "REV" in [line for when, line in said if when == ms]
        step = abs(new_volts - volts) > 2 or abs(new_mA - mA) > 1 or swapped
        assert step or ms - before >= 1000


def test_the_simulated_monitor_lives_and_tells_the_hook_before_the_figures() -> None:
    said = spoken(COURSE)
    beats = [ms for ms, line in said if line == "OK"]
    assert beats
    assert all(later - earlier == 5000 for earlier, later in itertools.pairwise(beats))
    for ms in {ms for ms, line in said if line.startswith("HOOK")}:
        words = [line.split()[0] for when, line in said if when == ms]
        assert words.index("HOOK") < words.index("VOLT") < words.index("CURR")


def test_a_dead_line_says_nothing_of_the_phone() -> None:
    said = spoken([*[ON] * 10, *[OFF] * 10, *[DEAD] * 30, *[OFF] * 10])
    assert [line for _, line in said if line.startswith("HOOK")] == ["HOOK OFF"]


@pytest.mark.parametrize(("last", "hook"), [(ON, "ON"), (OFF, "OFF"), (DEAD, "OFF")])
def test_the_simulated_monitor_answers_in_the_order_of_the_page(
    last: tuple[Direct, bool], hook: str
) -> None:
    monitor = SimulatedMonitor()
    for loop, ringing in [ON, OFF, last]:
        monitor.observe(loop, ringing, 0)
    answer = monitor.ask(last[0], 0).decode("ascii").splitlines()
    assert [line.split()[0] for line in answer] == block("answer")
    assert answer[0] == f"HOOK {hook}"

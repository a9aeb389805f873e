"""Build and rebuild lines whose devices are shared, or go from one line to another."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from appliance.config.settings import Config, Line, Part
from appliance.errors import LineError
from appliance.model.sentences.faults import device_fault
from appliance.prompts.library import Library
from appliance.recorder.line import lineup
from appliance.recorder.line.build import BuiltLine, build
from appliance.recorder.line.devices import Share, Simulation, shared_by_lines
from appliance.recorder.line.lineup import Lineup
from appliance.recorder.line.shared import SharedParts
from appliance.recorder.line.speakers import KnownSpeakers
from appliance.recorder.line.stated_day import StatedDay
from appliance.recorder.line.told_entry import ToldEntry
from appliance.recorder.line.told_speakers import ToldSpeakers
from appliance.recorder.numbers.exempt import ExemptList
from appliance.recorder.serve import make_places
from appliance.vault.pool import Pool
from appliance.vault.timed_disk import SlowSyncs
from tests.boxes import TrialBox
from tests.clocks import ManualClock
from tests.model.refusals import refuses
from tests.samples import ORIGIN

Make = Callable[[Config], Lineup]

UNIT, MODEM = "/dev/serial/by-id/usb-Unit", "/dev/serial/by-id/usb-Modem"
ISDN = {"transport": "kernel", "mode": "bridge"}


@pytest.fixture(name="make")
def _make(trial_box: TrialBox) -> Iterator[Make]:
    """Make lines of settings; nothing of them is ever opened."""
    make_places(trial_box.folders)
    trial_box.undecide()
    made: list[Lineup] = []
    clock, folders = ManualClock(), trial_box.folders
    pool = Pool(folders.pool, folders.new)

    def make(config: Config) -> Lineup:
        shared = SharedParts(
            config=config,
            folders=folders,
            clock=clock,
            pool=pool,
            exempt=ExemptList(pool, "PL"),
            day=StatedDay(folders.day),
            speakers=KnownSpeakers(folders.speakers, lambda day: True, lambda raw: True),
            told_speakers=ToldSpeakers(folders.told_speakers),
            entry=ToldEntry(),
            origin=ORIGIN,
            library=Library(config.vault.prompts or None),
            syncs=SlowSyncs(clock.monotonic),
            tell=lambda report: None,
            simulation=Simulation(),
            of_drivers=without_cards(clock),
        )
        made.append(Lineup(shared, lambda built: None))
        return made[-1]

    yield make
    for each in made:
        each.close()


def without_cards(clock: ManualClock) -> Share:
    """Return what lines share, with sound cards of which nobody opens one."""
    shared, cards = shared_by_lines(clock), object()
    return lambda device: cards if device.driver == "sound" else shared(device)


def with_lines(config: Config, *lines: Line) -> Config:
    return replace(config, lines=lines)


def monitored(first: Line, name: str, hook: dict[str, Any]) -> Line:
    sound = Part("sound", {"card": name})
    return replace(first, name=name, hook=Part("monitor", hook), audio=sound, prompt=sound)


def bridge(first: Line, name: str, network: str, terminal: str) -> Line:
    cards = {**ISDN, "network": network, "terminal": terminal}
    return replace(
        first, name=name, hook=Part("isdn", cards), audio=Part("isdn"), prompt=Part("isdn")
    )


def built(lines: Lineup) -> list[str]:
    return [each.thread.name for each in lines.all()]


def test_a_second_line_of_one_unit_is_added_beside_the_first(
    trial_box: TrialBox, make: Make
) -> None:
    config = trial_box.config
    one, two = (
        monitored(config.lines[0], name, {"dialect": "whozz", "port": UNIT, "line": number})
        for number, name in enumerate(("Reception", "Office"), 1)
    )
    lines = make(with_lines(config, one))
    lines.follow(with_lines(config, one, two))
    assert built(lines) == ["Reception", "Office"]


@pytest.mark.parametrize("kind", ["caller", "isdn"])
def test_a_device_that_goes_to_another_line_is_free_before_that_is_built(
    trial_box: TrialBox, make: Make, kind: str
) -> None:
    """A line leaves when it is between calls, which one that nobody has started never says."""
    config = trial_box.config
    first = config.lines[0]
    if kind == "caller":
        lm1 = {"dialect": "lm1", "port": UNIT}
        beside = {"caller": "modem", "caller_port": MODEM}
        other = {"dialect": "lm1", "port": "/dev/serial/by-id/usb-Other"}
        before = [monitored(first, "Reception", lm1 | beside)]
        after = [monitored(first, "Reception", lm1), monitored(first, "Office", other | beside)]
    else:
        before = [bridge(first, "Reception", "a", "b")]
        after = [bridge(first, "Reception", "c", "d"), bridge(first, "Office", "a", "e")]
    lines = make(with_lines(config, *before))
    (leaving,) = lines.all()
    lines.follow(with_lines(config, *after))
    assert built(lines) == ["Reception"]  # whose devices are still its own
    leaving.thread.start()
    assert lines.settle(10.0)
    assert built(lines) == ["Reception", "Office"]


def with_modem(first: Line, name: str, modem: str) -> Line:
    return replace(first, name=name, hook=Part("exchange", {"modem": modem}))


def test_a_line_that_cannot_be_made_takes_no_other_with_it(trial_box: TrialBox, make: Make) -> None:
    """Such a setting once stopped the recorder at its next start, and all of a trial with it."""
    first = trial_box.config.lines[0]
    lines = make(
        with_lines(
            trial_box.config, with_modem(first, "Broken", "-1"), replace(first, name="Office")
        )
    )
    assert built(lines) == ["Office"]
    broken, office = (shown.status for shown in lines.shown())
    assert (broken.line, broken.state, broken.asks) == ("Broken", "fault", False)
    assert broken.fault is not None
    assert broken.fault.code == "profile_unknown"
    assert (office.line, office.fault) == ("Office", None)
    with refuses("line_broken"):
        lines.line("Broken")
    with refuses("no_line"):
        lines.line("Another")


def test_a_line_that_cannot_be_started_is_released_and_takes_no_other_with_it(
    trial_box: TrialBox, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is told by its place alone: its text could name a person."""
    first = trial_box.config.lines[0]
    lines = make(with_lines(trial_box.config, first, replace(first, name="Office")))
    begun, number = [], "+48223334455"

    def begin(one: BuiltLine) -> None:
        if one.line is first:
            raise KeyError(number)
        begun.append(one.line.name)

    lines.start(begin)
    assert begun == ["Office"] == built(lines)
    assert [shown.status.fault for shown in lines.shown()] == [
        device_fault("driver_failed").fault,
        None,
    ]
    assert number not in caplog.text


def test_a_broken_line_is_tried_again_and_follows_settings_that_mend_it(
    trial_box: TrialBox, make: Make
) -> None:
    config, folder = trial_box.config, trial_box.folders.calibration
    learnt = folder / "Reception.toml"
    learnt.write_text("prompt = 1", "utf-8")
    lines = make(config)
    started: list[str] = []
    lines.start(lambda one: started.append(one.line.name))
    lines.try_again()
    assert built(lines) == [] == started
    learnt.unlink()
    lines.try_again()
    assert built(lines) == ["Reception"] == started
    assert not lines.problem
    (status,) = (shown.status for shown in lines.shown())
    assert not status.fault

    broken = with_modem(config.lines[0], "Second", "-1")
    lines.follow(with_lines(config, config.lines[0], broken))
    assert lines.problem == ("Second",)
    lines.follow(with_lines(config, config.lines[0], with_modem(broken, "Second", "conexant")))
    assert built(lines) == ["Reception", "Second"] == started
    assert not lines.problem


def test_a_line_that_was_removed_while_it_was_tried_again_does_not_stay(
    trial_box: TrialBox, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who saves settings does not wait for a device that is being opened."""
    config = trial_box.config
    first, second = config.lines[0], replace(config.lines[0], name="Second")
    learnt = trial_box.folders.calibration / "Second.toml"
    learnt.write_text("prompt = 1", "utf-8")
    lines = make(with_lines(config, first, second))
    lines.start(lambda one: one.thread.start())
    assert built(lines) == ["Reception"]
    learnt.unlink()

    def meanwhile(shared: SharedParts, line: Line) -> BuiltLine:
        monkeypatch.setattr(lineup, "build", build)
        lines.follow(with_lines(config, first))
        return build(shared, line)

    monkeypatch.setattr(lineup, "build", meanwhile)
    lines.try_again()
    assert lines.settle(10.0)
    assert built(lines) == ["Reception"]


def test_a_line_that_cannot_be_started_follows_settings_that_came_meanwhile(
    trial_box: TrialBox, make: Make
) -> None:
    config = trial_box.config
    first = config.lines[0]
    other = with_modem(first, first.name, "conexant")
    lines = make(config)
    begun: list[Line] = []

    def begin(one: BuiltLine) -> None:
        begun.append(one.line)
        one.thread.start()
        if len(begun) == 1:
            lines.follow(with_lines(config, other))
            raise LineError("The device is gone.")

    lines.start(begin)
    assert lines.settle(10.0)
    assert begun == [first, other]
    assert not lines.problem
    lines.follow(config)
    assert lines.settle(10.0)
    assert [each.line for each in lines.all()] == [first]

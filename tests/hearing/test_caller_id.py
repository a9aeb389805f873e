"""Caller ID where a network sends it: around the rings, and while a call waits."""

import numpy as np
import pytest

from appliance.hearing.stream import LineDetectors
from appliance.model.audio import RATE, Sides, Sound
from appliance.model.events import CallerId, Event, ToneHeard
from appliance.model.terms import Tone
from appliance.signals.caller_id.fsk import modulate
from appliance.signals.caller_id.messages import Absent, CallerIdMessage, build_mdmf
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave
from appliance.signals.tones import BELL_202, V23, FskStandard
from benchmarks.caller_id.material import build_sdmf
from tests.hearing.lines_heard import heard_on
from tests.signals.sounds import babble, keys_wave, on_line, pair, quiet, sine

BOTH: Sides = ("both",)
SAID = CallerIdMessage(number="48221234567", name="Jan Nowak", when="11251530")
STANDARDS = pytest.mark.parametrize("standard", [V23, BELL_202], ids=lambda one: one.name)
FORMS = pytest.mark.parametrize("build", [build_mdmf, build_sdmf], ids=["MDMF", "SDMF"])


def heard(sound: Sound, off_hook: bool) -> list[Event]:
    hearing = LineDetectors("line", "PL", BOTH)
    hearing.hook_changed(off_hook=off_hook)
    return heard_on(sound, BOTH, hearing)


def callers(sound: Sound, off_hook: bool = False) -> list[tuple[str | None, bool]]:
    events = heard(sound, off_hook)
    return [(one.number, one.withheld) for one in events if isinstance(one, CallerId)]


def ring(seconds: float = 1.0) -> Wave:
    return sine(25, seconds, 3.0)


def around_rings(message: Wave, place: str) -> Sound:
    parts = {
        "before": [quiet(0.6), message, quiet(0.5), ring(), quiet(4.0), ring()],
        "between": [ring(), quiet(0.7), message, quiet(2.0), ring()],
        "after": [ring(), quiet(4.0), ring(), quiet(0.6), message],
    }
    return on_line(*parts[place], quiet(1.0))


@FORMS
@STANDARDS
@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_a_caller_is_read_before_between_and_after_rings(
    standard: FskStandard, build: object, place: str
) -> None:
    assert callable(build)
    sound = around_rings(modulate(build(SAID), standard), place)
    assert callers(sound) == [("48221234567", False)]


@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_a_caller_in_keys_is_read_before_between_and_after_rings(place: str) -> None:
    sound = around_rings(keys_wave("A221234567C", 70, 70), place)
    assert callers(sound) == [("221234567", False)]


def reversal(volts: float = 12_000.0) -> Wave:
    """Return what the network's swap of the wires leaves behind a tap's capacitors."""
    time = np.arange(RATE // 20) / RATE
    swap: Wave = volts * np.exp(-time / 0.004)
    return swap


@FORMS
@STANDARDS
@pytest.mark.parametrize("hook_known", [True, False])
@pytest.mark.parametrize("alert", [True, False])
@pytest.mark.parametrize("shift_ms", [0, 7, 13])
def test_after_a_polarity_reversal_before_any_ring(
    standard: FskStandard, build: object, hook_known: bool, alert: bool, shift_ms: int
) -> None:
    """As in the United Kingdom; where it has no alert the message follows the swap itself."""
    assert callable(build)
    alerting = [pair(2130, 2750, 0.1, -20), quiet(0.06)] * alert
    message = modulate(build(SAID), standard, marks=155)  # EN 300 659: 180, give or take 25
    lead = quiet(0.5 + shift_ms / 1000)
    sound = on_line(lead, reversal(), quiet(0.2), *alerting, message, quiet(0.5), ring(), quiet(1))
    hearing = LineDetectors("line", "GB", BOTH)
    if hook_known:
        hearing.hook_changed(off_hook=False)
    events = [one for one in heard_on(sound, BOTH, hearing) if isinstance(one, CallerId)]
    assert [(one.number, one.withheld) for one in events] == [("48221234567", False)]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("A221234567C", ("221234567", False)),
        ("A221234567D5550100C", ("221234567", False)),
        ("B00C", (None, False)),
        ("B10C", (None, True)),
        ("A221234567#", ("221234567", False)),
        ("D1#", (None, True)),
        ("D2#", (None, False)),
        ("D221234567C", ("221234567", False)),
        ("221234567#", ("221234567", False)),
    ],
)
def test_every_form_in_keys_is_read_before_the_first_ring(
    keys: str, said: tuple[str | None, bool]
) -> None:
    assert callers(around_rings(keys_wave(keys, 60, 60), "before")) == [said]


@FORMS
@STANDARDS
def test_a_wrong_checksum_gives_no_number_of_a_call_that_waits(
    standard: FskStandard, build: object
) -> None:
    assert callable(build)
    whole = build(SAID)
    damaged = whole[:-1] + bytes([whole[-1] ^ 0x10])
    assert callers(waiting(of_a_waiting_call(damaged, standard)), off_hook=True) == []


@pytest.mark.parametrize("absent", list(Absent))
def test_withheld_is_not_unavailable(absent: Absent) -> None:
    message = modulate(build_mdmf(CallerIdMessage(number_absent=absent)))
    assert callers(around_rings(message, "between")) == [(None, absent is Absent.WITHHELD)]


@FORMS
def test_a_wrong_checksum_gives_no_number(build: object) -> None:
    assert callable(build)
    whole = build(SAID)
    damaged = whole[:-1] + bytes([whole[-1] ^ 0x10])
    assert callers(around_rings(modulate(damaged), "between")) == []


def waiting(message: Wave) -> Sound:
    """Talk, the alert, the phone's acknowledgement, and the message without its seizure."""
    alert, acknowledged = pair(2130, 2750, 0.1, -20), key_wave("D", 65, dbm0=-12)
    call = [babble(1.0), quiet(0.1), alert, quiet(0.1), acknowledged, quiet(0.15), message]
    return on_line(*call, quiet(0.3), babble(1.0))


def of_a_waiting_call(message: bytes, standard: FskStandard) -> Wave:
    return modulate(message, standard, seizure=0, marks=80)


@FORMS
@STANDARDS
@pytest.mark.parametrize("shift", range(0, 160, 20))
def test_the_caller_of_a_call_that_waits_is_read(
    standard: FskStandard, build: object, shift: int
) -> None:
    assert callable(build)
    message = of_a_waiting_call(build(SAID), standard)
    sound = np.concatenate((np.zeros(shift, np.int16), waiting(message)))
    sound = sound[: sound.size // 160 * 160]
    assert callers(sound, off_hook=True) == [("48221234567", False)]


@pytest.mark.parametrize("shift", range(0, 160, 20))
def test_the_marks_of_a_waiting_call_are_no_machine(shift: int) -> None:
    message = of_a_waiting_call(build_mdmf(SAID), V23)
    sound = np.concatenate((np.zeros(shift, np.int16), waiting(message)))
    events = heard(sound[: sound.size // 160 * 160], off_hook=True)
    assert [one.tone for one in events if isinstance(one, ToneHeard)] == [Tone.CALL_WAITING]


def test_no_identity_is_taken_off_hook_without_an_alert() -> None:
    sound = on_line(quiet(0.5), of_a_waiting_call(build_mdmf(SAID), V23), quiet(0.5))
    assert callers(sound, off_hook=True) == []


def test_no_identity_is_taken_long_after_an_alert() -> None:
    alert, message = pair(2130, 2750, 0.1, -20), of_a_waiting_call(build_mdmf(SAID), V23)
    sound = on_line(quiet(0.5), alert, quiet(3.0), message, quiet(0.5))
    assert sound.size > 4 * RATE
    assert callers(sound, off_hook=True) == []

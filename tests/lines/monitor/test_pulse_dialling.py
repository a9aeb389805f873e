"""Count digits dialled by breaking the loop, as monitors tell them: which breaks dial.

A dial makes about ten pulses a second and keeps the loop closed for 33 to 40 % of each; push-button
phones may be set to 20. ``docs/lm1.md`` says which breaks are pulses.
"""

import pytest

from appliance.lines.base import HookEvent
from appliance.lines.monitor.lm1 import Lm1
from appliance.model.events import DigitPressed, PartyChanged
from appliance.model.terms import PartyCue, Side
from tests.lines.monitor.monitor_script import OFF, PROFILE, at

PULSE_MS = 75.0
CLOSED_MS = 300


def dialled(
    digits: str, rate: float, closed: float, between_ms: int = 700
) -> tuple[dict[int, str], list[int]]:
    """Return what a monitor says of an off-hook phone that dials, and when each digit began.

    Args:
        digits: what is dialled.
        rate: pulses a second.
        closed: part of a pulse for which the loop is closed.
        between_ms: the loop is closed for so long between two digits.
    """
    says, begins = dict(OFF), []
    now = 5000.0
    for digit in digits:
        begins.append(round(now))
        for _ in range(int(digit) or 10):
            opened, closes = round(now), round(now + 1000 / rate * (1 - closed))
            assert closes - opened <= PULSE_MS
            says |= {opened: "HOOK ON", closes: "HOOK OFF"}
            now += 1000 / rate
        says[closes + CLOSED_MS] = f"DIGIT {digit}"
        now = closes + between_ms
    return says, begins


def keys_and_cues(says: dict[int, str]) -> tuple[list[tuple[str, int]], list[PartyCue]]:
    """Return what is made of a monitor's lines, each told at its millisecond."""
    parser = Lm1(PROFILE)
    events: list[HookEvent] = []
    for ms in range(max(says) + 3000):
        told = "".join(f"{line}\r\n" for line in says.get(ms, "").split("|") if line)
        told += "OK\r\n" * bool(parser.request())
        events += parser.receive(told.encode(), at(ms))
    keys = [one for one in events if isinstance(one, DigitPressed)]
    assert {key.side for key in keys} <= {Side.NEAR}
    cues = [one.cue for one in events if isinstance(one, PartyChanged)]
    return [(key.key, key.sample) for key in keys], cues


@pytest.mark.parametrize(
    ("rate", "closed"),
    [
        (8, 0.4), (9, 0.33), (9, 0.4), (10, 0.33), (10, 0.36), (10, 0.4), (11, 0.33), (11, 0.4),
        (12, 0.33), (12, 0.4), (20, 0.33), (20, 0.4),
    ],
)  # fmt: skip
@pytest.mark.parametrize("between_ms", [400, 800])
def test_pulses_of_any_dial_are_digits_and_no_flash(
    rate: float, closed: float, between_ms: int
) -> None:
    says, begins = dialled("1120", rate, closed, between_ms)
    keys, cues = keys_and_cues(says)
    assert keys == [(key, at(ms)) for key, ms in zip("1120", begins, strict=True)]
    assert cues == []


@pytest.mark.parametrize("ms", [80, 100, 200, 300])
def test_a_flash_is_no_digit(ms: int) -> None:
    says = OFF | {5000: "HOOK ON", 5000 + ms: "HOOK OFF"}
    assert keys_and_cues(says) == ([], [PartyCue.FLASH])


@pytest.mark.parametrize("closed", [0.33, 0.35])
def test_a_dial_too_slow_to_be_told_from_a_flash_is_one(closed: float) -> None:
    """Eight a second with breaks of more than 80 ms: nothing is asked on a number in doubt."""
    says, now = dict(OFF), 5000
    for _ in range(3):
        says |= {now: "HOOK ON", now + round(125 * (1 - closed)): "HOOK OFF"}
        now += 125
    assert keys_and_cues(says) == ([], [PartyCue.FLASH] * 3)


def test_hanging_up_while_dialling_leaves_no_digit_open() -> None:
    says = OFF | {5000: "HOOK ON", 5060: "HOOK OFF", 5100: "HOOK ON"}
    assert keys_and_cues(says) == ([], [])

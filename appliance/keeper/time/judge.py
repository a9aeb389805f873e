"""Judge the time from a count, a wall clock, a clock chip and a person, as a pure function.

The believed time is a lower bound, and the only time that retention goes by. Within a boot it goes
on by CLOCK_BOOTTIME, whatever the wall clock is set to, by a time server or by hand. Across a boot
three things move it on, and nothing else:

- The chip's elapsed time, if its battery held, nobody set it, and it was read before any time
  server could have set it.
- Without a chip, the wall clock: a day forward in that boot at most, and thirty days in all until a
  chip or a person agrees again.
- A person, who sees both times: to any time, also back.

The wall clock never moves it back. A clock that differs is a question for an administrator.
"""

from dataclasses import dataclass
from enum import StrEnum

from msgspec import structs

from appliance.clock import DAY, HOUR
from appliance.keeper.storage.belief import Belief

LATEST = 4_102_444_800.0
"""2100-01-01 UTC: most chips keep two digits of the year, and nobody can confirm a later time."""

MOST_IN_A_BOOT = float(DAY)
"""Seconds that one boot may take on the wall clock's word alone: a night without power."""

MOST_UNPROVED = 30.0 * DAY
"""Seconds that all boots together may take so: 23 hours at every power cut would add up."""

APART = HOUR
"""Seconds by which wall clock and count may differ without a question: a chip's drift in years."""

CHIP_SET = 5.0
"""Seconds by which a chip and CLOCK_BOOTTIME differ only if the chip was set."""


class Question(StrEnum):
    """What an administrator has to be asked."""

    NONE = "none"
    ASK = "ask"  # the wall clock says something else than what was counted
    WAIT = "wait"  # nobody knows how long the power was off
    FIRST = "first"  # nobody has ever confirmed the time


@dataclass(frozen=True, slots=True)
class BootTime:
    """The count since the boot."""

    boot: str
    seconds: float  # CLOCK_BOOTTIME


@dataclass(frozen=True, slots=True)
class ChipReading:
    """The clock chip as it was read before any time server could have set it."""

    at: float  # UTC
    uptime: float  # CLOCK_BOOTTIME at that moment


@dataclass(frozen=True, slots=True)
class ChipState:
    """The clock chip; None where it is missing, or its oscillator has stopped."""

    id: str = ""
    at_boot: ChipReading | None = None
    now: float | None = None  # UTC


NO_CHIP = ChipState()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The believed time, and what is to be asked about it."""

    belief: Belief | None
    question: Question


def judge(
    belief: Belief | None,
    wall: float | None,
    boottime: BootTime,
    chip: ChipState,
    operator: float | None = None,
) -> Judgement:
    """Judge what time it is.

    Args:
        belief: the last judgement's, from the ledger; None before the first confirmation.
        wall: the wall clock (UTC); None if nobody has set it.
        boottime: the count since the boot.
        chip: the clock chip.
        operator: the time (UTC) that an administrator confirms at this moment, if one does.
    """
    if operator is not None:
        return _asked(_confirmed(belief, operator, boottime, chip), wall)
    if belief is None:
        return Judgement(None, Question.FIRST)
    same_boot = belief.boot == boottime.boot
    counted = _within(belief, boottime, chip) if same_boot else _across(belief, boottime, chip)
    return _asked(_taken(counted, wall), wall)


def _confirmed(belief: Belief | None, at: float, boottime: BootTime, chip: ChipState) -> Belief:
    return Belief(
        at,
        boottime.boot,
        boottime.seconds,
        chip=chip.id,
        rtc=chip.now,
        by_chip=chip.now is not None,
        agrees=True,
        agreed=True,
        exact=True,
        counted=belief.counted if belief is not None else 0.0,
    )


def _within(belief: Belief, boottime: BootTime, chip: ChipState) -> Belief:
    """Count on in the same boot, and find out whether the chip was set."""
    elapsed = max(boottime.seconds - belief.uptime, 0.0)
    return _moved(belief, boottime, chip, elapsed, _expected(belief, elapsed))


def _across(belief: Belief, boottime: BootTime, chip: ChipState) -> Belief:
    """Count on in another boot, by the chip if it can tell."""
    ran, first = _ran(belief, chip), chip.at_boot
    since = boottime.seconds - first.uptime if first is not None else 0.0
    set_back = ran is not None and ran < -CHIP_SET
    by_chip = False
    elapsed = boottime.seconds
    if ran is not None and not set_back and belief.witness:
        by_chip, elapsed = True, max(ran, 0.0) + since
    fresh = structs.replace(
        belief,
        chip=chip.id,
        witness=chip.id != belief.chip or (belief.witness and not set_back),
        by_chip=by_chip,
        agrees=False,
        agreed=False,
        exact=belief.exact and by_chip,
        taken=0.0,
    )
    return _moved(fresh, boottime, chip, elapsed, first.at + since if first is not None else None)


def _ran(belief: Belief, chip: ChipState) -> float | None:
    """Return the seconds that the chip counted up to its reading at the boot, if it can tell."""
    if chip.id != belief.chip or chip.at_boot is None or belief.rtc is None:
        return None
    return chip.at_boot.at - belief.rtc


def _expected(belief: Belief, elapsed: float) -> float | None:
    return belief.rtc + elapsed if belief.rtc is not None else None


def _moved(
    belief: Belief, boottime: BootTime, chip: ChipState, elapsed: float, expected: float | None
) -> Belief:
    """Move a belief on by counted seconds, beside the chip.

    Args:
        belief: the one before, with what another boot changes.
        boottime: the count now.
        chip: the chip now.
        elapsed: seconds that were counted since.
        expected: the chip's reading now, if nobody has set it.
    """
    at = belief.at + elapsed
    rtc = chip.now if chip.now is not None else expected
    return structs.replace(
        belief,
        at=at,
        boot=boottime.boot,
        uptime=boottime.seconds,
        rtc=rtc,
        witness=belief.witness and not _set_by_others(rtc, expected, at),
        counted=belief.counted + elapsed,
    )


def _set_by_others(rtc: float | None, expected: float | None, at: float) -> bool:
    """Say whether the chip was set; the box sets it too, but to the believed time alone."""
    ours = (at,) if expected is None else (at, expected)
    return rtc is not None and all(abs(rtc - told) > CHIP_SET for told in ours)


def _taken(belief: Belief, wall: float | None) -> Belief:
    """Take the wall clock's word, as far as it goes."""
    if wall is None:
        return structs.replace(belief, agrees=False)
    ahead = wall - belief.at
    near = abs(ahead) <= APART
    seen = structs.replace(belief, agrees=near, agreed=belief.agreed or near)
    if belief.by_chip:
        return structs.replace(seen, unproved=0.0) if near else seen
    room = min(MOST_IN_A_BOOT - belief.taken, MOST_UNPROVED - belief.unproved)
    if belief.lost or not 0 < ahead <= room:
        return seen
    taken, unproved = belief.taken + ahead, belief.unproved + ahead
    return structs.replace(seen, at=wall, agrees=True, agreed=True, taken=taken, unproved=unproved)


def _asked(belief: Belief, wall: float | None) -> Judgement:
    """Say what an administrator has to be asked, now that the wall clock's word is taken."""
    question = Question.NONE
    if wall is not None:
        ahead = wall - belief.at
        late = -APART if belief.by_chip else -float(DAY)
        if ahead < late or (ahead > APART and belief.agreed | belief.by_chip):
            question = Question.ASK
        elif ahead > APART:
            question = Question.WAIT
    return Judgement(belief, Question.WAIT if belief.lost else question)

"""Judge the time: the table of cases, each as one call of the pure function."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from appliance.clock import DAY, HOUR
from appliance.keeper.storage.belief import Belief
from appliance.keeper.time.judge import (
    APART,
    MOST_IN_A_BOOT,
    MOST_UNPROVED,
    NO_CHIP,
    BootTime,
    ChipReading,
    ChipState,
    Question,
    judge,
)

T = 1_790_000_000.0
"""The last belief, at an uptime of 1,000 s in the boot ``aaaaaa``."""

CHIP_OFFSET = 500.0
"""The chip need not be right: its elapsed time counts."""

NONE, ASK, WAIT, FIRST = Question.NONE, Question.ASK, Question.WAIT, Question.FIRST


def believed(**changes: Any) -> Belief:
    """What the ledger holds."""
    made = Belief(T, "aaaaaa", 1000.0, agreed=True, exact=True, counted=7.0)
    return structs.replace(made, **changes)


def with_chip(**changes: Any) -> Belief:
    """What the ledger holds on a board with a clock chip."""
    return believed(chip="chip", rtc=T + CHIP_OFFSET, by_chip=True, **changes)


def chip(now: float | None, at_boot: ChipReading | None = None) -> ChipState:
    return ChipState("chip", at_boot, now)


def booted_with(off: float, *, uptime: float = 60.0, read_at: float = 5.0) -> ChipState:
    """The chip a minute after a boot that came so many seconds after the last belief."""
    first = ChipReading(T + CHIP_OFFSET + off + read_at, read_at)
    return chip(T + CHIP_OFFSET + off + uptime, first)


SAME = BootTime("aaaaaa", 4600.0)  # an hour later
NEXT = BootTime("bbbbbb", 60.0)  # a minute after the next boot
ON = T + 3600.0
CHIP_ON = chip(T + CHIP_OFFSET + 3600.0)


@dataclass(frozen=True)
class Row:
    """A case and what becomes of it."""

    case: str
    belief: Belief | None
    wall: float | None
    boottime: BootTime
    chip: ChipState
    believed: float | None
    question: Question
    operator: float | None = None


YEARS = 2 * 365.0 * DAY
FORTNIGHT = 14.0 * DAY

TABLE = [
    # the same boot, the wall clock set anyhow
    Row("all is well", believed(), ON, SAME, NO_CHIP, ON, NONE),
    Row("all is well, with a chip", with_chip(), ON, SAME, CHIP_ON, ON, NONE),
    Row("set ahead, a day at most, no chip", believed(), ON + DAY, SAME, NO_CHIP, ON + DAY, NONE),
    Row("set ahead within the hour, chip", with_chip(), ON + 3599, SAME, CHIP_ON, ON, NONE),
    Row("set an hour ahead, chip", with_chip(), ON + 3601, SAME, CHIP_ON, ON, ASK),
    Row("set two years ahead, chip", with_chip(), ON + YEARS, SAME, CHIP_ON, ON, ASK),
    Row("set two years ahead, no chip", believed(), ON + YEARS, SAME, NO_CHIP, ON, ASK),
    Row(
        "a second day in one boot",
        *(believed(taken=float(DAY)), ON + HOUR + 1, SAME, NO_CHIP, ON, ASK),
    ),
    Row("the rest of a day", believed(taken=DAY - 60.0), ON + 60, SAME, NO_CHIP, ON + 60, NONE),
    Row("nobody set the clock", believed(), None, SAME, NO_CHIP, ON, NONE),
    Row("a minute behind", believed(), ON - 60, SAME, NO_CHIP, ON, NONE),
    Row("not yet a day behind, no chip", believed(), ON - DAY, SAME, NO_CHIP, ON, NONE),
    Row("more than a day behind", believed(), ON - DAY - 1, SAME, NO_CHIP, ON, ASK),
    Row("two hours behind, chip", with_chip(), ON - 7200, SAME, CHIP_ON, ON, ASK),
    Row("in 1970", with_chip(), 60.0, SAME, CHIP_ON, ON, ASK),
    # a boot with a chip that counts
    Row("a night off, chip", with_chip(), T + 50_060, NEXT, booted_with(50_000), T + 50_060, NONE),
    Row(
        "a fortnight off, chip",
        *(with_chip(), T + FORTNIGHT + 60, NEXT, booted_with(FORTNIGHT), T + FORTNIGHT + 60, NONE),
    ),
    Row(
        "ten years off, chip",
        *(with_chip(), T + 5 * YEARS + 60, NEXT, booted_with(5 * YEARS), T + 5 * YEARS + 60, NONE),
    ),
    Row("the clock says more", with_chip(), T + YEARS, NEXT, booted_with(100), T + 160, ASK),
    Row("the clock says less", with_chip(), T + 160 - 3601, NEXT, booted_with(100), T + 160, ASK),
    Row("nobody set the clock, chip", with_chip(), None, NEXT, booted_with(100), T + 160, NONE),
    # a boot without one
    Row("a night off, no chip", believed(), T + 50_000, NEXT, NO_CHIP, T + 50_000, NONE),
    Row("a day off, no chip", believed(), T + 60 + DAY, NEXT, NO_CHIP, T + 60 + DAY, NONE),
    Row("more than a day off", believed(), T + 61 + DAY, NEXT, NO_CHIP, T + 60, WAIT),
    Row("a fortnight off, no chip", believed(), T + FORTNIGHT, NEXT, NO_CHIP, T + 60, WAIT),
    Row("two years ahead", believed(), T + YEARS, NEXT, NO_CHIP, T + 60, WAIT),
    Row(
        "the days are used up",
        *(believed(unproved=MOST_UNPROVED), T + 50_000, NEXT, NO_CHIP, T + 60, WAIT),
    ),
    Row(
        "the last of the days",
        *(believed(unproved=MOST_UNPROVED - 9000), T + 9060, NEXT, NO_CHIP, T + 9060, NONE),
    ),
    Row("not set after a boot", believed(), None, NEXT, NO_CHIP, T + 60, NONE),
    Row("where it was when it went off", believed(), T - 3000, NEXT, NO_CHIP, T + 60, NONE),
    Row("two days behind after a boot", believed(), T - 2 * DAY, NEXT, NO_CHIP, T + 60, ASK),
    Row("the battery is empty", with_chip(), T + 50_000, NEXT, chip(None), T + 50_000, NONE),
    Row("empty, and a fortnight off", with_chip(), T + FORTNIGHT, NEXT, chip(None), T + 60, WAIT),
    Row(
        "read too late, after the network",
        *(with_chip(), T + YEARS, NEXT, chip(T + YEARS), T + 60, WAIT),
    ),
    Row(
        "somebody had set the chip",
        *(with_chip(witness=False), T + FORTNIGHT, NEXT, booted_with(FORTNIGHT), T + 60, WAIT),
    ),
    Row(
        "the chip of another board",
        *(believed(chip="other", rtc=T), T + FORTNIGHT, NEXT, booted_with(FORTNIGHT), T + 60, WAIT),
    ),
    Row(
        "the chip was put back",
        *(with_chip(), T + FORTNIGHT, NEXT, booted_with(-9000), T + 60, WAIT),
    ),
    # the first boot, and a ledger that was lost
    Row("nobody has confirmed anything", None, T, SAME, CHIP_ON, None, FIRST),
    Row("nor is there a clock", None, None, SAME, NO_CHIP, None, FIRST),
    Row("a lost ledger", believed(lost=True), T + 50_000, NEXT, NO_CHIP, T + 60, WAIT),
    Row(
        "a lost ledger, and the clock agrees",
        *(believed(lost=True), T + 61, NEXT, NO_CHIP, T + 60, WAIT),
    ),
    # a person
    Row("confirmed at first", None, T, SAME, CHIP_ON, T, NONE, operator=T),
    Row(
        "confirmed after a wait",
        *(believed(), T + FORTNIGHT, NEXT, NO_CHIP, T + FORTNIGHT, NONE, T + FORTNIGHT),
    ),
    Row("confirmed back", believed(), T - YEARS, SAME, NO_CHIP, T - YEARS, NONE, T - YEARS),
    Row("confirmed against the clock", believed(), T + YEARS, SAME, NO_CHIP, ON, ASK, ON),
    Row("confirmed after a loss", believed(lost=True), T + 61, NEXT, NO_CHIP, T + 61, NONE, T + 61),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row.case))
def test_the_table(row: Row) -> None:
    judged = judge(row.belief, row.wall, row.boottime, row.chip, row.operator)
    at = judged.belief.at if judged.belief is not None else None
    assert (at, judged.question) == (row.believed, row.question)


def again(belief: Belief | None, wall: float | None, boottime: BootTime, of: ChipState) -> Belief:
    judged = judge(belief, wall, boottime, of)
    assert judged.belief is not None
    return judged.belief


# -- the chip as a witness ----------------------------------------------------------------------


def test_whoever_sets_the_chip_makes_it_useless_until_a_person_confirms() -> None:
    lying = T + YEARS
    minute = BootTime("aaaaaa", 1060.0)
    set_by_the_network = again(with_chip(), lying, minute, chip(lying))
    assert not set_by_the_network.witness
    after = again(
        set_by_the_network,
        lying,
        BootTime("bbbbbb", 60.0),
        chip(lying + 120, ChipReading(lying + 65, 5.0)),
    )
    assert after.at == T + 120
    confirmed = judge(after, lying, BootTime("bbbbbb", 60.0), chip(lying), T + 500).belief
    assert confirmed is not None
    assert confirmed.witness  # fmt: skip


def test_a_chip_set_between_the_boot_and_the_keepers_start_counts_once_and_never_again() -> None:
    """It was read before; what it says now is somebody else's."""
    lying = T + YEARS
    first = ChipReading(T + CHIP_OFFSET + 7000, 5.0)
    belief = again(with_chip(), lying, NEXT, chip(lying, first))
    assert (belief.at, belief.by_chip, belief.witness) == (T + 7055, True, False)


def test_the_box_sets_the_chip_to_what_it_believes_and_that_harms_nothing() -> None:
    minute = BootTime("aaaaaa", 1060.0)
    belief = again(with_chip(), T + 60, minute, chip(T + 60))
    assert belief.witness
    assert belief.rtc == T + 60
    fresh = again(believed(chip="chip"), T + 60, minute, chip(T + 60))
    assert (fresh.witness, fresh.rtc) == (True, T + 60)


def test_a_chip_that_does_not_answer_for_a_minute_is_no_chip_that_was_set() -> None:
    belief = again(with_chip(), T + 60, BootTime("aaaaaa", 1060.0), chip(None))
    belief = again(belief, T + 120, BootTime("aaaaaa", 1120.0), chip(T + CHIP_OFFSET + 120))
    assert belief.witness


def test_drift_of_a_bad_chip_is_no_setting() -> None:
    belief = with_chip()
    for minute in range(1, 60 * 24 * 7):
        passed = 60.0 * minute
        drifted = T + CHIP_OFFSET + passed * 1.0001  # 100 millionths, 8.6 s a day
        belief = again(belief, T + passed, BootTime("aaaaaa", 1000 + passed), chip(drifted))
    assert belief.witness


def test_a_chip_of_whole_seconds_is_no_chip_that_was_set() -> None:
    belief = with_chip()
    for minute in range(1, 2000):
        passed = 59.63 * minute
        whole = float(int(T + CHIP_OFFSET + passed))
        belief = again(belief, T + passed, BootTime("aaaaaa", 1000 + passed), chip(whole))
    assert belief.witness


def test_a_boot_with_a_chip_takes_nothing_from_the_wall_clock() -> None:
    belief = again(with_chip(), T + 160, NEXT, booted_with(100))
    later = BootTime("bbbbbb", 120.0)
    for wall in (T + 220 + 23 * HOUR, T + 220 + DAY, T + 220 + 59 * 60):
        assert again(belief, wall, later, chip(T + CHIP_OFFSET + 220)).at == T + 220


# -- the two limits on a wall clock alone ---------------------------------------------------------


def test_what_is_taken_on_trust_is_counted_until_somebody_agrees() -> None:
    belief: Belief = believed()
    for boot in range(1, 40):
        wall = belief.at + 60 + 23 * HOUR
        belief = again(belief, wall, BootTime(f"{boot:06x}", 60.0), NO_CHIP)
        assert belief.taken <= MOST_IN_A_BOOT
    assert belief.unproved <= MOST_UNPROVED
    assert MOST_UNPROVED - 23 * HOUR < belief.unproved
    confirmed = judge(belief, belief.at, BootTime("cccccc", 9.0), NO_CHIP, belief.at).belief
    assert confirmed is not None
    assert confirmed.unproved == 0.0


def test_a_chip_that_agrees_gives_the_days_back() -> None:
    used = with_chip(unproved=MOST_UNPROVED)
    assert again(used, T + 160 + YEARS, NEXT, booted_with(100)).unproved == MOST_UNPROVED
    assert again(used, T + 160, NEXT, booted_with(100)).unproved == 0.0


# -- whatever comes ------------------------------------------------------------------------------

WALLS = st.one_of(st.none(), st.floats(0, 4e9))


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1e6), WALLS), max_size=30))
def test_without_a_chip_or_a_person_no_clock_moves_it_further_than_thirty_days(
    steps: list[tuple[bool, float, float | None]],
) -> None:
    belief: Belief = believed()
    boot, uptime, counted = 0, 1000.0, 0.0
    for boots, passes, wall in steps:
        boot, uptime = (boot + 1, passes) if boots else (boot, uptime + passes)
        counted += passes
        name = f"{boot:06x}" if boot else "aaaaaa"
        before = belief.at
        belief = again(belief, wall, BootTime(name, uptime), NO_CHIP)
        assert belief.at >= before + passes - 1e-3, "it never goes back, and always counts on"
        assert belief.at <= T + counted + MOST_UNPROVED + 1
        assert belief.taken <= MOST_IN_A_BOOT


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10**6), WALLS), max_size=30))
def test_with_a_chip_no_clock_moves_it_at_all(
    steps: list[tuple[bool, int, float | None]],
) -> None:
    belief: Belief = with_chip()
    boot, uptime, passed = 0, 1000.0, 0.0
    first: ChipReading | None = None
    for boots, passes, wall in steps:
        passed += passes
        if boots:
            boot, uptime = boot + 1, 30.0
            passed += 30.0
            first = ChipReading(T + CHIP_OFFSET + passed - 20.0, 10.0)
        else:
            uptime += passes
        name = f"{boot:06x}" if boot else "aaaaaa"
        now = ChipState("chip", first, T + CHIP_OFFSET + passed)
        belief = again(belief, wall, BootTime(name, uptime), now)
        assert belief.at == pytest.approx(T + passed, abs=1)
    assert belief.witness


def test_nothing_is_asked_of_a_clock_that_is_an_hour_off() -> None:
    for off in (-APART, APART):
        assert judge(with_chip(), ON + off, SAME, CHIP_ON).question is NONE

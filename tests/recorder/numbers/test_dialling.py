from collections.abc import Callable, Iterable
from functools import partial

import pytest

from appliance.model import events as ev
from appliance.model.terms import AnswerBasis, Grade, Hook, NumberKind, PartyCue, Side, Tone
from appliance.recorder.numbers.dialling import DialObserver
from appliance.recorder.numbers.emergency import EmergencyNumbers

SECOND = 8000
ORDINARY = "221234567"

Judged = list[tuple[NumberKind, str | None]]


def pressed(at: int, key: str, side: Side, grade: Grade) -> ev.DigitPressed:
    return ev.DigitPressed(at, key, side, grade, 80, -8.0, 2.0, 1.0)


def pulsed(at: int, key: str) -> ev.DigitPressed:
    return ev.DigitPressed(at, key, Side.NEAR, Grade.A, 100 * int(key), 0.0, 0.0, 1.0)


class Desk:
    """An office's phone: it does things in time, and what is judged is collected."""

    def __init__(
        self,
        country: str = "PL",
        prefix: str = "",
        listed: Iterable[str] = (),
        *,
        deaf: bool = False,
    ) -> None:
        numbers = set(listed)
        self.now = 10 * SECOND
        self.told: list[ev.NumberDialled] = []
        self._dialled = DialObserver(country, prefix, numbers.__contains__, deaf_to_pulses=deaf)

    def do(self, make: Callable[[int], ev.Event], then: float = 0.0) -> "Desk":
        self.told += self._dialled.judge(make(self.now))
        return self.wait(then)

    def wait(self, seconds: float) -> "Desk":
        end = self.now + round(seconds * SECOND)
        while self.now < end:
            self.now = min(end, self.now + 160)
            self.told += self._dialled.due(self.now)
        return self

    def lift(self) -> "Desk":
        return self.do(lambda at: ev.HookChanged(at, Hook.OFF), 0.8)

    def hang_up(self) -> "Desk":
        return self.do(lambda at: ev.HookChanged(at, Hook.ON), 1)

    def ring(self) -> "Desk":
        return self.do(ev.Ring, 3)

    def flash(self) -> "Desk":
        return self.do(lambda at: ev.PartyChanged(at, PartyCue.FLASH), 1)

    def tone(self, tone: Tone = Tone.DIAL) -> "Desk":
        return self.do(lambda at: ev.ToneHeard(at, tone), 0.5)

    def answered(self) -> "Desk":
        return self.do(lambda at: ev.Answered(at, AnswerBasis.REVERSAL), 1)

    def dial(self, keys: str, side: Side = Side.NEAR, grade: Grade = Grade.A) -> "Desk":
        for key in keys:
            press = partial(pressed, key=key, side=side, grade=grade)
            self.do(press, 0.2)
        return self

    @property
    def judged(self) -> Judged:
        return [(told.kind, told.number) for told in self.told]


def test_an_ordinary_number_is_judged_4_s_after_its_last_digit() -> None:
    desk = Desk().lift().dial(ORDINARY)
    last = desk.now - round(0.2 * SECOND) + 80 * 8
    assert desk.wait(3.5).judged == []

    desk.wait(1)

    assert desk.told == [ev.NumberDialled(last + 4 * SECOND, NumberKind.ORDINARY, "+48221234567")]
    assert desk.wait(60).told[1:] == []


@pytest.mark.parametrize("number", ["112", "997", "986", "991", "116111", "*31#112", "#31#999"])
def test_an_emergency_is_told_at_its_last_digit_and_once(number: str) -> None:
    desk = Desk().lift().dial(number)

    assert desk.judged == [(NumberKind.EMERGENCY, None)]
    assert desk.dial("5").wait(30).judged == [(NumberKind.EMERGENCY, None)]


def test_an_emergency_behind_the_offices_prefix_is_told_at_once() -> None:
    assert Desk(prefix="0").lift().dial("0112").judged == [(NumberKind.EMERGENCY, None)]
    assert Desk(prefix="0").lift().dial("112").judged == [(NumberKind.EMERGENCY, None)]


@pytest.mark.parametrize("number", ["0112", "8997", "0986"])
def test_an_emergency_behind_a_prefix_nobody_told_us_of_is_told_in_the_end(number: str) -> None:
    desk = Desk().lift().dial(number)
    assert desk.judged == []

    assert desk.wait(5).judged == [(NumberKind.EMERGENCY, None)]


def test_pulses_dial_too() -> None:
    desk = Desk().lift()
    for key in "112":
        desk.do(partial(pulsed, key=key), 1.0)

    assert desk.judged == [(NumberKind.EMERGENCY, None)]


@pytest.mark.parametrize(
    ("country", "prefix", "dialled", "expected"),
    [
        ("PL", "", ORDINARY, (NumberKind.ORDINARY, "+48221234567")),
        ("PL", "", "0048" + ORDINARY, (NumberKind.ORDINARY, "+48221234567")),
        ("PL", "", "#31#" + ORDINARY, (NumberKind.ORDINARY, "+48221234567")),
        ("PL", "", ORDINARY + "#", (NumberKind.ORDINARY, "+48221234567")),
        ("PL", "0", "0" + ORDINARY, (NumberKind.ORDINARY, "+48221234567")),
        ("DE", "", "030901820", (NumberKind.ORDINARY, "+4930901820")),
        ("DE", "0", "0030901820", (NumberKind.ORDINARY, "+4930901820")),
        ("US", "9", "912125550100", (NumberKind.ORDINARY, "+12125550100")),
        ("PL", "2", "2" + ORDINARY, (NumberKind.ORDINARY, "+48221234567")),
        ("DE", "0", "030901820", (NumberKind.ORDINARY, "+4930901820")),  # the same with and without
        (
            "PL",
            "0",
            ORDINARY,
            (NumberKind.AMBIGUOUS, None),
        ),  # an extension, or the prefix was missed
        (
            "PL",
            "",
            "19115",
            (NumberKind.INCOMPLETE, None),
        ),  # an information service: not ours to judge
        ("PL", "", "22123456", (NumberKind.INCOMPLETE, None)),
        ("PL", "", "2212345678", (NumberKind.INCOMPLETE, None)),
        ("PL", "", "12", (NumberKind.INCOMPLETE, None)),
        ("PL", "", "*#06#", (NumberKind.INCOMPLETE, None)),
        ("PL", "", ORDINARY + "A", (NumberKind.INCOMPLETE, None)),
        ("PL", "", "*" + ORDINARY, (NumberKind.INCOMPLETE, None)),
    ],
)
def test_a_dialled_number_is_what_it_is(
    country: str, prefix: str, dialled: str, expected: tuple[NumberKind, str | None]
) -> None:
    desk = Desk(country, prefix).lift().dial(dialled).wait(5)

    assert desk.judged == [expected]


def test_a_prefix_that_leaves_two_numbers_is_ambiguous() -> None:
    desk = Desk("DE", "8").lift().dial("8030901820").wait(5)  # 8-030 901820, or 8030 901820?

    assert desk.judged == [(NumberKind.AMBIGUOUS, None)]


def test_a_listed_number_is_told_without_itself() -> None:
    desk = Desk(listed=["+48221234567"]).lift().dial(ORDINARY).wait(5)

    assert desk.judged == [(NumberKind.LISTED, None)]


def test_a_number_dialled_with_a_long_pause_is_judged_again_as_a_whole() -> None:
    desk = Desk().lift().dial("22123").wait(6).dial("4567").wait(5)

    assert desk.judged == [(NumberKind.INCOMPLETE, None), (NumberKind.ORDINARY, "+48221234567")]
    assert Desk().lift().dial("1").wait(6).dial("12").judged[-1] == (NumberKind.EMERGENCY, None)


def test_missing_sound_while_dialling_leaves_the_number_incomplete() -> None:
    desk = Desk().lift().dial("221").do(lambda at: ev.Gap(at, 800)).dial("234567").wait(5)
    assert desk.judged == [(NumberKind.INCOMPLETE, None)]

    emergency = Desk().lift().dial("1").do(lambda at: ev.Gap(at, 800)).dial("12")
    assert emergency.judged == [(NumberKind.EMERGENCY, None)]


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ("1?2", NumberKind.EMERGENCY),
        ("??2", NumberKind.EMERGENCY),
        ("???", NumberKind.EMERGENCY),
        ("0?12", NumberKind.EMERGENCY),  # behind a prefix
        ("2?2", NumberKind.INCOMPLETE),
        ("22123456?", NumberKind.INCOMPLETE),
    ],
)
def test_a_digit_that_was_not_counted_may_be_one_of_a_call_for_help(
    keys: str, kind: NumberKind
) -> None:
    desk = Desk(prefix="0" if keys.startswith("0") else "").lift().dial(keys).wait(5)
    assert desk.judged == [(kind, None)]


def test_a_call_dialled_by_pulses_that_nobody_hears_may_be_one_for_help() -> None:
    """A polled modem and a Whozz Calling unit tell of no pulse: in doubt no call-back is asked."""
    for tone in (Tone.DIAL, Tone.RINGBACK):
        dialled = Desk(deaf=True).lift().tone(tone).wait(12).hang_up()
        assert dialled.judged == [(NumberKind.EMERGENCY, None)]
    unknown = Desk(deaf=True).lift().tone().wait(12)
    unknown.do(lambda at: ev.HookChanged(at, Hook.UNKNOWN))
    assert unknown.judged == [(NumberKind.EMERGENCY, None)]
    assert Desk(deaf=True).lift().tone().wait(4).hang_up().judged == []  # too short for one
    assert Desk(deaf=True).lift().wait(12).hang_up().judged == []  # answered within the first ring
    assert Desk().lift().tone().wait(12).hang_up().judged == []
    assert Desk(deaf=True).ring().lift().wait(12).hang_up().judged == []
    keyed = Desk(deaf=True).lift().tone().dial(ORDINARY).wait(12).hang_up()
    assert [kind for kind, _ in keyed.judged] == [NumberKind.ORDINARY]


def test_keys_in_a_call_that_came_in_are_no_number() -> None:
    desk = Desk().ring().lift().dial(ORDINARY).wait(5)

    assert desk.judged == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (ORDINARY, NumberKind.ORDINARY),
        ("0112", NumberKind.EMERGENCY),
        ("22123", NumberKind.INCOMPLETE),
    ],
)
def test_the_networks_answer_shows_that_a_number_is_complete(number: str, kind: NumberKind) -> None:
    """Whoever answers within four seconds was called by the keys that stand there."""
    desk = Desk().lift().dial(number)
    assert desk.judged == []
    desk.answered()
    assert [each.kind for each in desk.told] == [kind]
    assert len(desk.wait(5).told) == 1


def test_an_answer_judges_no_number_twice() -> None:
    desk = Desk().lift().dial(ORDINARY).wait(5).answered()
    assert len(desk.told) == 1
    desk = Desk().lift().answered()
    assert desk.told == []


def test_keys_after_the_answer_are_a_menu() -> None:
    desk = Desk().lift().dial(ORDINARY).wait(5).answered().dial("1").wait(5).dial(ORDINARY).wait(5)

    assert desk.judged == [(NumberKind.ORDINARY, "+48221234567")]


def test_digits_after_a_complete_number_belong_to_the_far_end() -> None:
    desk = Desk().lift().dial(ORDINARY).wait(5).dial("3").wait(5)

    assert desk.judged == [(NumberKind.ORDINARY, "+48221234567")]


def test_a_flash_begins_a_new_number_even_in_a_call_that_came_in() -> None:
    desk = Desk().ring().lift().wait(20).flash().dial("112")
    assert desk.judged == [(NumberKind.EMERGENCY, None)]

    desk = Desk().ring().lift().wait(20).dial("9").flash().dial(ORDINARY).wait(5)
    assert desk.judged == [(NumberKind.ORDINARY, "+48221234567")]


def test_a_dial_tone_begins_a_new_number() -> None:
    desk = Desk().ring().lift().wait(20).dial("7").tone().dial("997")
    assert desk.judged == [(NumberKind.EMERGENCY, None)]


def test_a_second_dial_tone_after_the_prefix_keeps_the_number_whole() -> None:
    desk = Desk(prefix="0").lift().tone().dial("0").tone().dial(ORDINARY).wait(5)

    assert desk.judged == [(NumberKind.ORDINARY, "+48221234567")]


def test_a_dial_tone_long_after_a_number_begins_anew() -> None:
    desk = Desk().lift().dial("22").wait(6).tone().dial("112")

    assert desk.judged == [(NumberKind.INCOMPLETE, None), (NumberKind.EMERGENCY, None)]


def test_an_emergency_redialled_in_a_call_that_came_in_is_told_after_a_silence() -> None:
    desk = Desk().ring().lift().wait(20).dial("112")
    assert desk.judged == []

    assert desk.wait(5).judged == [(NumberKind.EMERGENCY, None)]
    assert Desk().ring().lift().wait(20).dial("1125").wait(5).judged == []


def test_other_tones_change_nothing() -> None:
    desk = Desk().lift().dial("2212").tone(Tone.RINGBACK).dial("34567").wait(5)

    assert desk.judged == [(NumberKind.ORDINARY, "+48221234567")]


def test_the_callers_own_keys_are_not_dialled() -> None:
    desk = Desk().lift().dial("112", Side.FAR, Grade.A).wait(5)
    assert desk.judged == []


@pytest.mark.parametrize(
    ("side", "grade"),
    [(Side.UNSURE, Grade.NONE), (Side.FAR, Grade.C), (Side.FAR, Grade.B)],
)
def test_a_key_that_only_may_be_the_callers_counts_as_dialled(side: Side, grade: Grade) -> None:
    assert Desk().lift().dial("112", side, grade).judged == [(NumberKind.EMERGENCY, None)]


def test_each_call_begins_with_nothing_dialled() -> None:
    desk = Desk().lift().dial("11").hang_up().lift().dial("2").wait(5)
    assert desk.judged == [(NumberKind.INCOMPLETE, None)]

    twice = Desk().lift().dial("112").hang_up().lift().dial("112")
    assert twice.judged == [(NumberKind.EMERGENCY, None)] * 2


def test_off_hook_long_after_a_ring_dials_out() -> None:
    desk = Desk().ring().wait(7).lift().dial("112")

    assert desk.judged == [(NumberKind.EMERGENCY, None)]


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("PL", "986"),
        ("PL", "991"),
        ("DE", "110"),
        ("DE", "19222"),
        ("GB", "999"),
        ("GB", "101"),
        ("US", "911"),
        ("US", "988"),
        ("FR", "15"),
        ("CZ", "155"),
        ("CZ", "116123"),
    ],
)
def test_emergency_numbers_of_the_library_and_of_our_table(country: str, number: str) -> None:
    assert EmergencyNumbers(country).holds(number)


@pytest.mark.parametrize("number", ["", "1", "11", "1120", "986986", ORDINARY, "12"])
def test_other_numbers_call_for_no_help(number: str) -> None:
    assert not EmergencyNumbers("PL").holds(number)

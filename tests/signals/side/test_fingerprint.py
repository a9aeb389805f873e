"""Test fingerprints of phones: no near key is ever taken for far."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from appliance.model.calibration import (
    FarFigures,
    KeyFigures,
    LineCalibration,
    PhoneFigures,
    encode,
    parse,
    valid_name,
)
from appliance.model.terms import Grade, Side
from appliance.recorder.calibration import grading
from appliance.signals.side.fingerprint import (
    LEAST_GATE_DB,
    LEAST_TWIST_GATE_DB,
    EnrolledPhones,
    enrolled_phones,
    gate_db,
    measurement_of,
    spread_db,
    summarise_press,
    twist_gate_db,
)

PAD = grading.PAD


def pad(dbm0: float, low: float, high: float, jitter: float = 0.1) -> tuple[KeyFigures, ...]:
    """Return a press of every key, the levels alternating about their mean."""
    return tuple(
        KeyFigures(key=key, dbm0=dbm0 + jitter * (-1) ** n, twist_db=2.0, low=low, high=high)
        for n, key in enumerate(PAD)
    )


def desk(name: str = "desk", dbm0: float = -5.0, off: float = 0.4) -> PhoneFigures:
    alone, second = pad(dbm0, off, off), pad(dbm0 - 3.5, off, off)
    return PhoneFigures(name=name, prompt_db=0.0, alone=alone, second=second)


def far_call(number: int, dbm0: float = -14.0) -> FarFigures:
    keys = tuple(KeyFigures(key=k, dbm0=dbm0, twist_db=2.0, low=0.0, high=0.0) for k in "159*0#")
    return FarFigures(name=f"call {number}", keys=keys)


WHOLE = LineCalibration(
    date="2026-11-26",
    tones_db=20.0,
    every_phone=True,
    phone=(desk(), desk("kitchen", -6.0, 0.2)),
    far=tuple(far_call(n, -13.0 - n) for n in range(3)),
)
RULE = enrolled_phones(WHOLE)

keys = st.sampled_from(PAD)


@given(key=keys, phone=st.integers(0, 1), second=st.booleans(), level=st.floats(-2.9, 2.9),
       low=st.floats(-0.04, 0.04), high=st.floats(-0.04, 0.04), twist=st.floats(-2.5, 2.5),
       purity=st.floats(0.9, 1.0))  # fmt: skip
def test_an_enrolled_phones_key_is_near(
    *,
    key: str,
    phone: int,
    second: bool,
    level: float,
    low: float,
    high: float,
    twist: float,
    purity: float,
) -> None:
    known = WHOLE.phone[phone]
    pressed = next(k for k in (known.second if second else known.alone) if k.key == key)
    drifted = structs.replace(
        pressed,
        dbm0=pressed.dbm0 + level * 0.9,
        low=pressed.low + low,
        high=pressed.high + high,
        twist_db=pressed.twist_db + twist,
    )
    assert RULE.side_of(measurement_of(drifted, purity), key).side is Side.NEAR


@given(key=keys, dbm0=st.floats(-40.0, 3.0), low=st.floats(-1.0, 1.0), high=st.floats(-1.0, 1.0))
def test_what_may_be_an_enrolled_phones_is_never_far(
    key: str, dbm0: float, low: float, high: float
) -> None:
    pressed = KeyFigures(key=key, dbm0=dbm0, twist_db=2.0, low=low, high=high)
    evidence = RULE.side_of(measurement_of(pressed), key)
    may_be = any(
        abs(dbm0 - each.dbm0) < each.gate_db
        and all(abs(a - b) < 0.08 for a, b in ((low, known[0]), (high, known[1])))
        for phone in WHOLE.phone
        for each in RULE.prints
        for known in [(phone.alone[0].low, phone.alone[0].high)]
    )
    assert not (may_be and evidence.side is Side.FAR)
    assert evidence.side is Side.UNSURE or evidence.grade is Grade.B


@given(key=keys, dbm0=st.floats(-24.0, -10.0))
def test_the_networks_exact_tones_are_far_from_phones_that_are_not_exact(
    key: str, dbm0: float
) -> None:
    pressed = KeyFigures(key=key, dbm0=dbm0, twist_db=1.0, low=0.0, high=0.0)
    evidence = RULE.side_of(measurement_of(pressed), key)
    assert (evidence.side, evidence.grade) == (Side.FAR, Grade.B)
    assert 0 < evidence.confidence <= 1


@pytest.mark.parametrize("dbm0", [-40.0, 3.0], ids=["quieter", "louder"])
def test_a_level_of_no_caller_is_unsure(dbm0: float) -> None:
    pressed = KeyFigures(key="1", dbm0=dbm0, twist_db=1.0, low=0.0, high=0.0)
    assert RULE.implausible_level(dbm0)
    assert RULE.side_of(measurement_of(pressed), "1").side is Side.UNSURE


def test_without_any_phone_nothing_is_known() -> None:
    pressed = KeyFigures(key="1", dbm0=-14.0, twist_db=1.0, low=0.0, high=0.0)
    assert (
        EnrolledPhones((), -20.0, -10.0).side_of(measurement_of(pressed), "1").side is Side.UNSURE
    )


def test_a_voice_besides_makes_a_frequency_doubtful() -> None:
    """A tone 0.1 % off is another's on a clean line, and may be this phone's in a mixture."""
    near = structs.replace(WHOLE.phone[0].alone[0], dbm0=-8.5, low=0.5)
    assert RULE.side_of(measurement_of(near, 0.9999), "1").side is Side.FAR
    assert RULE.side_of(measurement_of(near, 0.95), "1").side is not Side.FAR


def wavering(off: float) -> PhoneFigures:
    """Return a phone with this frequency error, whose level varies by 2 dB."""
    return PhoneFigures(
        name="desk", alone=pad(-5.0, off, off, 2.0), second=pad(-8.5, off, off, 2.0)
    )


EXACT, INEXACT = (
    enrolled_phones(structs.replace(WHOLE, phone=(wavering(off),))) for off in (0.0, 0.4)
)
CLEAN = 0.9998  # purity of a piece on a quiet line


def judged(
    rule: EnrolledPhones, dbm0: float, twist_db: float, off: float = 0.0, purity: float = CLEAN
) -> Side:
    pressed = KeyFigures(key="1", dbm0=dbm0, twist_db=twist_db, low=off, high=off)
    return rule.side_of(measurement_of(pressed, purity), "1").side


def test_an_exact_phones_stray_level_is_told_from_the_networks_by_twist() -> None:
    assert judged(EXACT, -16.5, 2.0) is Side.NEAR
    assert judged(EXACT, -16.5, 0.0) is Side.FAR
    assert judged(EXACT, -16.5, 0.0, purity=0.95) is not Side.FAR  # a voice besides


@given(st.floats(-9.0, 6.5), st.floats(-12.5, 0.0), st.floats(0.88, 1.0))
def test_twist_without_a_stray_level_makes_nothing_far(
    twist_db: float, dbm0: float, purity: float
) -> None:
    """As an echo of the phone's own key would change it."""
    assert judged(EXACT, dbm0, twist_db, purity=purity) is not Side.FAR


@given(st.floats(-9.0, 6.5), st.floats(-18.0, -12.0))
def test_twist_counts_nothing_where_the_frequencies_speak_for_a_phone(
    twist_db: float, dbm0: float
) -> None:
    assert judged(INEXACT, dbm0, twist_db, off=0.4) is not Side.FAR


@given(st.floats(-LEAST_TWIST_GATE_DB, LEAST_TWIST_GATE_DB), st.floats(-16.0, 3.0))
def test_an_exact_phones_key_within_its_gates_is_never_far(twist_off: float, dbm0: float) -> None:
    level_off = min(abs(dbm0 - each.dbm0) / each.gate_db for each in EXACT.prints)
    beyond = math.hypot(level_off, twist_off / LEAST_TWIST_GATE_DB) > 1.12
    assert beyond or judged(EXACT, dbm0, 2.0 + twist_off) is not Side.FAR


def test_a_phone_whose_twist_varies_is_given_more_room() -> None:
    steady = WHOLE.phone[0]
    varies = tuple(
        structs.replace(key, twist_db=key.twist_db + (-1) ** n)
        for n, key in enumerate(steady.alone)
    )
    assert twist_gate_db(steady) == LEAST_TWIST_GATE_DB
    assert twist_gate_db(structs.replace(steady, alone=varies)) > 3.0


@given(jitter=st.floats(0.0, 4.0), wider=st.floats(0.1, 2.0))
def test_a_phone_whose_level_varies_more_is_given_more_room(jitter: float, wider: float) -> None:
    steady, other = (
        PhoneFigures(name="p", alone=pad(-5, 0, 0, j)) for j in (jitter, jitter + wider)
    )
    assert LEAST_GATE_DB <= gate_db(steady) <= gate_db(other)
    assert gate_db(other) > 4.265 * spread_db(other) - 1e-9


def test_few_presses_leave_more_room_than_many() -> None:
    few = PhoneFigures(name="p", alone=pad(-5, 0, 0, 2.0)[:4])
    many = PhoneFigures(name="p", alone=pad(-5, 0, 0, 2.0), second=pad(-8, 0, 0, 2.0))
    assert gate_db(few) / spread_db(few) > gate_db(many) / spread_db(many)


@given(st.lists(st.floats(-30, 0), min_size=1, max_size=5), keys)
def test_a_press_is_summed_up_by_the_middle_of_its_pieces(levels: list[float], key: str) -> None:
    pressed = KeyFigures(key=key, dbm0=-9.0, twist_db=1.5, low=0.3, high=-0.2)
    pieces = [measurement_of(structs.replace(pressed, dbm0=level)) for level in levels]
    told = summarise_press(key, pieces)
    assert min(levels) - 0.01 <= told.dbm0 <= max(levels) + 0.01
    assert math.isclose(told.low, 0.3, abs_tol=1e-3)
    assert math.isclose(told.high, -0.2, abs_tol=1e-3)


names = st.from_regex(r"[^\W_][\w .()-]{0,39}", fullmatch=True).filter(valid_name)
figures = st.builds(
    KeyFigures,
    key=st.sampled_from("0123456789*#"),
    dbm0=st.floats(-80, 20),
    twist_db=st.floats(-20, 20),
    low=st.floats(-5, 5),
    high=st.floats(-5, 5),
)
presses = st.lists(figures, max_size=4).map(tuple)


@given(
    st.builds(
        LineCalibration,
        date=st.sampled_from(["", "2026-11-26"]),
        prompt_db=st.floats(-40, 20),
        tones_db=st.none() | st.floats(-80, 80),
        every_phone=st.booleans(),
        single_phone=st.booleans(),
        phone=st.lists(
            st.builds(
                PhoneFigures,
                name=names,
                prompt_db=st.none() | st.floats(-40, 20),
                alone=presses,
                second=presses,
            ),
            max_size=3,
        ).map(tuple),
        far=st.lists(st.builds(FarFigures, name=names, keys=presses), max_size=3).map(tuple),
    )
)
def test_what_is_written_is_read_as_it_was(calibration: LineCalibration) -> None:
    assert parse(encode(calibration)) == calibration

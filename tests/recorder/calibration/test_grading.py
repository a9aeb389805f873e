"""Grade calibrations, each with what it lacks."""

import pytest
from msgspec import structs

from appliance.model.terms import Grade
from appliance.recorder.calibration import grading
from appliance.signals.side.direction import PROBE_DB, LevelRule
from appliance.signals.side.fingerprint import EnrolledPhones
from tests.signals.side.test_fingerprint import EXACT, WHOLE, desk, far_call, pad, wavering


def test_all_enrolled_and_called_is_b() -> None:
    verdict = grading.grade(WHOLE)
    assert (verdict.grade, verdict.not_b) == (Grade.B, ())
    assert isinstance(grading.rule(WHOLE), EnrolledPhones)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tones_db": None}, "not measured whether two tones"),
        ({"tones_db": 17.0}, "The USB sound card controls its gain"),
        ({"far": WHOLE.far[:2]}, "calibration calls from outside, 2 of 3"),
        ({"far": WHOLE.far[:1]}, "calibration calls from outside, 1 of 3"),
        ({"phone": ()}, "no phone was enrolled"),
        ({"every_phone": False}, "phones on the line that are not enrolled"),
        ({"phone": (structs.replace(WHOLE.phone[0], second=()),)}, "second phone off-hook"),
        ({"phone": (structs.replace(WHOLE.phone[0], alone=WHOLE.phone[0].alone[1:]),)},
         "not pressed were 1"),
        ({"phone": (structs.replace(desk(), alone=pad(-5, 0.4, -0.4, 5.0)),)}, "varies by"),
        ({"phone": (desk(off=0.0),), "far": tuple(far_call(n, -6.0) for n in range(3))},
         "only 0% of the callers' keys"),
        ({"single_phone": True}, "the only phone's keys are pressed twice"),
    ],
)  # fmt: skip
def test_what_lacks_is_said_and_b_is_not_earned(changes: dict[str, object], says: str) -> None:
    verdict = grading.grade(structs.replace(WHOLE, **changes), "Reception")
    assert verdict.grade is not Grade.B
    assert any(says in reason.text for reason in verdict.not_b), verdict.not_b
    assert all(reason.text.startswith("Reception") for reason in verdict.not_b)


@pytest.mark.parametrize(("spare_db", "earned"), [(0.8, False), (1.2, True)])
def test_callers_told_by_less_than_the_line_may_drift_earn_no_b(
    spare_db: float, earned: bool
) -> None:
    edge = min(each.dbm0 - each.gate_db for each in EXACT.prints)
    far = tuple(far_call(n, edge - spare_db * PROBE_DB) for n in range(3))
    verdict = grading.grade(structs.replace(WHOLE, phone=(wavering(0.0),), far=far))
    assert (verdict.grade is Grade.B) is earned, verdict.not_b


def test_keys_of_another_phone_among_a_phones_are_noticed() -> None:
    mixed = (*WHOLE.phone[0].alone[:-1], structs.replace(WHOLE.phone[0].alone[-1], low=-0.3))
    verdict = grading.grade(
        structs.replace(WHOLE, phone=(structs.replace(WHOLE.phone[0], alone=mixed),))
    )
    assert any("sounded unlike its other keys" in reason.text for reason in verdict.not_b)


def test_levels_alone_earn_c_with_ten_decibels_between_them() -> None:
    alone = structs.replace(
        WHOLE, every_phone=False, far=tuple(far_call(n, -20.0) for n in range(3))
    )
    assert grading.grade(alone).grade is Grade.C
    assert isinstance(grading.rule(alone), LevelRule)
    closer = structs.replace(alone, far=tuple(far_call(n, -18.0) for n in range(3)))
    assert grading.grade(closer).grade is Grade.NONE
    assert grading.rule(closer) is None
    assert any("10 dB are needed" in reason.text for reason in grading.grade(closer).not_c)

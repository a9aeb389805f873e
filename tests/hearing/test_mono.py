"""Tell sides on one mixed signal: what voids a calibration, how a key is cut into pieces."""

import numpy as np
import pytest

from appliance.hearing.mono import Mono, pieces_of
from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.events import DigitPressed, PromptMarked
from appliance.model.terms import Grade, Side
from appliance.recorder.calibration.figures import learnt
from appliance.signals.dtmf.detector import DtmfDetector, key_wave
from appliance.signals.pcm import Wave
from appliance.signals.side.direction import PROBE_DB
from tests.hearing.lines_heard import heard_on
from tests.signals.side.test_fingerprint import RULE, WHOLE
from tests.signals.sounds import detected, on_line, quiet

FAR = key_wave("1", 100, dbm0=-14.0, twist_db=2.0)
NEAR = key_wave("1", 100, dbm0=-5.0, twist_db=2.0, deviation=0.004)


def ears() -> LineDetectors:
    hearing = LineDetectors("line", "PL", ("both",), learnt(WHOLE))
    hearing.hook_changed(off_hook=True)
    return hearing


def pressed(hearing: LineDetectors, *parts: Wave) -> list[tuple[Side, Grade]]:
    sound = on_line(quiet(1.2), *parts, quiet(0.5))
    events = heard_on(sound, ("both",), hearing)
    return [(e.side, e.grade) for e in events if isinstance(e, DigitPressed)]


def test_a_callers_key_is_far_and_the_offices_own_is_not() -> None:
    assert pressed(ears(), FAR) == [(Side.FAR, Grade.B)]
    ((side, _),) = pressed(ears(), NEAR)
    assert side is not Side.FAR


def test_what_follows_a_near_key_within_a_second_is_not_far() -> None:
    for seconds, side in ((0.2, Side.UNSURE), (0.6, Side.UNSURE), (1.3, Side.FAR)):
        found = pressed(ears(), NEAR, quiet(seconds), FAR)
        assert found[-1][0] is side, seconds


def test_a_near_key_underneath_a_callers_makes_it_unsure() -> None:
    both = FAR.copy()
    both[240:] += key_wave("1", 70, dbm0=-8.5, twist_db=2.0, deviation=0.004)[: both.size - 240]
    ((side, _),) = pressed(ears(), both)
    assert side is not Side.FAR


@pytest.mark.parametrize("ms", [40, 42, 60, 100])
@pytest.mark.parametrize("late", range(0, 160, 31))
def test_a_keys_pieces_hold_nothing_but_the_key(ms: int, late: int) -> None:
    """Not even of a short one, which is over before it has been looked at."""
    sound = on_line(quiet(0.2), np.zeros(late), key_wave("1", ms, dbm0=-14.0), quiet(0.3))
    detector = DtmfDetector()
    frames = sound[: sound.size // FRAME * FRAME].reshape(-1, FRAME)
    found = [
        piece.purity
        for frame in frames
        for key in detected(detector, frame)
        for piece in pieces_of(key, detector.history)
    ]
    assert found
    assert min(found) > 0.998


@pytest.mark.parametrize(("off_db", "holds"), [(0.9 * PROBE_DB, True), (1.1 * PROBE_DB, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_question_off_its_level_makes_every_far_key_of_the_call_unsure(
    off_db: float, holds: bool, sign: int
) -> None:
    hearing = ears()
    hearing._check_level([PromptMarked(0, 5000, sign * off_db, False, False)])
    ((side, _),) = pressed(hearing, FAR)
    assert side is (Side.FAR if holds else Side.UNSURE)
    hearing.hook_changed(off_hook=False)
    hearing.hook_changed(off_hook=True)
    assert pressed(hearing, FAR)[0][0] is Side.FAR  # of this call only


def test_the_questions_level_with_any_enrolled_phone_will_do() -> None:
    mono = Mono(RULE, (0.0, -3.0))
    mono.probed(-3.5)
    assert not mono._void
    mono.probed(-6.0)
    assert mono._void


def test_a_calibration_learnt_in_a_call_counts_from_the_next_one_on() -> None:
    hearing = LineDetectors("line", "PL", ("both",))
    hearing.hook_changed(off_hook=True)
    hearing.calibrate(learnt(WHOLE))
    assert hearing.grades == frozenset()
    assert pressed(hearing, FAR) == [(Side.UNSURE, Grade.NONE)]
    hearing.hook_changed(off_hook=False)
    assert hearing.grades == {"B"}
    hearing.hook_changed(off_hook=True)
    assert pressed(hearing, FAR) == [(Side.FAR, Grade.B)]


def test_between_calls_a_calibration_counts_at_once() -> None:
    hearing = LineDetectors("line", "PL", ("both",))
    hearing.hook_changed(off_hook=False)
    hearing.calibrate(learnt(WHOLE))
    assert hearing.grades == {"B"}


def test_a_callers_key_of_a_level_that_no_caller_had_voids_the_rest_of_the_call() -> None:
    hearing = ears()
    faint = key_wave("1", 100, dbm0=-29.0, twist_db=2.0)
    found = pressed(hearing, faint, quiet(1.5), FAR)
    assert [side for side, _ in found] == [Side.UNSURE, Side.UNSURE]


def test_frames_of_silence_are_no_key() -> None:
    hearing = ears()
    frame = AudioFrame("line", 0, np.zeros((1, RATE // 50), np.int16), ("both",))
    assert hearing.events_in(frame) == []

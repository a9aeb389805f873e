"""Place calls that may fail only if the rig saw that a busy machine is to blame.

The box does not record in doubt. So a call with stuttering sound or a delayed thread may end
unrecorded or cut, and proves nothing; then another one follows. A call that fails with nothing
wrong at this end is the box's fault.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np

from appliance.exchange.scene import Scene
from appliance.link.requests.processes.news import RecorderNews
from appliance.model.audio import RATE
from appliance.model.records import CallRecord
from appliance.signals.pcm import Wave
from tests.rig.hearing import place_in
from tests.rig.listening import DULL
from tests.rig.rig import Rig

CALL_SECONDS = 60.0
"""A call takes its real time: ringing, greetings, question, key, talk."""

_CALLS = 3
_LONGEST = 120.0
_PIECE = RATE // 10
_LOUD = 100.0
_ALIKE = 0.9
_UNRECORDED = {"refused", "retryable", "exempt", "private", "machine", "fault", "ended"}

Result = TypeVar("Result")


def whole_call(rig: Rig, scene: Scene) -> CallRecord:
    """Place a call that must be recorded from beginning to end; return its record."""
    return _undisturbed(rig, partial(_whole_call, rig, scene))


def comes_to(rig: Rig, scene: Scene, state: str) -> int:
    """Let a call come that must reach a state; return where the news of it begins."""
    return _undisturbed(rig, partial(_comes_to, rig, scene, state))


def words_whole(said: Wave, words: Wave) -> bool:
    """Say whether somebody who listens to the box hears these words without a hole in them."""
    said, words = np.convolve(said, DULL, "same"), np.convolve(words, DULL, "same")
    like, at = place_in(said, words)
    heard = said[at : at + words.size]
    pieces = range(0, words.size - _PIECE, _PIECE)
    likes = [
        _likeness(heard[at : at + _PIECE], words[at : at + _PIECE])
        for at in pieces
        if np.sqrt(np.mean(words[at : at + _PIECE] ** 2)) > _LOUD
    ]
    return like > _ALIKE and min(likes) > _ALIKE


def _undisturbed(rig: Rig, happens: Callable[[], Result | None]) -> Result:
    for _ in range(_CALLS):
        breaks, heard = _breaks(rig), len(rig.line.far_end.heard)
        result = happens()
        if result is not None:
            return result
        assert rig.line.far_end.wait_over(_LONGEST), "this machine is far behind real time"
        blame = _breaks(rig) > breaks or not _heard_whole(rig, heard)
        told = f"{rig.box.news.states()}\n{rig.box.log}"
        assert blame, f"the call failed, and nothing was wrong at this end: {told}"
    raise AssertionError(f"the machine was too busy for each of {_CALLS} calls")


def _breaks(rig: Rig) -> int:
    """Return how often this machine was too busy for a telephone line, at either end."""
    return rig.line.breaks + rig.box.sound_broke


def _whole_call(rig: Rig, scene: Scene) -> CallRecord | None:
    place = _comes_to(rig, scene, "recording")
    if place is None:
        return None
    sealed = rig.box.news.wait(lambda news: news.kind == "sealed", CALL_SECONDS, place)
    (call,) = (call for call in rig.box.calls() if call.recording == sealed.recording)
    return call if call.ended == "hung_up" else None


def _comes_to(rig: Rig, scene: Scene, state: str) -> int | None:
    place = rig.box.news.place()
    rig.line.far_end.place(scene)
    rig.box.news.wait(_is_in({"ringing"}), CALL_SECONDS, place)
    place = rig.box.news.place()
    news = rig.box.news.wait(_is_in({state, *_UNRECORDED}), CALL_SECONDS, place)
    return place if _is_in({state})(news) else None


def _is_in(states: set[str]) -> Callable[[RecorderNews], bool]:
    return lambda news: news.kind == "lines" and bool(news.lines) and news.lines[0].state in states


def _heard_whole(rig: Rig, since: int) -> bool:
    """Say whether all that the box said was heard whole, where people heard it."""
    told = [what for _, what in rig.line.far_end.heard[since:]]
    words = [prompt for saying, prompt in rig.prompts.items() if saying.spoken.value in told]
    said = rig.line.said()
    return "broke off" not in told and all(
        words_whole(said, prompt.sound.astype(np.float64)) for prompt in words
    )


def _likeness(one: Wave, other: Wave) -> float:
    return float(abs(one @ other) / np.sqrt((one @ one + 1.0) * (other @ other + 1.0)))

"""Place one call to the box on the rig, and report it."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic

import click

from appliance.errors import ZgodaError
from appliance.exchange.scene import Scene
from appliance.model.papers import REASONS
from appliance.model.records import CallRecord, LineStatus, Reason
from tests.rig.hearing import ALIKE, read_wav, voices_in
from tests.rig.news import NotTold
from tests.rig.rig import Rig

_LONGEST = 60.0
"""Seconds that a call may take beyond what its scene allows."""

_STATES: Mapping[str, str] = {
    "ringing": "the phone rings",
    "dialling": "the office dials",
    "settling": "off-hook; the box waits for a pause",
    "asking": "the box asks",
    "awaiting": "the question was heard; the box waits for a key",
    "informing": "the caller asked for more and hears it",
    "choosing": "the box asks for each purpose by itself",
    "confirming": "the key agrees; the box says that it records",
    "recording": "recording",
    "paused": "paused",
    "refused": "refused; the call goes on unrecorded",
    "retryable": "not agreed; the call goes on unrecorded",
    "far_changed": "another party; nothing is recorded any more",
    "private": "private; nothing is recorded any more",
    "exempt": "exempt; nothing is asked",
    "machine": "a machine; nothing is asked",
    "fault": "fault",
    "ended": "hung up",
    "idle": "on-hook",
}


def say(text: str) -> None:
    """Tell the person who watches, at once."""
    click.echo(text)


def try_call(rig: Rig, scene: Scene, folder: Path, stop: threading.Event) -> bool:
    """Let a call happen and tell what becomes of it; True if it is what the scene expects.

    Raises:
        ZgodaError: the line did not get ready, or the call did not end.
    """
    try:
        rig.wait_ready()
    except NotTold:
        raise ZgodaError(f"The line is not ready; {folder / 'log'} says why.") from None
    say(f"\nA call: {scene.about}")
    rig.line.far_end.place(scene)
    last = _follow(rig, scene, stop)
    if stop.is_set():
        return False
    calls = rig.box.sealed_calls()
    if not calls:
        reason = REASONS.get(Reason(last.reason), "") if last.reason else "nobody agreed"
        say(f"Not recorded: {reason}.")
        return scene.expect is not None and scene.expect.outcome == "unrecorded"
    good = _show(rig, calls[0], folder)
    return good and (scene.expect is None or scene.expect.outcome == "recorded")


def _follow(rig: Rig, scene: Scene, stop: threading.Event) -> LineStatus:
    """Tell every state of the line until the call is over; return the last one."""
    began, shown = monotonic(), ""
    over = False
    for status in _statuses(rig, scene, stop):
        if status.state != shown:
            shown = status.state
            say(f"{monotonic() - began:6.1f} s  {_STATES.get(shown, shown)}")
        over = over or shown not in {"idle", "unknown", "ringing"}
        if over and shown == "idle":
            return status
    raise ZgodaError("The recorder went away during the call; its log says why.")


def _statuses(rig: Rig, scene: Scene, stop: threading.Event) -> Iterator[LineStatus]:
    place = rig.box.news.place()
    until = monotonic() + scene.limit_seconds + _LONGEST
    while not stop.is_set():
        if monotonic() > until:
            raise ZgodaError("The call does not end.")
        for news in rig.box.news.after(place, seconds=0.5):
            place += 1
            if news.kind == "lines" and news.lines:
                yield news.lines[0]


def _show(rig: Rig, call: CallRecord, folder: Path) -> bool:
    raw = rig.box.export(call.recording)
    file = folder / "call.wav"
    file.write_bytes(raw)
    heard = voices_in(read_wav(raw))
    receipt = call.receipt
    assert receipt is not None
    say(f"\nRecorded as {call.recording}: {call.seconds:.1f} s, {call.verdict.value}.")
    say(
        f"Consent: key {receipt.key}, grade {receipt.grade}, {receipt.heard_ms / 1000:.1f} s heard."
    )
    say(f"The caller's voice is in it: likeness {heard.caller:.2f}; other speech is below 0.5.")
    say(f"\nThe recording: {file}")
    say(f"Play it with any player, such as: aplay {file}")
    return heard.caller >= ALIKE

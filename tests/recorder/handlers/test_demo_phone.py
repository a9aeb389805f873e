"""Use a simulated line's phones over the link; nothing of the line comes out."""

import io
import threading
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.errors import Refused
from appliance.exchange.driver import Exchange
from appliance.link.handlers import handlers_of
from appliance.link.operations import Done
from appliance.link.requests.demo_phone import LendVoice, PhoneAct, PhoneNews, VoiceLoan, WatchPhone
from appliance.model.audio import RATE, Sound
from appliance.model.demo_phone import LiveAct, PhonesNow
from appliance.model.prompts import digest
from appliance.prompts.speech import simulated_voices
from appliance.recorder.handlers.demo_phone import PhoneDesk, read_clip
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.model.refusals import refuses

LINE = "Reception"
VOICE: Sound = simulated_voices()[0][:RATE]


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A recorder at speed, on whose line nobody hangs up by himself, however long it takes."""
    monkeypatch.setattr("appliance.exchange.live.call._ABANDONED", 10**15)
    folders = Folders(tmp_path)
    make_places(folders)
    made = Recorder(trial(), folders, SystemClock(), simulation=Simulation(at_speed=True, seed=1))
    made.start()
    yield made
    made.close()


def ask(recorder: Recorder, operation: Any, upload: bytes = b"") -> Any:
    return recorder.handle(operation, None, upload)


def act(recorder: Recorder, **what: str) -> Any:
    return ask(recorder, PhoneAct(line=LINE, act=LiveAct(**what)))  # type: ignore[arg-type]  # words


def clip(sound: Sound, *, rate: int = RATE, channels: int = 1, width: int = 2) -> bytes:
    """Return a WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(width)
        written.setframerate(rate)
        written.writeframes(sound.tobytes())
    return file.getvalue()


def test_an_act_is_done_or_refused_in_a_sentence(recorder: Recorder) -> None:
    assert act(recorder, by="office", do="lift") == Done()
    with refuses("phone_off_hook"):
        act(recorder, by="office", do="lift")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"do": "key", "keys": "A"}, "phone_keys"),
        ({"do": "key", "keys": ""}, "phone_keys"),
        ({"do": "key", "keys": "1" * 21}, "phone_keys"),
        ({"do": "call", "number": "12"}, "phone_number"),
        ({"do": "call", "number": "+48 600"}, "phone_number"),
        ({"do": "call", "number": "+48600555012", "name": "Żółć"}, "caller_name"),
    ],
)
def test_what_no_phone_has_is_refused(recorder: Recorder, what: dict[str, str], code: str) -> None:
    with refuses(code):
        act(recorder, by="caller", **what)


def test_a_line_that_does_not_answer_is_said(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.recorder.handlers.demo_phone.ANSWER_SECONDS", 0.01)
    monkeypatch.setattr(Exchange, "_turn", lambda self: False)
    exchange = recorder.simulated()
    monkeypatch.setattr(exchange.phones, "wake", lambda: None)
    with refuses("line_silent"):
        act(recorder, by="office", do="lift")


def test_there_are_phones_on_simulated_lines_alone(recorder: Recorder) -> None:
    for operation in (
        PhoneAct(line="Warehouse", act=LiveAct(by="office", do="lift")),
        WatchPhone(line="Warehouse"),
    ):
        with pytest.raises(Refused) as caught:
            ask(recorder, operation)
        assert caught.value.code == "no_line"


def test_who_watches_is_told_what_changes_and_no_more(recorder: Recorder) -> None:
    watched = ask(recorder, WatchPhone(line=LINE))
    first = next(watched)
    assert isinstance(first, PhoneNews)
    assert {phone.state for phone in first.phones.phones} == {"on_hook"}
    act(recorder, by="office", do="lift")
    news = next(item for item in watched if item is not None and item.phones.phones[1].hears)
    assert [heard.what for heard in news.phones.phones[1].hears] == ["dial"]
    watched.close()
    recorder.close()
    assert list(ask(recorder, WatchPhone(line=LINE))) == []


def test_a_line_that_changes_is_told_too_and_the_same_is_told_once(recorder: Recorder) -> None:
    desk = PhoneDesk(recorder.line)
    watched = handlers_of(desk)[WatchPhone](WatchPhone(line=LINE))
    assert isinstance(watched, Iterator)
    assert next(watched) is not None
    desk.changed()
    assert next(watched) is None
    desk.close()
    assert list(watched) == []


def test_a_voice_is_lent_said_and_told_by_its_hash(recorder: Recorder) -> None:
    lent = ask(recorder, LendVoice(line=LINE, by="office"), clip(VOICE))
    assert lent == VoiceLoan(digest(VOICE), 1.0)
    told: list[str] = []
    answered = threading.Event()

    def listen(now: PhonesNow) -> None:
        told.extend(f"{heard.by} {heard.what}" for heard in now.phones[0].hears)
        if now.phones[1].state == "talking":
            answered.set()

    recorder.simulated().phones.listen(listen)
    act(recorder, by="caller", do="call")
    act(recorder, by="office", do="lift")
    assert answered.wait(10)
    act(recorder, by="office", do="talk", voice=lent.sha256)
    act(recorder, by="office", do="hang_up")
    recorder.simulated().wait_over(10)
    assert f"office {lent.sha256}" in told


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "voice_format"),
        (b"RIFF", "voice_format"),
        (clip(VOICE)[:30], "voice_format"),
        (clip(VOICE, rate=16_000), "voice_format"),
        (clip(VOICE, channels=2), "voice_format"),
        (clip(VOICE, width=1), "voice_format"),
        (clip(np.tile(VOICE, 16)), "voice_long"),
        (clip(np.zeros(RATE, np.int16)), "voice_silent"),
        (clip(VOICE[:400]), "voice_silent"),
        (clip(VOICE[:0]), "voice_silent"),
    ],
)
def test_what_is_no_voice_is_refused(raw: bytes, code: str) -> None:
    with refuses(code):
        read_clip(raw)


def test_nothing_of_it_lies_on_the_disk(recorder: Recorder, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    ask(recorder, LendVoice(line=LINE, by="office"), clip(VOICE))
    act(recorder, by="caller", do="call", number="+48600555012")
    act(recorder, by="caller", do="hang_up")
    recorder.simulated().wait_over(10)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before


def test_no_operation_of_the_recorders_gives_sound_away(recorder: Recorder) -> None:
    """Sound comes as raw bytes behind an answer, and no answer of the recorder's has any."""
    for operation in (
        PhoneAct(line=LINE, act=LiveAct(by="office", do="lift")),
        LendVoice(line=LINE, by="office"),
    ):
        assert not isinstance(ask(recorder, operation, clip(VOICE)), tuple)
    (told,) = [item for item in (next(ask(recorder, WatchPhone(line=LINE))),) if item is not None]
    assert not [
        field for field in told.__struct_fields__ if isinstance(getattr(told, field), bytes)
    ]


def test_a_call_ends_when_every_page_is_closed(recorder: Recorder) -> None:
    exchange, over = recorder.simulated(), threading.Event()
    one, two = (ask(recorder, WatchPhone(line=LINE)) for _ in range(2))
    next(one)
    next(two)
    act(recorder, by="caller", do="call", number="+48600555012")
    exchange.phones.listen(
        lambda now: over.set() if {p.state for p in now.phones} == {"on_hook"} else None
    )
    one.close()
    assert not exchange.phones.deserted, "another page is still open"
    two.close()
    assert over.wait(10), "it would ring for ever, and trial callers would wait"


def test_a_page_that_is_loaded_again_keeps_the_call(recorder: Recorder) -> None:
    exchange = recorder.simulated()
    first = ask(recorder, WatchPhone(line=LINE))
    next(first)
    first.close()
    again = ask(recorder, WatchPhone(line=LINE))
    next(again)
    assert not exchange.phones.deserted
    again.close()
    assert exchange.phones.deserted

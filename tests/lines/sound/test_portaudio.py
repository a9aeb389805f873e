"""Lend out PortAudioDouble's cards, and begin anew only when that is allowed."""

import contextlib
import sys
import threading
from pathlib import Path

import pytest

from appliance.errors import LineError
from appliance.lines.sound.portaudio import CardStreams, PortAudio, Want
from tests.lines.sound.portaudio_double import PortAudioDouble, Stream

TAP, OTHER = Want("LineTap", 48000, 2), Want("Other", 16000, 1)


@pytest.fixture
def portaudio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PortAudioDouble:
    double = PortAudioDouble(tmp_path)
    double.install(monkeypatch)
    return double


def busy() -> bool:
    return False


def idle() -> bool:
    return True


def stream(of: object) -> Stream:
    assert isinstance(of, Stream)
    return of


def test_a_card_is_opened_twice_once_to_hear_and_once_to_speak(portaudio: PortAudioDouble) -> None:
    portaudio.plug("Intel", "LineTap")
    streams = PortAudio(portaudio.hardware).open(TAP, busy)

    hears, says = stream(streams.hears).options, stream(streams.says).options
    assert (hears["input"], hears["output"], hears["input_device_index"]) == (True, False, 1)
    assert (says["input"], says["output"], says["output_device_index"]) == (False, True, 1)
    assert (hears["channels"], says["channels"], hears["rate"]) == (2, 1, 48000)
    assert hears["frames_per_buffer"] == 480


def test_the_library_ends_with_the_last_line(portaudio: PortAudioDouble) -> None:
    portaudio.plug("LineTap", "Other")
    audio = PortAudio(portaudio.hardware)
    one, two = audio.open(TAP, busy), audio.open(OTHER, busy)

    audio.give_back(one)
    assert portaudio.running == 1
    audio.give_back(two)
    audio.give_back(two)
    assert portaudio.running == 0
    assert portaudio.begun == 1


def test_a_card_that_is_not_there_is_one_sentence_and_found_when_it_comes(
    portaudio: PortAudioDouble,
) -> None:
    portaudio.plug("Intel")
    audio = PortAudio(portaudio.hardware)
    with pytest.raises(LineError, match=r"^The sound card LineTap is not plugged in$"):
        audio.open(TAP, busy)
    portaudio.plug("Intel", "LineTap")

    assert stream(audio.open(TAP, busy).hears).options["input_device_index"] == 1


def test_a_call_on_another_line_is_not_interrupted_for_a_new_card(
    portaudio: PortAudioDouble,
) -> None:
    portaudio.plug("Other")
    audio = PortAudio(portaudio.hardware)
    other = audio.open(OTHER, busy)
    portaudio.plug("Other", "LineTap")

    with pytest.raises(LineError, match="is plugged in, but"):
        audio.open(TAP, idle)

    assert not other.recalled.is_set()
    assert portaudio.begun == 1


def test_idle_lines_are_not_disturbed_for_a_card_that_is_not_there(
    portaudio: PortAudioDouble,
) -> None:
    portaudio.plug("Other")
    audio = PortAudio(portaudio.hardware)
    other = audio.open(OTHER, idle)

    with pytest.raises(LineError, match="not plugged in"):
        audio.open(TAP, idle)

    assert not other.recalled.is_set()


def test_idle_lines_give_their_cards_back_for_a_moment(portaudio: PortAudioDouble) -> None:
    portaudio.plug("Other")
    audio = PortAudio(portaudio.hardware)
    other = audio.open(OTHER, idle)
    portaudio.plug("Other", "LineTap")
    reopened: list[CardStreams] = []

    def line() -> None:
        other.recalled.wait(5)
        audio.give_back(other)
        reopened.append(audio.open(OTHER, idle))

    thread = threading.Thread(target=line)
    thread.start()
    new = audio.open(TAP, idle)
    thread.join(5)

    assert stream(new.hears).options["input_device_index"] == 1
    assert stream(reopened[0].hears).options["input_device_index"] == 0
    assert portaudio.begun == 2


def test_idle_lines_are_not_disturbed_again_and_again_for_a_card_that_does_not_open(
    portaudio: PortAudioDouble,
) -> None:
    portaudio.plug("Other")
    audio = PortAudio(portaudio.hardware)
    lent = [audio.open(OTHER, idle)]
    portaudio.plug("Other", "LineTap")
    portaudio.held = {"LineTap"}
    back, done = threading.Event(), threading.Event()

    def line() -> None:
        while not done.is_set():
            if lent[0].recalled.wait(0.01):
                audio.give_back(lent[0])
                lent[0] = audio.open(OTHER, idle)
                back.set()

    thread = threading.Thread(target=line)
    thread.start()
    try:
        for _ in range(60):
            with pytest.raises(LineError, match="another program holds it"):
                audio.open(TAP, idle)
            assert back.wait(5)  # with no line's card open, every try looks afresh
        begun = portaudio.begun
        portaudio.held = set()
        assert stream(within(62, audio).hears).options["input_device_index"] == 1
    finally:
        done.set()
        thread.join(5)
    assert begun == 2


def within(tries: int, audio: PortAudio) -> CardStreams:
    for _ in range(tries):
        with contextlib.suppress(LineError):
            return audio.open(TAP, idle)
    raise AssertionError("not found")


def test_a_card_that_got_another_number_is_found_by_its_name(portaudio: PortAudioDouble) -> None:
    portaudio.plug("LineTap", "Other")
    audio = PortAudio(portaudio.hardware)
    audio.open(OTHER, busy)
    portaudio.plug("Other", "LineTap")

    assert stream(audio.open(TAP, busy).hears).options["input_device_index"] == 1


def test_what_a_card_cannot_do_is_said(portaudio: PortAudioDouble) -> None:
    portaudio.plug("LineTap")
    audio = PortAudio(portaudio.hardware)
    portaudio.channels = 1
    with pytest.raises(LineError, match="hears 1 channels and speaks on 2; the line needs 2 and 1"):
        audio.open(TAP, busy)
    portaudio.channels, portaudio.refuses = 2, True
    with pytest.raises(LineError, match="does not open at 48000 Hz: Invalid sample rate"):
        audio.open(TAP, busy)
    portaudio.refuses = False

    audio.give_back(audio.open(TAP, busy))

    assert portaudio.running == 0


def test_without_pyaudio_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyaudio", None)

    with pytest.raises(LineError, match=r"apt-get install portaudio19-dev .*hardware\.lock"):
        PortAudio()

"""Report a sound card that cannot be had: once, and each new reason in the log."""

import logging
import queue
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.lines.sound.driver import SoundLine
from appliance.lines.sound.portaudio import PortAudio
from appliance.model.events import LineFault
from tests.lines.sound.portaudio_double import PortAudioDouble

BOUND = 10.0


def test_why_a_card_cannot_be_had_is_told_once_for_each_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portaudio = PortAudioDouble(tmp_path)
    portaudio.install(monkeypatch)
    card = {"card": "LineTap"}
    line = SoundLine("Reception", card, card, SystemClock(), PortAudio(portaudio.hardware))
    told: queue.Queue[object] = queue.Queue()
    logged: queue.Queue[str] = queue.Queue()

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logged.put(record.getMessage())

    handler = Listening()
    logging.getLogger("appliance.lines.sound.driver").addHandler(handler)
    try:
        line.start(told.put)
        missing = "The sound card LineTap is not plugged in"
        assert logged.get(timeout=BOUND) == f"line Reception: {missing}"
        fault = told.get(timeout=BOUND)
        assert isinstance(fault, LineFault)
        assert (fault.part, fault.reason) == ("audio", missing)
        portaudio.refuses = True
        portaudio.plug("LineTap")
        assert "does not open at 48000 Hz: Invalid sample rate" in logged.get(timeout=BOUND)
        other = told.get(timeout=BOUND)
        assert isinstance(other, LineFault)
        assert "does not open at 48000 Hz: Invalid sample rate" in other.reason
    finally:
        line.close()
        logging.getLogger("appliance.lines.sound.driver").removeHandler(handler)
    assert told.empty()

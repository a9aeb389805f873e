"""Ask PortAudio in a process of its own."""

import subprocess
import sys
from typing import Any

import pytest

from appliance.errors import LineError
from appliance.lines.sound import device_list as portaudio


def test_devices_are_listed_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    names = portaudio.ask_portaudio()
    assert all(isinstance(name, str) for name in names)
    assert capfd.readouterr() == ("", "")


def test_looking_loads_no_pyaudio_here() -> None:
    code = (
        "import sys; from appliance.lines.sound.device_list import pyaudio_installed;"
        "pyaudio_installed(); sys.exit('pyaudio' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "fault",
    [
        subprocess.CalledProcessError(1, "python"),
        subprocess.TimeoutExpired("python", 15),
        OSError(2, "No such file"),
    ],
)
def test_a_portaudio_that_fails_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def run(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(LineError, match="does not list its devices"):
        portaudio.ask_portaudio()

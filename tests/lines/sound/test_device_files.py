"""A card that is gone is held by nobody: real files and mappings, which a stand-in forgets.

That PortAudio forgets them was read in its source, and seen with Debian's where stopping fails.
"""

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.errors import LineError
from appliance.lines.sound import device_files
from appliance.lines.sound.portaudio import PortAudio, Want
from tests.lines.sound.portaudio_double import MAPPED, PortAudioDouble

TAP, OTHER = Want("LineTap", 48000, 2), Want("Other", 16000, 1)


@pytest.fixture
def portaudio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PortAudioDouble:
    """Two cards, with a node for each way."""
    double = PortAudioDouble(tmp_path)
    double.install(monkeypatch)
    double.plug("LineTap", "Other")
    (tmp_path / "dev/snd").mkdir(parents=True)
    for number in (0, 1):
        node(double, number)
    return double


def node(portaudio: PortAudioDouble, card: int) -> None:
    for way in "cp":
        (portaudio.root / f"dev/snd/pcmC{card}D0{way}").write_bytes(bytes(MAPPED))


def pull(portaudio: PortAudioDouble, card: int) -> None:
    """Take a card's nodes away, as devtmpfs does."""
    for way in "cp":
        (portaudio.root / f"dev/snd/pcmC{card}D0{way}").unlink()


def held(portaudio: PortAudioDouble) -> list[str]:
    """Return the nodes that the kernel would wait for, once for each file and each mapping."""
    maps = Path("/proc/self/maps").read_text("utf-8").splitlines()
    names = [line.split(maxsplit=5)[-1] for line in maps]
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # the listing's own
            names.append(os.readlink(f"/proc/self/fd/{number}"))
    folder = str(portaudio.root / "dev/snd")
    return sorted(re.findall(r"pcm\w+", " ".join(each for each in names if folder in each)))


def busy() -> bool:
    return False


def test_what_the_library_forgets_of_a_gone_card_is_let_go(portaudio: PortAudioDouble) -> None:
    audio = PortAudio(portaudio.hardware)
    streams = audio.open(TAP, busy)
    assert held(portaudio) == ["pcmC0D0c", "pcmC0D0c", "pcmC0D0p", "pcmC0D0p"]
    pull(portaudio, 0)

    audio.give_back(streams)

    assert held(portaudio) == []
    assert portaudio.running == 0


def test_another_lines_card_is_untouched(portaudio: PortAudioDouble) -> None:
    audio = PortAudio(portaudio.hardware)
    one, two = audio.open(TAP, busy), audio.open(OTHER, busy)
    pull(portaudio, 0)
    pull(portaudio, 1)  # its own line has not noticed yet and still reads

    audio.give_back(one)

    assert held(portaudio) == ["pcmC1D0c", "pcmC1D0c", "pcmC1D0p", "pcmC1D0p"]
    audio.give_back(two)
    assert held(portaudio) == []


def test_an_output_begun_anew_on_a_gone_card_is_let_go(portaudio: PortAudioDouble) -> None:
    audio = PortAudio(portaudio.hardware)
    streams = audio.open(TAP, busy)
    pull(portaudio, 0)
    portaudio.plug("Other")

    with pytest.raises(LineError):
        audio.throw_away(Want("Gone", 48000, 2), streams)

    assert held(portaudio) == ["pcmC0D0c", "pcmC0D0c"]
    audio.give_back(streams)
    assert held(portaudio) == []


def test_a_card_that_came_back_at_once_keeps_what_is_open_of_it(
    portaudio: PortAudioDouble,
) -> None:
    audio = PortAudio(portaudio.hardware)
    streams = audio.open(TAP, busy)
    pull(portaudio, 0)
    streams.says.close()  # forgotten, as by another way
    node(portaudio, 0)
    again = audio.open(TAP, busy)

    files = {number: name for number, name in opened(portaudio).items() if "deleted" in name}
    device_files.let_go(files)

    assert held(portaudio) == ["pcmC0D0c", "pcmC0D0c", "pcmC0D0p", "pcmC0D0p"]
    audio.give_back(again)


def opened(portaudio: PortAudioDouble) -> device_files.Files:
    return device_files.open_below(portaudio.root / "dev/snd")


def test_a_number_that_another_file_has_by_now_is_left_alone(
    portaudio: PortAudioDouble, tmp_path: Path
) -> None:
    audio = PortAudio(portaudio.hardware)
    streams = audio.open(TAP, busy)
    hears, close = streams.hears, streams.hears.close
    taken: list[int] = []

    def close_and_reuse(close: Callable[[], None] = close, number: int = hears.file) -> None:
        close()
        other = os.open(tmp_path / "recording", os.O_CREAT | os.O_RDWR)
        if other != number:
            os.dup2(other, number)
            os.close(other)
        taken.append(number)

    hears.close = close_and_reuse
    audio.give_back(streams)

    assert held(portaudio) == []
    assert Path(os.readlink(f"/proc/self/fd/{taken[0]}")) == tmp_path / "recording"
    os.close(taken[0])

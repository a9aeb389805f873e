"""A stand-in for PyAudio: which cards it has, what was opened, how often it began anew."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from appliance.lines.plugged.hardware import Hardware


@dataclass
class Stream:
    """An open stream."""

    options: dict[str, Any]
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class PortAudioDouble:
    """What the library sees: the cards that are plugged in when it is initialised."""

    root: Path
    plugged: list[str] = field(default_factory=list)  # ALSA ids, by number
    held: set[str] = field(default_factory=set)  # by other programs: not found
    refuses: bool = False
    channels: int = 2
    begun: int = 0
    running: int = 0
    opened: list[Stream] = field(default_factory=list)

    def plug(self, *cards: str) -> None:
        """Let these be the cards that the kernel has."""
        self.plugged = list(cards)
        folder = self.root / "proc/asound"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [
            f"{number:2} [{card:<15}]: USB-Audio - Adapter\n"
            f"                      Maker Adapter at usb-0000:01:00.0-1.{number + 1}, full speed\n"
            for number, card in enumerate(cards)
        ]
        (folder / "cards").write_text("".join(lines))

    @property
    def hardware(self) -> Hardware:
        return Hardware(self.root)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be the module ``pyaudio`` from now on."""
        module = SimpleNamespace(PyAudio=lambda: Library(self), paInt16=8)
        monkeypatch.setitem(sys.modules, "pyaudio", module)


class Library:
    """One initialisation; its list of devices stays as it is."""

    def __init__(self, portaudio: PortAudioDouble) -> None:
        portaudio.begun += 1
        portaudio.running += 1
        assert portaudio.running == 1, "initialised twice"
        self._portaudio = portaudio
        self._devices = [
            {
                "index": index,
                "name": f"Adapter: {card} (hw:{index},0)",
                "maxInputChannels": portaudio.channels,
                "maxOutputChannels": 2,
            }
            for index, card in enumerate(portaudio.plugged)
            if card not in portaudio.held
        ]

    def get_device_count(self) -> int:
        return len(self._devices)

    def get_device_info_by_index(self, index: int) -> dict[str, Any]:
        return self._devices[index]

    def open(self, **options: Any) -> Stream:
        if self._portaudio.refuses:
            raise OSError(-9997, "Invalid sample rate")
        stream = Stream(options)
        self._portaudio.opened.append(stream)
        return stream

    def terminate(self) -> None:
        assert all(stream.closed for stream in self._portaudio.opened), "cut off a line"
        self._portaudio.running -= 1

"""A stand-in for PyAudio: which cards it has, what was opened, how often it began anew."""

import ctypes
import mmap
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from appliance.lines.plugged.hardware import Hardware

MAPPED = 3 * mmap.PAGESIZE


@dataclass
class Stream:
    """An open stream; where its card has a node, it holds that open and mapped, as ALSA does."""

    options: dict[str, Any]
    node: Path
    closed: bool = False
    file: int = -1
    mapped: int = 0

    def __post_init__(self) -> None:
        if self.node.exists():
            self.file = os.open(self.node, os.O_RDWR)
            self.mapped = _map(self.file)

    def close(self) -> None:
        """Close it; of a card that is gone PortAudio forgets file and mapping."""
        self.closed = True
        if self.file >= 0 and self.node.exists():
            _c().munmap(ctypes.c_void_p(self.mapped), ctypes.c_size_t(MAPPED))
            os.close(self.file)
            self.file = -1


def _c() -> ctypes.CDLL:
    c = ctypes.CDLL(None, use_errno=True)
    c.mmap.restype = ctypes.c_void_p
    c.mmap.argtypes = (
        *(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int),
        ctypes.c_long,
    )
    return c


def _map(file: int) -> int:
    mapped = _c().mmap(None, MAPPED, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED, file, 0)
    assert isinstance(mapped, int)
    return mapped


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
        monkeypatch.setitem(sys.modules, "pyaudio", self.module)

    @property
    def module(self) -> Any:
        """What stands for the module ``pyaudio``."""
        return SimpleNamespace(PyAudio=lambda: Library(self), paInt16=8)


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
        index = options["input_device_index" if options["input"] else "output_device_index"]
        way = "c" if options["input"] else "p"
        node = self._portaudio.root / "dev/snd" / f"pcmC{index}D0{way}"
        stream = Stream(options, node)
        self._portaudio.opened.append(stream)
        return stream

    def terminate(self) -> None:
        assert all(stream.closed for stream in self._portaudio.opened), "cut off a line"
        self._portaudio.running -= 1

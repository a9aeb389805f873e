"""Fake speech programs on the path, and Piper voices that an owner brought."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.prompts.voices.piper import SIZES

PROGRAM = f"""#!{sys.executable}
import socket, sys, wave
try:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sys.exit("it reaches the network")
except PermissionError:
    pass
if "--version" in sys.argv:
    print("eSpeak NG text-to-speech: 1.51")
    sys.exit()
if open(sys.argv[0] + ".broken", "a").tell():
    sys.exit("this is no model")
words = sys.argv[-1] if "pico" in sys.argv[0] else sys.stdin.read()
flag = next(each for each in ("--output-file", "-w") if each in sys.argv)
with wave.open(sys.argv[sys.argv.index(flag) + 1], "wb") as file:
    file.setparams((1, 2, 22050, 0, "NONE", ""))
    file.writeframes((b"\\0\\x10" * 10 + b"\\0\\xf0" * 10) * 200 * len(words.split()))
with open(sys.argv[0] + ".said", "w") as said:
    print(*sys.argv[1:], words, sep="\\n", file=said)
"""
"""Speaks a tone as long as its words are many, and tells what it was told."""


@dataclass(frozen=True)
class Programs:
    """A path with fake engines, and no others."""

    folder: Path

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.said").read_text("utf-8")

    def breaks(self, name: str) -> None:
        (self.folder / f"{name}.broken").write_text("it does", "utf-8")


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Let the fakes be all that a path finds."""
    folder.mkdir()
    for name in ("piper", "pico2wave", "espeak-ng"):
        (folder / name).write_text(PROGRAM, "utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return Programs(folder)


NAME = "pl_PL-gosia-medium.onnx"
GOOD = {
    "audio": {"sample_rate": 22050, "quality": "medium"},
    "language": {"code": "pl_PL", "family": "pl"},
    "phoneme_id_map": {chr(97 + index): [index] for index in range(26)},
    "num_speakers": 1,
}


def bring(folder: Path, name: str = NAME, size: int = SIZES[0], described: object = GOOD) -> Path:
    model = folder / name
    with model.open("wb") as file:
        file.truncate(size)
    text = described if isinstance(described, str) else json.dumps(described)
    model.with_name(f"{name}.json").write_text(text, "utf-8")
    return model

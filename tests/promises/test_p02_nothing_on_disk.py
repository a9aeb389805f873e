"""Prove P2 over the whole path: without consent no sound or number reaches the disk."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from appliance.exchange.scene import Scene
from appliance.exchange.script.files import find_scene
from appliance.model.rule import SpeakersFile
from tests.boxes import TrialBox, grep
from tests.deep import spread

NUMBER = "+48600555012"
NAME = "Zofia Testowa"
SPELLINGS = {
    "E.164": b"48600555012",
    "national": b"600555012",
    "spaced": b"600 555 012",
    "name": b"Testowa",
}

ORDINARY = {
    "refuses": (Scene.ordinary(NUMBER, "2", name=NAME), "refused"),
    "says nothing": (Scene.ordinary(NUMBER, None, name=NAME), "no_answer"),
    "presses a key that means nothing": (Scene.ordinary(NUMBER, "5", name=NAME), "wrong_key"),
    "the office presses for the caller": (
        Scene.ordinary(NUMBER, "1", by="office", name=NAME),
        "interrupted",
    ),
}

SCENES = {
    "hang-up-in-prompt": "hung_up",
    "key-before-mark": "too_early",
    "prompt-muted": "not_heard",
    "near-key-echo": "interrupted",
}


@pytest.mark.parametrize("case", spread(list(ORDINARY), 2))
def test_a_call_without_consent_leaves_nothing(trial_box: TrialBox, case: str) -> None:
    scene, reason = ORDINARY[case]
    nothing_is_left(trial_box, scene, reason)


@pytest.mark.parametrize("name", SCENES)
def test_a_spoiled_consent_leaves_nothing(trial_box: TrialBox, name: str) -> None:
    nothing_is_left(trial_box, find_scene(name), SCENES[name])


KEEPERS = (
    "audit",
    "keys",
    "keyring.",
    ".keyring.",
    "pool",
    ".pool",
    "ledger",
    ".ledger",
    "root",
    "said",
)


def nothing_is_left(box: TrialBox, scene: Scene, reason: str) -> None:
    result = box.call(scene).result()
    assert (result["outcome"], result["reason"]) == ("unrecorded", reason)
    assert result["receipt"] is None
    assert box.recordings() == []
    number = scene.caller.number.lstrip("+").encode()
    needles = SPELLINGS | {"number": number, "subscriber": number[-9:]}
    assert grep(box.files(), needles) == []


def test_a_refused_call_writes_no_sound(trial_box: TrialBox, tmp_path: Path) -> None:
    """All that the recorder writes during a refused call is a short note."""
    trace = tmp_path / "trace"
    data = str(trial_box.folders.data)
    command = [sys.executable, "-m", "appliance", "call", "--from", NUMBER, "--answer", "2"]
    command += ["--data", data, "--json"]
    watched = "trace=write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,mmap"
    done = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-y", "-qq", "-e", watched, "-o", str(trace), *command],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert '"refused"' in done.stdout, done.stderr
    written = list(writes(trace.read_text(errors="replace"), data))
    assert written, "the trace shows no write at all: it cannot be right"
    # As it starts, the command's keeper tells the recorder which lists of those who speak on a line
    # are vouched for. In Poland none is, so every byte of the file is known.
    told = [(path, count) for path, count in written if path.startswith(f"{data}/settings/")]
    none = msgspec.json.encode(SpeakersFile())
    assert [(Path(path).stem, count) for path, count in told] == [(".speakers.json", len(none))]
    assert trial_box.folders.speakers.read_bytes() == none
    others = [each for each in written if each not in told]
    places = [(Path(path).relative_to(data).parts[0], count) for path, count in others]
    # The command's keeper writes its own files; none of them grows by the call's sound.
    recorders = [(place, count) for place, count in places if not place.startswith(KEEPERS)]
    # The recorder pins the key of the first pool that it sees: 32 bytes, once. It also keeps the
    # day that a keeper tells it.
    assert {place for place, _ in recorders} - {"run"} == {"notes", "recorder"}
    assert sum(count for _, count in recorders) < 400


def writes(trace: str, data: str) -> list[tuple[str, int]]:
    """Return (path, bytes) of every write to a file below ``data``."""
    pattern = re.compile(
        r"(?:p?writev?\d*)\(\d+<(" + re.escape(data) + r"/[^>]*)>.* = (\d+)$", re.M
    )
    return [(m[1], int(m[2])) for m in pattern.finditer(trace)]

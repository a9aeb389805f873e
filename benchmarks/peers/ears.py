"""Run other detectors on this machine, each in its own process, on the same sound as ours.

``benchmarks/peers/install`` installs them. One row names the missing ones; the rest is measured.
"""

import io
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from shutil import which

import numpy as np
import soundfile
import soxr

from appliance.model.audio import RATE, Sound
from benchmarks.row import Row

FOLDER = Path(__file__).parent
BUILT = Path(__file__).parents[2] / "build" / "benchmarks"
PYDTMF = "PyDTMF==1.0.0"
MULTIMON_RATE = 22050
_QUIET = np.zeros(RATE, np.int16)


class AbsentError(Exception):
    """A peer is not on this machine."""


@dataclass(frozen=True, slots=True)
class Said:
    """A peer's output, and the processor time it took."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class KeyPeer:
    """A peer that hears keys."""

    name: str
    hear: Callable[[Sound], Said]
    """Returns the keys in order, as one string."""
    longest: int = sys.maxsize
    """Samples of one material that it is given in talk-off; fewer where it is slow."""


@dataclass(frozen=True, slots=True)
class Message:
    """A caller ID as a peer read it."""

    number: str
    """Or the letter for why there is none: P it is withheld, O it is unavailable."""
    name: str


@dataclass(frozen=True, slots=True)
class CallerIdPeer:
    """A peer that hears caller ID; ``standard`` is ``V.23`` or ``Bell 202``."""

    name: str
    hear: Callable[[Sound, str], list[Message]]


def _run(command: list[str], sound: bytes) -> Said:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, input=sound, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Said(done.stdout.decode("latin-1"), seconds)


@cache
def _ears() -> str:
    """Return the program around spandsp; build it from ``peers/ears.c`` if needed."""
    source, program = FOLDER / "ears.c", BUILT / "ears"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        BUILT.mkdir(parents=True, exist_ok=True)
        command = ["gcc", "-O2", "-Wall", "-o", str(program), str(source), "-lspandsp", "-lm"]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise AbsentError("spandsp") from error
    return str(program)


def _spandsp(mode: str, sound: Sound) -> Said:
    done = subprocess.run([_ears(), mode], input=sound.tobytes(), capture_output=True, check=True)
    return Said(done.stdout.decode("latin-1"), float(done.stderr))


def _spandsp_keys(mode: str) -> Callable[[Sound], Said]:
    def hear(sound: Sound) -> Said:
        said = _spandsp(mode, sound)
        return Said("".join(line.split()[1] for line in said.text.splitlines()), said.seconds)

    return hear


def _multimon(demodulator: str, sound: Sound) -> Said:
    if which("multimon-ng") is None:
        raise AbsentError("multimon-ng")
    wave = soxr.resample(sound.astype(np.float64), RATE, MULTIMON_RATE)
    raw = np.clip(np.rint(wave), -32768, 32767).astype(np.int16).tobytes()
    return _run(["multimon-ng", "-q", "-a", demodulator, "-t", "raw", "-"], raw)


def _multimon_keys(sound: Sound) -> Said:
    said = _multimon("DTMF", sound)
    return Said("".join(re.findall(r"^DTMF: (.)$", said.text, re.M)), said.seconds)


@cache
def _pydtmf() -> str:
    """Return the Python of an environment with PyDTMF alone; make it if needed."""
    python = BUILT / "pydtmf" / "bin" / "python"
    ready = BUILT / "pydtmf" / PYDTMF
    if not ready.exists():
        pip = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            PYDTMF,
        ]
        try:
            subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
            subprocess.run(pip, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise AbsentError("PyDTMF") from error
        ready.touch()
    return str(python)


def _pydtmf_keys(sound: Sound) -> Said:
    python = _pydtmf()
    file = io.BytesIO()
    soundfile.write(file, sound, RATE, format="WAV", subtype="PCM_16")
    said = _run([python, "-m", "PyDTMF", "/dev/stdin"], file.getvalue())
    keys = said.text.partition("DTMF numbers:")[2].split("\n")[0].strip()
    return Said("" if keys == "none" else keys, said.seconds)


def _spandsp_caller_ids(sound: Sound, standard: str) -> list[Message]:
    mode = {"V.23": "v23", "Bell 202": "bell202"}[standard]
    lines = _spandsp(mode, sound).text.split("\n")[:-1]
    return [Message(*line.split("\t", 1)) for line in lines if "\t" in line]


def _multimon_caller_ids(sound: Sound, _standard: str) -> list[Message]:
    said = _multimon("CLIPFSK", sound)
    form = r"^CLIPFSK: CS .*?(?:CID=(\S+)(?: CNT=(.*))?|RACLI=(\w) .*)$"
    found = re.findall(form, said.text, re.M)
    return [Message(number or absent, name.strip()) for number, name, absent in found]


_MINIMODEM_ABSENT = {"[blocked]": "P", "[N/A]": "O"}


def _minimodem_caller_ids(sound: Sound, _standard: str) -> list[Message]:
    """Search for Bell 202's tones in both standards: with V.23's it finds no more."""
    if which("minimodem") is None:
        raise AbsentError("minimodem")
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        soundfile.write(file, sound, RATE, format="WAV", subtype="PCM_16")
        file.flush()
        said = _run(["minimodem", "--rx", "callerid", "-q", "-f", file.name], b"")
    messages = []
    for block in said.text.split("CALLER-ID\n")[1:]:
        fields = dict(re.findall(r"^(Phone|Name): *(.*)$", block, re.M))
        number, name = fields.get("Phone", ""), fields.get("Name", "").strip()
        absent = _MINIMODEM_ABSENT.get(number)
        messages.append(Message(absent, "") if absent else Message(number, name))
    return messages


_PACKAGES = {"spandsp": "libspandsp-dev", "multimon-ng": "multimon-ng", "minimodem": "minimodem"}
_KEY_PEERS = (
    KeyPeer("spandsp", _spandsp_keys("dtmf")),
    KeyPeer("spandsp, dial-tone filter", _spandsp_keys("dtmf-filter")),
    KeyPeer("multimon-ng", _multimon_keys),
    KeyPeer("PyDTMF", _pydtmf_keys, longest=60 * RATE),
)
_CALLER_ID_PEERS = (
    CallerIdPeer("spandsp", _spandsp_caller_ids),
    CallerIdPeer("multimon-ng", _multimon_caller_ids),
    CallerIdPeer("minimodem", _minimodem_caller_ids),
)


@cache
def key_peers() -> tuple[KeyPeer, ...]:
    """Return the installed peers for keys."""
    return tuple(peer for peer in _KEY_PEERS if _there(partial(peer.hear, _QUIET)))


@cache
def caller_id_peers() -> tuple[CallerIdPeer, ...]:
    """Return the installed peers for caller ID."""
    return tuple(peer for peer in _CALLER_ID_PEERS if _there(partial(peer.hear, _QUIET, "V.23")))


def _there(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except AbsentError:
        return False
    return True


def _versioned(name: str) -> str:
    """Return a peer's name with its installed version."""
    package = _PACKAGES.get(name)
    if package is None:
        return PYDTMF.replace("==", " ")
    asked = ["dpkg-query", "-W", "-f", "${Version}", package]
    try:
        said = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return name  # installed by other means
    return f"{name} {said}"


def rows() -> Iterator[Row]:
    """Yield the peers that are measured and those that are missing."""
    here = {*(peer.name for peer in key_peers()), *(peer.name for peer in caller_id_peers())}
    absent = [name for name in (*_PACKAGES, "PyDTMF") if name not in here]
    yield Row(
        "peers in this run",
        "; ".join(_versioned(name) for name in (*_PACKAGES, "PyDTMF") if name in here) or "none",
        "all",
        f"absent: {'; '.join(absent)}; run benchmarks/peers/install" if absent else "",
        not absent,
    )

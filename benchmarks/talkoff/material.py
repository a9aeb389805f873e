"""List sound without keys: its sources, and the use allowed for each.

Human speech comes from Debian's packages, unpacked into a cache (``build/benchmarks``, not
committed: licences vary). A hash of its name decided, before anything was heard, what may set the
detector's limits: see ``checking``.
"""

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.pcm import Wave, rms_of, to_sound

CACHE = Path(__file__).parents[2] / "build" / "benchmarks"
HUMAN, VOICES, MUSIC, TONES = (
    "human speech", "generated speech", "music", "ringback and other tones",
)  # fmt: skip

SPEECH_PACKAGES = (
    "asterisk-core-sounds-en-wav",
    "asterisk-core-sounds-es-wav",
    "asterisk-core-sounds-fr-wav",
    "asterisk-core-sounds-it-wav",
    "asterisk-core-sounds-ru-wav",
    "asterisk-prompt-de",
    "asterisk-prompt-es-co",
    "asterisk-prompt-fr-armelle",
    "asterisk-prompt-it-menardi-wav",
    "fillets-ng-data-cs",
    "fillets-ng-data-nl",
    "klettres-data",
    "ktuberling-data",
    "pocketsphinx-testdata",
)
BLIND_PACKAGE = "tuxpaint-stamps-default"
"""Words in a dozen languages by as many people, first heard when the detector's limits stood.

Once something is changed because of what is heard in it, another package has to take its place.
"""

GAME_VOICES, GAME_MUSIC = "hedgewars-data, voices", "hedgewars-data, music"
"""Two parts of one package. A false key in the music led to a narrower limit on twist, so that both
are for tuning, whatever their hashes say."""

MUSIC_PACKAGES = ("asterisk-moh-opsound-wav", "warzone2100-music", GAME_MUSIC)

_FOLDERS = {GAME_VOICES: "voices", GAME_MUSIC: "Music"}
"""Folder that a part of a package lies in."""

ACTIVE_DBM0 = -18.0
"""Level of the speech itself, its pauses left out."""

_SUFFIXES = {".wav", ".gsm", ".ogg", ".opus", ".raw"}
_RAW_RATE = 16000
_MARGIN = 10 ** (-15.9 / 10)  # ITU-T P.56: what is weaker than the active level by so much is pause
_BETWEEN = RATE // 4  # silence between two files


@dataclass(frozen=True, slots=True)
class Material:
    """One voice, package or tune; ``name`` alone decides its use."""

    kind: str
    name: str

    @property
    def checking(self) -> bool:
        """Say whether it is reserved for checking: the hash of its name is even."""
        if self.name in _FOLDERS:
            return False
        return self.name == BLIND_PACKAGE or hashlib.sha256(self.name.encode()).digest()[0] % 2 == 0

    @property
    def use(self) -> str:
        """Return its use in a word."""
        if self.name == BLIND_PACKAGE:
            return "checking, once"
        return "checking" if self.checking else "tuning"


@dataclass(frozen=True, slots=True)
class Recording:
    """A material's sound at ``ACTIVE_DBM0``, and the beginning of each of its files."""

    sound: Sound
    files: tuple[tuple[int, str], ...]

    def place(self, sample: float) -> str:
        """Return the file that sounds at a sample, and the second in it."""
        start, name = max(entry for entry in self.files if entry[0] <= sample)
        return f"{name} at {(sample - start) / RATE:.2f} s"


def packaged() -> list[Material]:
    """Return the material from packages."""
    speech = (*SPEECH_PACKAGES, GAME_VOICES, BLIND_PACKAGE)
    return [
        *(Material(HUMAN, name) for name in speech),
        *(Material(MUSIC, name) for name in MUSIC_PACKAGES),
    ]


def package_file(name: str) -> Path | None:
    """Return a material's package from ``benchmarks/peers/install``, or None."""
    found = sorted((CACHE / "debs").glob(f"{name.partition(',')[0]}_*.deb"))
    return found[-1] if found else None


def keep_sound(path: Path, sound: Sound) -> None:
    """Write a sound in one step: other processes may make the same, or already read it."""
    half = path.with_suffix(f".{os.getpid()}.npy")
    np.save(half, sound)
    half.rename(path)


def recording_of(name: str) -> Recording | None:
    """Return all sound of a material, file after file; None without its package."""
    kept, index = CACHE / "speech" / f"{name}.npy", CACHE / "speech" / f"{name}.json"
    if not index.exists():
        archive = package_file(name)
        if archive is None:
            return None
        kept.parent.mkdir(parents=True, exist_ok=True)
        made = _unpacked(archive, _FOLDERS.get(name))
        keep_sound(kept, made.sound)
        half = index.with_suffix(f".{os.getpid()}")
        half.write_text(json.dumps(made.files))
        half.rename(index)
    files = tuple((int(start), str(name)) for start, name in json.loads(index.read_text()))
    return Recording(np.load(kept, mmap_mode="r"), files)


def _unpacked(archive: Path, within: str | None) -> Recording:
    parts: list[Sound] = []
    files: list[tuple[int, str]] = []
    at = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        for path in sorted(Path(folder).rglob("*")):
            if within is not None and within not in path.parts:
                continue
            if path.suffix in _SUFFIXES and path.is_file() and not path.is_symlink():
                sound = levelled(_read(path))
                files.append((at, str(path.relative_to(folder))))
                parts += [sound, np.zeros(_BETWEEN, np.int16)]
                at += sound.size + _BETWEEN
    return Recording(np.concatenate(parts), tuple(files))


def _read(path: Path) -> Wave:
    """Return a file at 8 kHz, its channels mixed, in units of 16-bit samples."""
    if path.suffix == ".raw":
        wave, rate = np.fromfile(path, np.int16).astype(np.float64), _RAW_RATE
    else:
        channels, rate = soundfile.read(path, dtype="float64", always_2d=True)
        wave = channels.mean(axis=1) * 32768
    if rate != RATE:
        wave = soxr.resample(wave, rate, RATE)
    return np.asarray(wave, np.float64)


def levelled(wave: Wave, dbm0: float = ACTIVE_DBM0) -> Sound:
    """Return a wave with its speech at a level, pauses left out of the measure (P.56 in short)."""
    frames = wave[: wave.size // FRAME * FRAME].reshape(-1, FRAME)
    powers = np.mean(frames**2, axis=1)
    powers = powers[powers > 1.0]
    if not powers.size:
        return to_sound(wave)
    active = float(powers.mean())
    for _ in range(10):
        active = float(powers[powers >= active * _MARGIN].mean())
    return to_sound(wave * rms_of(dbm0) / np.sqrt(active))


def missing() -> Iterator[str]:
    """Name the missing packages."""
    for material in packaged():
        kept = CACHE / "speech" / f"{material.name}.json"
        if not kept.exists() and package_file(material.name) is None:
            yield material.name

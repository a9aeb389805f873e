"""Measure talk-off at length: speech and music at other pitches, levels and codecs.

This is the longest part: about three seconds of one core for an hour of sound. The results are kept
beside the sound, by the source of the ears: an interrupted run continues where it stopped, and
unchanged ears are not measured again.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np

from appliance import signals
from appliance.model.audio import RATE, Sound
from appliance.signals.goertzel import History
from appliance.signals.pcm import to_sound
from benchmarks.keys import scores
from benchmarks.keys.scores import heard
from benchmarks.machine import each
from benchmarks.row import Row, Table
from benchmarks.talkoff.hours import place_of, sound_of
from benchmarks.talkoff.material import (
    BLIND_PACKAGE,
    CACHE,
    HUMAN,
    MUSIC,
    Material,
    missing,
    packaged,
)
from benchmarks.talkoff.variants import (
    COUNT,
    PITCHES,
    Variant,
    at_level,
    pitched,
    through_gsm,
    variants_of,
)
from tests.signals import sounds

_AT_ONCE = 3600 * RATE  # more takes gigabytes
_EARS = ("dtmf/detector", "dtmf/first_look", "dtmf/second_look", "goertzel", "pcm", "tones")


@dataclass(frozen=True, slots=True)
class _Tried:
    """One variant of one material, and the keys heard in it."""

    material: Material
    variant: Variant
    seconds: float
    keys: tuple[str, ...]  # where


@cache
def _ears() -> str:
    """Return a mark that tells these ears and their input from any others."""
    folder = Path(signals.__path__[0])
    sources = [*(folder / f"{name}.py" for name in _EARS), Path(__file__).parent / "variants.py"]
    sources += [Path(scores.__file__), Path(sounds.__file__)]  # how the detector is fed
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def _tried(job: tuple[Material, float]) -> list[_Tried]:
    """Return the result for one material at one pitch, from now or before."""
    material, pitch = job
    kept = CACHE / "heard" / f"{material.name} {pitch} {_ears()}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        lines = [(asdict(one.variant), one.seconds, one.keys) for one in _try(material, pitch)]
        half = kept.with_suffix(".half")
        half.write_text(json.dumps(lines))
        half.rename(kept)
    return [
        _Tried(material, Variant(**variant), seconds, tuple(keys))
        for variant, seconds, keys in json.loads(kept.read_text())
    ]


def _try(material: Material, pitch: float) -> list[_Tried]:
    whole = sound_of(material)
    starts = range(0, whole.size, _AT_ONCE)
    pieces = [_try_piece(material, pitch, whole[at : at + _AT_ONCE], at) for at in starts]
    out = []
    for variant, *found in zip(variants_of(pitch), *pieces, strict=True):
        seconds = sum(length for length, _ in found)
        keys = tuple(chain.from_iterable(places for _, places in found))
        out.append(_Tried(material, variant, seconds, keys))
    return out


def _try_piece(
    material: Material, pitch: float, sound: Sound, at: int
) -> list[tuple[float, tuple[str, ...]]]:
    """Return of each variant of a piece that begins at sample ``at``: seconds, and keys heard."""
    wave = pitched(np.asarray(sound), pitch)
    coded = cache(lambda gsm: through_gsm(to_sound(np.asarray(wave, np.float64))) if gsm else wave)
    out = []
    for variant in variants_of(pitch):
        keys = tuple(
            f"{digit.key}, {digit.ms} ms, confidence {digit.measured.confidence:.2f}: "
            f"{place_of(material, at + digit.sample * pitch)}, {_said(variant)}"
            for digit in heard(at_level(coded(variant.gsm), variant.dbm0), History.AHEAD)
        )
        out.append((wave.size / RATE, keys))
    return out


def _said(variant: Variant) -> str:
    codec = "GSM" if variant.gsm else "A-law"
    return f"pitch × {variant.pitch}, {variant.dbm0:.0f} dBm0, {codec}"


def _hours(tried: list[_Tried]) -> float:
    return sum(one.seconds for one in tried) / 3600


def _keys(tried: list[_Tried]) -> int:
    return sum(len(one.keys) for one in tried)


def _row(what: str, tried: list[_Tried]) -> Row:
    checking = [one for one in tried if one.material.checking]
    length, keys = _hours(checking), _keys(checking)
    rate = f", {100 * keys / length:.2f} in 100 h" if length else ""
    return Row(
        f"talk-off: keys in {_hours(tried):.0f} h of {COUNT} variants of {what}, "
        f"{length:.0f} h of it for checking",
        f"{_keys(tried)}; in the checking part {keys}{rate}",
        "≤ 1 in 100 h" if length else "reported",
        met=100 * keys <= length if length else None,
    )


def rows() -> Iterator[Row | Table]:
    """Measure."""
    absent = set(missing())
    jobs = [(one, pitch) for one in packaged() if one.name not in absent for pitch in PITCHES]
    tried = [one for batch in each(_tried, jobs, "talk-off at length") for one in batch]
    if not tried:
        return
    for kind in (HUMAN, MUSIC):
        yield _row(kind, [one for one in tried if one.material.kind == kind])
    blind = [one for one in tried if one.material.name == BLIND_PACKAGE]
    yield _row("speech first heard when all limits stood", blind)
    places = [(place,) for one in tried for place in one.keys]
    if places:
        yield Table("Every key heard in the variants", ("key and where",), tuple(places))

"""Talk-off at length: recorded speech and music higher and lower, softer, through a mobile's codec.

This is the longest part: about three seconds of one core for an hour of sound. What has been heard
is kept beside the sound, by the source of the ears that heard it: a run that was broken off goes on
where it was, and ears that have not changed are not asked again.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

from appliance import signals
from appliance.model.audio import RATE
from appliance.signals.goertzel import History
from appliance.signals.pcm import to_sound
from benchmarks import talkoff_variants
from benchmarks._cores import each
from benchmarks.row import Row, Table
from benchmarks.signals_scores import heard
from benchmarks.talkoff import place_of, sound_of
from benchmarks.talkoff_material import CACHE, HUMAN, MUSIC, Material, missing, packaged
from benchmarks.talkoff_variants import (
    COUNT,
    PITCHES,
    Variant,
    at_level,
    pitched,
    through_gsm,
    variants_of,
)

_EARS = ("dtmf", "keylook", "keyfit", "goertzel", "pcm", "tones")


@dataclass(frozen=True, slots=True)
class _Tried:
    """One variant of one material, and the keys heard in it."""

    material: Material
    variant: Variant
    seconds: float
    keys: tuple[str, ...]  # where


@cache
def _ears() -> str:
    """Return what tells these ears, and what they are given, from any others."""
    folder = Path(signals.__path__[0])
    sources = [*(folder / f"{name}.py" for name in _EARS), Path(talkoff_variants.__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def _tried(job: tuple[Material, float]) -> list[_Tried]:
    """Return what was heard of one material at one pitch, now or before."""
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
    wave = pitched(np.asarray(sound_of(material)), pitch)
    coded = cache(lambda gsm: through_gsm(to_sound(np.asarray(wave, np.float64))) if gsm else wave)
    out = []
    for variant in variants_of(pitch):
        keys = tuple(
            f"{digit.key}, {digit.ms} ms, confidence {digit.figures.confidence:.2f}: "
            f"{place_of(material, digit.sample * pitch)}, {_said(variant)}"
            for digit in heard(at_level(coded(variant.gsm), variant.dbm0), History.AHEAD)
        )
        out.append(_Tried(material, variant, wave.size / RATE, keys))
    return out


def _said(variant: Variant) -> str:
    codec = "GSM" if variant.gsm else "A-law"
    return f"pitch × {variant.pitch}, {variant.dbm0:.0f} dBm0, {codec}"


def _hours(tried: list[_Tried]) -> float:
    return sum(one.seconds for one in tried) / 3600


def _keys(tried: list[_Tried]) -> int:
    return sum(len(one.keys) for one in tried)


def _row(kind: str, tried: list[_Tried], target: str) -> Row:
    mine = [one for one in tried if one.material.kind == kind]
    checking = [one for one in mine if one.material.checking]
    per_hundred = 100 * _keys(checking) / max(_hours(checking), 1e-9)
    return Row(
        f"talk-off: keys in {_hours(mine):.0f} h of {COUNT} variants of {kind}, "
        f"{_hours(checking):.0f} h for checking only",
        f"{_keys(mine)}; in the checking part {_keys(checking)}, {per_hundred:.2f} in 100 h",
        target,
    )


def rows() -> Iterator[Row | Table]:
    """Measure."""
    absent = set(missing())
    jobs = [(one, pitch) for one in packaged() if one.name not in absent for pitch in PITCHES]
    tried = [one for batch in each(_tried, jobs, "talk-off at length") for one in batch]
    if not tried:
        return
    yield _row(HUMAN, tried, "≤ 1 in 100 h")
    yield _row(MUSIC, tried, "≤ 1 in 100 h")
    places = [(place,) for one in tried for place in one.keys]
    if places:
        yield Table("Every key heard in the variants", ("key and where",), tuple(places))

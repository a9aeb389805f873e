"""Measure talk-off: keys heard in hours of sound in which nobody presses any.

We and every peer hear the material unchanged; its variants (pitch, level, codec) we hear alone, in
the part ``talkoff.long``. More than half of the material was reserved for checking; see
``benchmarks.talkoff.material``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from appliance.hearing.file import FileDetectors
from appliance.model.audio import FRAME, RATE, Sound
from appliance.model.events import CallerId, DigitPressed, ToneHeard
from appliance.signals.goertzel import History
from appliance.signals.pcm import through_alaw
from benchmarks.kept import keep
from benchmarks.keys.scores import OURS
from benchmarks.machine import each
from benchmarks.peers.ears import key_peers
from benchmarks.row import Row, Table, ratio
from benchmarks.talkoff.made import made, materials
from benchmarks.talkoff.material import (
    BLIND_PACKAGE,
    HUMAN,
    MUSIC,
    TONES,
    VOICES,
    Material,
    missing,
    packaged,
    recording_of,
)

KINDS = (HUMAN, VOICES, MUSIC, TONES)
_PACKAGES = {material.name for material in packaged()}


@dataclass(frozen=True, slots=True)
class MaterialHeard:
    """The result for one material: hearer -> count of keys, and the places of ours."""

    material: Material
    seconds: dict[str, float]
    """Of the sound that each hearer was given: a slow peer is given less."""
    counts: dict[str, int]
    places: tuple[str, ...] = ()
    others: int = 0
    """Tones of machines and of the network, and caller IDs: false ones, but where they sound."""


def sound_of(material: Material) -> Sound:
    """Return a material's sound."""
    if material.name not in _PACKAGES:
        return made(material)
    recording = recording_of(material.name)
    return np.zeros(0, np.int16) if recording is None else recording.sound


def place_of(material: Material, sample: float) -> str:
    """Return the place of a sample in a material, in words."""
    recording = recording_of(material.name) if material.name in _PACKAGES else None
    place = f"at {sample / RATE:.2f} s" if recording is None else recording.place(sample)
    return f"{material.name}: {place}"


def everything() -> list[Material]:
    """Return all material that is installed or can be made here."""
    absent = set(missing())
    return [*(one for one in packaged() if one.name not in absent), *materials()]


def _as_it_is(material: Material) -> MaterialHeard:
    sound = through_alaw(np.asarray(sound_of(material)))
    keys, others = _ours(sound)
    counts, seconds = {OURS: len(keys)}, {OURS: sound.size / RATE}
    for peer in key_peers():
        given = sound[: peer.longest]
        counts[peer.name] = len(peer.hear(given).text)
        seconds[peer.name] = given.size / RATE
    places = tuple(f"{key.key} {place_of(material, key.sample)}" for key in keys)
    return MaterialHeard(material, seconds, counts, places, others)


def _ours(sound: Sound) -> tuple[list[DigitPressed], int]:
    """Return the keys that all our ears hear, and the counts of tones and caller IDs."""
    hearing = FileDetectors("bench", "PL", ("both",))
    hearing.hook_changed(off_hook=True)
    keys: list[DigitPressed] = []
    others = 0
    whole = sound[None, : sound.size // FRAME * FRAME]
    for start in range(0, whole.shape[1], History.AHEAD):
        for event in hearing.hear_at_once(whole[:, start : start + History.AHEAD]):
            if isinstance(event, DigitPressed):
                keys.append(event)
            others += isinstance(event, ToneHeard | CallerId)
    return keys, others


@cache
def base() -> list[MaterialHeard]:
    """Hear all material unchanged."""
    key_peers()  # what has to be built is built before there are several processes
    return each(_as_it_is, everything(), "talk-off")


def hours(heard: Iterable[MaterialHeard], hearer: str = OURS) -> float:
    """Return the hours that a hearer was given."""
    return sum(one.seconds.get(hearer, 0.0) for one in heard) / 3600


def false_keys(heard: Iterable[MaterialHeard], hearer: str) -> int:
    """Return the count of keys that a hearer heard."""
    return sum(one.counts.get(hearer, 0) for one in heard)


def per_hour(hearer: str, heard: Iterable[MaterialHeard]) -> float:
    """Return a hearer's false keys an hour."""
    listed = list(heard)
    return false_keys(listed, hearer) / max(hours(listed, hearer), 1e-9)


def _row(kind: str) -> Row:
    heard = [one for one in base() if one.material.kind == kind]
    checking = [one for one in heard if one.material.checking]
    return Row(
        f"talk-off: keys in {hours(heard):.1f} h of {kind}, "
        f"{hours(checking):.1f} h of it for checking",
        f"{false_keys(heard, OURS)}, {false_keys(checking, OURS)} of them in the checking part",
        "0",
        _beside(heard),
        not false_keys(heard, OURS),
    )


def _beside(heard: list[MaterialHeard]) -> str:
    ours = per_hour(OURS, heard)
    peers = [
        f"{name} {false_keys(heard, name)} in {hours(heard, name):.1f} h"
        f" ({per_hour(name, heard):.1f}/h, {ratio(ours, per_hour(name, heard))})"
        for name in (peer.name for peer in key_peers())
    ]
    return "; ".join(peers) or "no peer here"


def rows() -> Iterator[Row | Table]:
    """Measure the unchanged material."""
    absent = sorted(missing())
    if absent:
        said = f"absent: {', '.join(absent)}; run benchmarks/peers/install"
        what, figure = "recorded speech and music", f"{len(absent)} packages are missing"
        yield Row(what, figure, "all", said, met=False)
    names = (OURS, *(peer.name for peer in key_peers()))
    human = [one for one in base() if one.material.kind == HUMAN]
    keep("talkoff", {who: (false_keys(human, who), hours(human, who)) for who in names})
    for kind in KINDS:
        if any(one.material.kind == kind for one in base()):
            yield _row(kind)
    blind = [one for one in base() if one.material.name == BLIND_PACKAGE]
    what = f"talk-off: keys in the {hours(blind):.1f} h of it first heard when all limits stood"
    false = false_keys(blind, OURS)
    yield Row(what, str(false), "0", _beside(blind), not false)
    speech = [one for one in base() if one.material.kind in {HUMAN, VOICES, MUSIC}]
    yield Row(
        f"tones and caller IDs heard in {hours(speech):.1f} h of speech and music",
        str(sum(one.others for one in speech)),
    )
    yield Table(
        "Talk-off, by material: keys heard in it as it is",
        ("material", "kind", "used for", "minutes", OURS, *(peer.name for peer in key_peers())),
        tuple(_lines()),
    )
    places = [place for one in base() for place in one.places]
    if places:
        lines = tuple((place,) for place in places)
        yield Table("Every key that we heard in it", ("where",), lines)


def _lines() -> Iterator[tuple[str, ...]]:
    """Return a line a package; generated sound is summed by kind and use."""
    groups: dict[tuple[str, str, str], list[MaterialHeard]] = {}
    for one in base():
        name = one.material.name if one.material.name in _PACKAGES else "made here"
        groups.setdefault((name, one.material.kind, one.material.use), []).append(one)
    for (name, kind, use), heard in groups.items():
        counts = (str(false_keys(heard, who)) for who in heard[0].counts)
        yield (name, kind, use, f"{60 * hours(heard):.0f}", *counts)

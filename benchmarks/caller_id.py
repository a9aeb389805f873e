"""Caller ID under every condition, ours and the peers' in the same run on the same sound."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from appliance.model.audio import FRAME, RATE, AudioFrame, Sound
from appliance.model.events import CallerId
from appliance.recorder.hearing import Hearing
from appliance.signals.pcm import rms_of, to_sound
from appliance.signals.tones import BELL_202, V23, FskStandard
from benchmarks.callerid_data import CONDITIONS, CidCondition, message, sent
from benchmarks.peers import Message, caller_id_peers
from benchmarks.row import Row, ratio
from benchmarks.signals_scores import OURS

MESSAGES = 100
STANDARDS = (V23, BELL_202)
_TARGETS = {
    "SNR 10 dB": "≥ 98/100",
    "SNR 8 dB": "≥ 75/97",
    "-45 dBm0": "100/100",
    "50 Hz hum at -13 dBm0": "≥ 87/87",
}
_BETWEEN = RATE  # of the line's noise alone between two messages, as between two calls
Form = Literal["mdmf", "sdmf"]


@dataclass(frozen=True, slots=True)
class Read:
    """How many messages were read exactly, and how many others were made up."""

    right: int
    wrong: int


def heard(sound: Sound, off_hook: bool) -> list[Message]:
    """Return the caller IDs that we hear."""
    hearing = Hearing("bench", "PL", ("both",))
    hearing.hook_changed(off_hook=off_hook)
    return [
        Message(event.number or "", event.name or "")
        for start in range(0, sound.size, FRAME)
        for event in hearing.hear(
            AudioFrame("bench", start, sound[None, start : start + FRAME], ("both",))
        )
        if isinstance(event, CallerId)
    ]


def line(condition: CidCondition, standard: FskStandard, form: Form) -> tuple[Sound, list[Message]]:
    """Return all messages one after the other on one line, and what they say."""
    chance = np.random.default_rng(MESSAGES)
    parts, said = [], []
    for index in range(MESSAGES):
        spoken, body = message(index, form)
        said.append(Message(spoken.number or "", spoken.name or ""))
        pause = to_sound(chance.normal(0, rms_of(condition.noise_dbm0), _BETWEEN))
        parts += [sent(condition, body, standard, index), pause]
    return np.concatenate(parts), said


def read_of(said: list[Message], found: list[Message]) -> Read:
    """Compare what was sent with what was read; what was sent twice counts once."""
    right = len(set(said) & set(found))
    return Read(right, len([one for one in found if one not in said]))


@cache
def reads(condition: CidCondition, form: Form = "mdmf") -> dict[str, list[Read]]:
    """Return hearer -> what it read of each standard."""
    out: dict[str, list[Read]] = {OURS: []}
    out |= {peer.name: [] for peer in caller_id_peers()}
    for standard in STANDARDS:
        sound, said = line(condition, standard, form)
        out[OURS].append(read_of(said, heard(sound, condition.off_hook)))
        for peer in caller_id_peers():
            out[peer.name].append(read_of(said, peer.hear(sound, standard.name)))
    return out


def _right(read: list[Read]) -> str:
    return "/".join(str(one.right) for one in read)


def _row(condition: CidCondition, form: Form, target: str) -> Row:
    read = reads(condition, form)
    ours = [one.right for one in read[OURS]]
    others = {name: found for name, found in read.items() if name != OURS}
    said = "; ".join(f"{name} {_right(found)}" for name, found in others.items())
    best = [max((found[place].right for found in others.values()), default=0) for place in (0, 1)]
    short = any(mine < peer for mine, peer in zip(ours, best, strict=True))
    against = " and ".join(ratio(mine, peer) for mine, peer in zip(ours, best, strict=True))
    return Row(
        f"caller ID {form.upper()}, V.23/Bell 202 of {MESSAGES}: {condition.name}",
        _right(read[OURS]) + (" (a peer reads more)" if short else ""),
        target,
        f"{said}; best {best[0]}/{best[1]} ({against})" if said else "no peer here",
    )


def rows() -> Iterator[Row]:
    """Measure."""
    for condition in CONDITIONS:
        yield _row(condition, "mdmf", _TARGETS.get(condition.name, "≥ the best peer's"))
    for condition in CONDITIONS:
        yield _row(condition, "sdmf", "≥ the best peer's")
    wrong: dict[str, int] = {}
    for condition in CONDITIONS:
        for form in ("mdmf", "sdmf"):
            for name, read in reads(condition, form).items():
                wrong[name] = wrong.get(name, 0) + sum(one.wrong for one in read)
    ours = wrong.pop(OURS)
    yield Row(
        "caller ID read wrongly in all of these",
        str(ours),
        "0",
        "; ".join(f"{name} {count} ({ratio(ours, count)})" for name, count in wrong.items()),
    )

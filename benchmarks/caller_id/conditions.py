"""Measure caller ID under every condition, beside the peers on the same sound."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from appliance.model.audio import RATE, Sound
from appliance.signals.caller_id.messages import Absent
from appliance.signals.pcm import rms_of, to_sound
from appliance.signals.tones import BELL_202, V23, FskStandard
from benchmarks.caller_id.keys import rows_of_keys as rows_in_keys
from benchmarks.caller_id.material import CLEAN, CONDITIONS, CidCondition, Form, Kind, made, sent
from benchmarks.caller_id.messages import MESSAGES, Read, compared, heard, pair, read_of, told
from benchmarks.keys.scores import OURS
from benchmarks.peers.ears import Message, caller_id_peers
from benchmarks.row import Row, ratio

STANDARDS = (V23, BELL_202)
_FORMS: tuple[Form, ...] = ("mdmf", "sdmf")
_TARGETS = {
    "SNR 10 dB": (98, 100),
    "SNR 8 dB": (75, 97),
    "-45 dBm0": (100, 100),
    "50 Hz hum at -13 dBm0": (87, 87),
}
_BETWEEN = RATE  # of the line's noise alone between two messages, as between two calls


def line(
    condition: CidCondition, standard: FskStandard, form: Form, kind: Kind = "number"
) -> tuple[Sound, list[Message]]:
    """Return all messages one after the other on one line, and their content."""
    chance = np.random.default_rng(MESSAGES)
    parts, said = [], []
    for index in range(MESSAGES):
        spoken, body = made(index, form, kind)
        said.append(told(spoken))
        pause = to_sound(chance.normal(0, rms_of(condition.noise_dbm0), _BETWEEN))
        parts += [sent(condition, body, standard, index), pause]
    return np.concatenate(parts), said


@cache
def found(
    condition: CidCondition, form: Form, kind: Kind = "number"
) -> dict[str, list[tuple[list[Message], list[Message]]]]:
    """Return hearer -> messages sent and messages heard, in each standard."""
    out: dict[str, list[tuple[list[Message], list[Message]]]] = {OURS: []}
    out |= {peer.name: [] for peer in caller_id_peers()}
    for standard in STANDARDS:
        sound, said = line(condition, standard, form, kind)
        out[OURS].append((said, heard(sound, condition.off_hook)))
        for peer in caller_id_peers():
            out[peer.name].append((said, peer.hear(sound, standard.name)))
    return out


def reads(condition: CidCondition, form: Form, kind: Kind = "number") -> dict[str, list[Read]]:
    """Return hearer -> messages it read in each standard."""
    return {
        name: [read_of(said, heard_of_it) for said, heard_of_it in both]
        for name, both in found(condition, form, kind).items()
    }


def _named(form: Form, what: str) -> str:
    return f"caller ID {form.upper()}, V.23/Bell 202 of {MESSAGES}: {what}"


def _row(condition: CidCondition, form: Form) -> Row:
    least = _TARGETS.get(condition.name) if form == "mdmf" else None
    return compared(_named(form, condition.name), _right(reads(condition, form)), least)


def _right(read: dict[str, list[Read]]) -> dict[str, list[int]]:
    return {name: [one.right for one in both] for name, both in read.items()}


def _damaged(form: Form) -> Row:
    """Count the numbers reported from messages with a wrong checksum."""
    given = {
        name: [sum(len(one.number) > 1 for one in heard_of_it) for _, heard_of_it in both]
        for name, both in found(CLEAN, form, "damaged").items()
    }
    ours = given.pop(OURS)
    peers = [f"{name} {pair(counts)}" for name, counts in given.items()]
    what = _named(form, "numbers given of messages with a wrong bit")
    return Row(what, pair(ours), "0/0", "; ".join(peers) or "no peer here", not any(ours))


def _wrong() -> Row:
    """Count the messages heard that were never sent, over all conditions."""
    kinds: list[tuple[CidCondition, Kind]] = [(condition, "number") for condition in CONDITIONS]
    kinds += [(CLEAN, why) for why in Absent]
    wrong: dict[str, int] = {}
    for condition, kind in kinds:
        for form in _FORMS:
            for name, read in reads(condition, form, kind).items():
                wrong[name] = wrong.get(name, 0) + sum(one.wrong for one in read)
    ours = wrong.pop(OURS)
    peers = [f"{name} {count} ({ratio(ours, count)})" for name, count in wrong.items()]
    return Row("caller ID read wrongly in all of these", str(ours), "0", "; ".join(peers), not ours)


def rows() -> Iterator[Row]:
    """Measure."""
    for form in _FORMS:
        for condition in CONDITIONS:
            yield _row(condition, form)
    for form in _FORMS:
        for why in Absent:
            right = _right(reads(CLEAN, form, why))
            yield compared(_named(form, f"no number, told to be {why.value}"), right)
    yield _wrong()
    for form in _FORMS:
        yield _damaged(form)
    yield from rows_in_keys()

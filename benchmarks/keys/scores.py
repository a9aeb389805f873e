"""Score DTMF under every condition, for our ears and every installed peer, once a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

import numpy as np

from appliance.model.audio import FRAME, Sound
from appliance.signals.dtmf.detector import Digit, DtmfDetector
from benchmarks.keys.material import ACCEPT, ALL_KEYS, BETWEEN, REJECT, Condition, Sent, sent_under
from benchmarks.peers.ears import key_peers
from tests.signals.sounds import detected

DIGITS = 320
OURS = "Zgoda"
GROUPS = {"accept": ACCEPT, "reject": REJECT, "between": BETWEEN}


@dataclass(frozen=True, slots=True)
class Score:
    """The share of keys heard in order, and the count of keys heard besides."""

    taken: float
    extra: int


@dataclass(frozen=True, slots=True)
class Case:
    """Keys sent under a condition."""

    condition: Condition
    keys: tuple[str, ...]
    sent: Sent


def heard(sound: Sound, at_once: int = FRAME) -> list[Digit]:
    """Return the digits that our detector alone finds, given so many samples at once."""
    detector = DtmfDetector()
    whole = sound[: sound.size // FRAME * FRAME]
    return [
        event
        for start in range(0, whole.size, at_once)
        for event in detected(detector, whole[start : start + at_once])
        if isinstance(event, Digit)
    ]


def case(condition: Condition, count: int = DIGITS, seed: int = 5) -> Case:
    """Return every key equally often, in an order drawn from the seed."""
    keys = list(ALL_KEYS) * (count // len(ALL_KEYS))
    np.random.default_rng(seed).shuffle(keys)
    return Case(condition, tuple(keys), sent_under(condition, keys, seed + 1))


def score_of(keys: Sequence[str], found: Sequence[str]) -> Score:
    """Compare the keys sent with the keys heard."""
    blocks = SequenceMatcher(None, keys, found, autojunk=False).get_matching_blocks()
    matched = sum(block.size for block in blocks)
    return Score(matched / len(keys), len(found) - matched)


@cache
def scores(group: str) -> dict[str, dict[str, Score]]:
    """Return hearer -> condition -> score for a group of conditions; ours is the first hearer."""
    out: dict[str, dict[str, Score]] = {OURS: {}}
    out |= {peer.name: {} for peer in key_peers()}
    for condition in GROUPS[group]:
        made = case(condition)
        found = [digit.key for digit in heard(made.sent.sound)]
        out[OURS][condition.name] = score_of(made.keys, found)
        for peer in key_peers():
            said = peer.hear(made.sent.sound).text
            out[peer.name][condition.name] = score_of(made.keys, said)
    return out


def mean_of(scored: dict[str, Score]) -> float:
    """Return the mean share over conditions."""
    return float(np.mean([score.taken for score in scored.values()]))

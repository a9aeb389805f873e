"""Prove P6: a card without a password shows no number, no name, no sound, no choice."""

import random

import pytest

from appliance.exchange.scene import Scene
from appliance.signals.pcm import encode_alaw
from tests.boxes import TrialBox, grep
from tests.deep import deep

NAMES = ["Zofia Testowa", "Jan Próbny", "Erika Mustermann", "Joe Sample"]


@pytest.mark.timeout(240)  # ten seconds on a fast processor, three times that on a slow one
@pytest.mark.parametrize("calls", [5, deep(20)])
def test_calls_leave_nothing_readable(trial_box: TrialBox, calls: int) -> None:
    chance = random.Random(6)
    needles: dict[str, bytes] = {}
    for index in range(calls):
        number = f"+4860055{chance.randrange(10_000):04d}"
        name = f"{NAMES[index % len(NAMES)]} {index}"
        answer = chance.choice(["1", "1", "3", "2", None])
        scene = Scene.ordinary(number, answer, talk=1.0, name=name)
        trial_box.call(scene, seed=index)
        needles |= spellings(number, name)
    rids = trial_box.recordings()
    assert len(rids) > calls / 4
    for rid in rids:
        with trial_box.open(rid) as reader:
            sound = reader.read(0, reader.samples)[0]
            meta = reader.meta
        assert meta.number is not None
        loud = abs(sound).argmax() // 64 * 64
        needles |= {
            f"PCM of {rid}": sound[loud : loud + 64].tobytes(),
            f"A-law of {rid}": encode_alaw(sound[loud : loud + 64]),
            f"receipt of {rid}": b'"outcome":"agreed"',
            f"META of {rid}": meta.call.encode(),
        }
    assert grep(trial_box.files(), needles) == []


def spellings(number: str, name: str) -> dict[str, bytes]:
    digits = number.removeprefix("+")
    return {
        f"number {number}": digits.encode(),
        f"subscriber {number}": digits[2:].encode(),
        f"spaced {number}": f"{digits[2:5]} {digits[5:8]} {digits[8:]}".encode(),
        f"name {name}": name.encode(),
        f"surname {name}": name.split()[1].encode(),
    }

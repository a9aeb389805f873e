"""No changed stamp is taken beside a recording, though the box itself signs the annex.

The office has the box's key, so a signature around a changed stamp is right. What is left is the
authority's: whoever has its certificate accepts the stamps that it made over this very head and for
this very entry, and nothing else.
"""

import json
import random
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from appliance.errors import FileFormatError
from appliance.vault.audit.stamps import BadStamp, TimeStamp, read_roots, read_stamp, read_token
from appliance.vault.proof import BadProof, read_proof
from tests.vectors import placed
from tests.vectors.audit import Log
from tests.vectors.placed import Fields
from tests.vectors.proofs import META, OURS, written

MUTATIONS = 10_000
TOKENS = [placed.token(name) for name in ("before", "behind", "stranger", "early")]
ROOTS = read_roots(json.loads(placed.STAMPS.read_text("utf-8"))["roots"].encode("ascii"))
NAMES = ("stamp_before", "stamp_behind")

Change = Callable[[Fields, str, random.Random], Fields]


@dataclass(frozen=True)
class Stamped:
    """A recording, and the log that names and seals it."""

    core: Fields
    log: Log

    def file(self, beside: Fields, *, for_caller: bool) -> bytes:
        """Return the proof with these stamps, signed by the box."""
        if not for_caller:
            return OURS.proof(self.core, OURS.annex(self.core, evidence=[beside]))
        told = placed.for_caller(beside)
        return OURS.proof(self.core, OURS.for_caller(self.core, evidence=[told]))


@pytest.fixture(scope="module")
def one() -> Stamped:
    log = placed.stamped_log(OURS.core())
    meta = written(META | {"after": placed.place(log, 3)})
    return Stamped(OURS.core(meta=meta), log)


def accepted(raw: bytes) -> list[TimeStamp] | None:
    """Return the stamps of a file, by whoever has the authority's certificate; None: refused."""
    try:
        (beside,) = read_proof(raw, OURS.fingerprint).annex.evidence
        stamps = [read_stamp(kept) for kept in (beside.stamp_before, beside.stamp_behind) if kept]
        for stamp in stamps:
            stamp.check_signer(ROOTS)
    except (BadProof, BadStamp, FileFormatError):
        return None
    return stamps


def put(beside: Fields, name: str, token: bytes) -> Fields:
    return beside | {name: placed.kept(token)}


def _of(beside: Fields, name: str) -> bytes:
    return b64decode(beside[name]["token"])


def _at(raw: bytes, draw: random.Random) -> tuple[int, int]:
    return draw.randrange(len(raw)), draw.randint(1, 80)


def cut(beside: Fields, name: str, draw: random.Random) -> Fields:
    raw = _of(beside, name)
    at, length = _at(raw, draw)
    return put(beside, name, raw[:at] + raw[at + draw.choice([length, len(raw)]) :])


def doubled(beside: Fields, name: str, draw: random.Random) -> Fields:
    raw = _of(beside, name)
    at, length = _at(raw, draw)
    return put(beside, name, raw + raw if draw.random() < 0.1 else raw[: at + length] + raw[at:])


def of_another(beside: Fields, name: str, draw: random.Random) -> Fields:
    return put(beside, name, draw.choice([one for one in TOKENS if one != _of(beside, name)]))


def reordered(beside: Fields, name: str, draw: random.Random) -> Fields:
    if draw.random() < 0.1 and beside["stamp_behind"] is not None:
        return beside | dict(zip(NAMES, (beside[one] for one in reversed(NAMES)), strict=True))
    raw = _of(beside, name)
    one, two, end = sorted(draw.sample(range(len(raw) + 1), 3))
    return put(beside, name, raw[:one] + raw[two:end] + raw[one:two] + raw[end:])


def over_another_hash(beside: Fields, name: str, draw: random.Random) -> Fields:
    """Write another digest where the authority wrote that of the head."""
    raw = _of(beside, name)
    imprint = read_token(raw).imprint
    assert raw.count(imprint) == 1
    return put(beside, name, raw.replace(imprint, draw.randbytes(len(imprint))))


def flipped(beside: Fields, name: str, draw: random.Random) -> Fields:
    raw = bytearray(_of(beside, name))
    for _ in range(draw.randint(1, 3)):
        raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
    return put(beside, name, bytes(raw))


CHANGES: tuple[Change, ...] = (cut, doubled, of_another, reordered, over_another_hash, flipped)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize("for_caller", [False, True])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.__name__))
def test_no_changed_stamp_is_taken(one: Stamped, change: Change, for_caller: bool) -> None:
    right = placed.stamped(one.log) | ({"stamp_behind": None} if for_caller else {})
    names = [name for name in NAMES if right[name] is not None]
    draw = random.Random(f"{change.__name__} {for_caller}")
    assert accepted(one.file(right, for_caller=for_caller)) is not None
    for _ in range(30 if change is of_another else MUTATIONS // (2 * len(CHANGES))):
        beside = change(right, draw.choice(names), draw)
        assert beside == right or accepted(one.file(beside, for_caller=for_caller)) is None

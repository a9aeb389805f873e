"""No line, path or head that was changed is taken, whoever signed the annex around it."""

import json
import random
from base64 import b64decode
from typing import Any

import pytest

from appliance.errors import FileFormatError
from appliance.model.proof import EntryPath, WhatVouches
from appliance.structs import convert
from appliance.vault.audit.evidence import placed
from appliance.vault.audit.heads import head_of
from appliance.vault.proof import read_proof
from tests.vault.test_proof import MUTATIONS, mutated
from tests.vectors.proofs import VECTORS

KNOWN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))["vectors"]


def proof_of(name: str) -> Any:
    return read_proof(b64decode(KNOWN[name]["file"]))


PLACED, CALLERS = proof_of("placed"), proof_of("placed_for_caller")
HEAD = PLACED.places[0].head
COUNTED = len(PLACED.places[0].paths[0])


def changes(draw: random.Random, beside: WhatVouches, nodes: int) -> dict[str, Any]:
    """Return what an annex carries with one thing changed."""
    told: dict[str, Any] = json.loads(json.dumps(_fields(beside)))
    where = draw.choice(["after", "sealed", *(["head"] if told["head"] else [])])
    if where == "head":
        told["head"] = _text(mutated(told["head"].encode(), draw))
    elif draw.random() < 0.5:
        told[where]["line"] = _text(mutated(told[where]["line"].encode(), draw))
    else:
        path = told[where]["path"]
        at = draw.randrange(nodes)
        how = draw.choice(["node", "gone", "twice", "swapped"])
        if how == "node":
            path[at] = bytes(draw.randbytes(32)).hex()
        elif how == "gone":
            del path[at]
        elif how == "twice":
            path.insert(at, path[at])
        else:
            other = (at + 1) % nodes
            path[at], path[other] = path[other], path[at]
    return told


def _fields(beside: WhatVouches) -> dict[str, Any]:
    return {"after": _path(beside.after), "sealed": _path(beside.sealed), "head": beside.head}


def _path(one: EntryPath | None) -> dict[str, Any]:
    assert one is not None
    return {"line": one.line, "path": list(one.path)}


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")


@pytest.mark.parametrize("for_caller", [False, True])
def test_of_10000_changes_none_is_taken(for_caller: bool) -> None:
    proof = CALLERS if for_caller else PLACED
    (one,), (beside,), draw = proof.recordings, proof.annex.evidence, random.Random(28)
    assert placed(one.core, one.meta.after, beside, for_caller=for_caller).is_under(HEAD)
    taken = 0
    for _ in range(MUTATIONS):
        told = changes(draw, beside, COUNTED)
        if told == _fields(beside):
            continue
        try:
            changed = convert(told, WhatVouches)
            place = placed(one.core, one.meta.after, changed, for_caller=for_caller)
        except (FileFormatError, ValueError):
            continue
        taken += place.is_under(HEAD)
    assert taken == 0


def test_of_10000_changes_of_a_head_none_is_a_head() -> None:
    whole, draw = HEAD.text.encode(), random.Random(28)
    for _ in range(MUTATIONS):
        with pytest.raises(FileFormatError):
            head_of(mutated(whole, draw))

"""A changed file of a drawn history is not read, unless it was handed out like that."""

import base64
import json
import random
from collections.abc import Sequence
from typing import Any

from appliance.errors import FileFormatError
from appliance.vault.certificate import BEGINNING, read_certificate
from appliance.vault.proof import read_proof
from tests.security.evidence.histories import History
from tests.security.evidence.test_s28_signed_anew import Handed, put_right, taken_apart
from tests.vectors import certificates, proofs

MUTATIONS = 400
"""Of files, in each history: 16,000 in all."""
EXCHANGES = 100
"""Of what stands beside, in each history, signed anew: 4,000 in all."""
BESIDE = ("after", "sealed", "head", "stamp_before", "stamp_behind")


def read_files(told: History) -> list[bytes]:
    """Return the proofs and certificates that left."""
    return [one.path.read_bytes() for one in told.kept if one.kind in {"proof", "certificate"}]


def of_another_device() -> list[bytes]:
    """Return a proof and a certificate of another device."""
    vectors = (json.loads(one.VECTORS.read_text("utf-8")) for one in (proofs, certificates))
    return [base64.b64decode(one["vectors"]["one"]["file"]) for one in vectors]


def reads(raw: bytes) -> bool:
    """Say whether a proof or a certificate is taken for one."""
    try:
        (read_certificate if raw.startswith(BEGINNING) else read_proof)(raw)
    except FileFormatError:
        return False
    return True


def handed_out(files: Sequence[bytes]) -> set[bytes]:
    """Return these files, and each certificate as it was before its newest supplements."""
    found = set(files)
    for raw in files:
        lines = raw.splitlines(keepends=True)
        if raw.startswith(BEGINNING):
            found |= {b"".join(lines[:count]) for count in range(2, len(lines))}
    return found


# -- as anybody can change them --------------------------------------------------------------------


def line_changed(lines: list[bytes], others: Sequence[bytes], draw: random.Random) -> None:
    """Double, leave out, swap or exchange lines of a file, or put one of another behind."""
    at, other, way = draw.randrange(len(lines)), draw.randrange(len(lines)), draw.randrange(5)
    if way == 0:
        lines.insert(other, lines[at])
    elif way == 1:
        del lines[at]
    elif way == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif way == 3:
        lines[at] = draw.choice(others)
    else:
        lines.append(draw.choice(others))


def changed(raw: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """Return a file that was cut, or of which a bit or up to two lines were changed."""
    at, way = draw.randrange(len(raw)), draw.randrange(6)
    if way == 0:
        return raw[:at]
    if way == 1:
        return raw[:at] + bytes([raw[at] ^ 1 << draw.randrange(8)]) + raw[at + 1 :]
    lines = raw.splitlines(keepends=True)
    for _ in range(draw.choice((1, 1, 2))):
        if lines:
            line_changed(lines, others, draw)
    return b"".join(lines)


def test_a_changed_file_is_none_unless_it_was_handed_out_so(told: History) -> None:
    draw, files = random.Random(told.seed), read_files(told)
    every = [*files, *of_another_device()]
    known, others = handed_out(every), [line for raw in every for line in raw.splitlines(True)]
    assert all(map(reads, every))
    for _ in range(MUTATIONS):
        raw = changed(draw.choice(files), others, draw)
        assert raw in known or not reads(raw), raw


# -- as the office can, which has the key ----------------------------------------------------------


def exchanged(
    bodies: list[dict[str, Any]], other: list[dict[str, Any]], draw: random.Random
) -> str:
    """Put what stands beside another file in its place; return what it was, empty if the same."""
    if "certificate" in bodies[0]:
        mine, theirs = bodies[-1], other[-1]
        name = "under" if "supplement" in mine and "supplement" in theirs else "erased"
        if name == "erased":
            mine, theirs = bodies[0], other[0]
    else:
        mine, theirs = bodies[-1]["evidence"][0], other[-1]["evidence"][0]
        name = draw.choice(BESIDE)
    if mine[name] == theirs[name]:
        return ""
    left_open = (
        # a stamp may be missing; nobody knows the nodes of a caller's path without its head;
        # a caller's certificate is bound by a hash, which the log answers
        (name.startswith("stamp") and theirs[name] is None)
        or (name == "after" and bodies[-1].get("reader") == "caller" and _same_line(mine, theirs))
        or (name == "erased" and mine["reader"] == "caller" and theirs["reader"] == "caller")
    )
    mine[name] = theirs[name]
    return "" if left_open else name


def _same_line(one: dict[str, Any], other: dict[str, Any]) -> bool:
    both = one["after"], other["after"]
    return None not in both and both[0]["line"] == both[1]["line"]


def test_what_stands_beside_another_file_is_refused_though_it_is_signed(told: History) -> None:
    draw, seen = random.Random(told.seed), set[str]()
    box = Handed(told.office, {})
    files = [taken_apart(raw) for raw in read_files(told)]
    for _ in range(EXCHANGES):
        first, bodies = draw.choice(files)
        same = [other for head, other in files if head[:20] == first[:20]]
        copy: list[dict[str, Any]] = json.loads(json.dumps(bodies))
        if not (name := exchanged(copy, draw.choice(same), draw)):
            continue
        seen.add(name)
        put_right(first, copy)
        raw = box.signed(first, copy)
        assert not reads(raw), (name, raw)
    assert seen, "some are exchanged"

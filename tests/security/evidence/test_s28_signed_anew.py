"""Of 10,000 drawn changes that the box key signs anew none is whole beside log or original."""

import hashlib
import json
import random
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import DAY
from appliance.commands.helpers.compared.comparing import compared
from appliance.commands.helpers.compared.stories import NamedCertificate, NamedProof
from appliance.errors import FileFormatError
from appliance.link.requests.calls import ExportCall, Recipient
from appliance.link.requests.proof import GetProof
from appliance.vault.certificate import BEGINNING, read_certificate
from appliance.vault.proof import read_proof
from tests.keeper.office import OFFICER, Office, make_office
from tests.keeper.recordings.certified.orders import erase, file, settle

CHANGES = 10_000
TURNS = 20
LABELS = {
    "core": b"zgoda proof core v2\n",
    "annex": b"zgoda proof annex v2\n",
    "certificate": b"zgoda certificate v1\n",
    "supplement": b"zgoda supplement v1\n",
}


@dataclass
class Handed:
    """An office, its files, and its log behind them."""

    office: Office
    files: dict[str, bytes]

    def signed(self, first: bytes, bodies: list[dict[str, Any]]) -> bytes:
        """Sign lines with the box key, each under its label."""
        lines = [first]
        for body in bodies:
            kind = body.get("part") or ("certificate" if "certificate" in body else "")
            kind = "supplement" if "supplement" in body else kind
            raw = written(body)
            sig = self.office.keyring.sign(LABELS.get(str(kind), b"") + raw)
            text = urlsafe_b64encode(sig).rstrip(b"=")
            lines.append(raw[:-1] + b',"sig":"' + text + b'"}')
        return b"\n".join((*lines, b""))


def written(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def taken_apart(raw: bytes) -> tuple[bytes, list[dict[str, Any]]]:
    first, *lines, _ = raw.split(b"\n")
    bodies = [json.loads(line) for line in lines]
    for body in bodies:
        del body["sig"]
    return first, bodies


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handed]:
    office = make_office(tmp_path_factory.mktemp("signed") / "box")
    rid = office.record(began=office.clock.now() - 10, after=office.audit.before_calls)
    other = office.record()
    office.unlock()
    office.audit.append("played", OFFICER.actor, rid, detail="for.training")
    for kind in (Recipient.CALLER, Recipient.ADVISER):
        list(office.answer(ExportCall(rid, recipient=kind, words="Anna")))
    erase(office, other)
    settle(office)
    office.clock.advance(DAY)
    office.confirm()
    office.audit.append("viewed", "keeper")
    office.records.sweep()
    files = {
        f"proof for {kind.value}": office.answer(GetProof(rid, kind))[1]
        for kind in (Recipient.CALLER, Recipient.OFFICE)
    }
    files |= {f"certificate for {one}": file(office, other, one) for one in ("caller", "office")}
    office.audit.append("viewed", "keeper")
    yield Handed(office, files)
    office.close()


def places(body: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where anything stands in a body."""
    inside: Any = ()
    if isinstance(body, dict):
        inside = body.items()
    elif isinstance(body, list):
        inside = enumerate(body)
    for key, value in inside:
        yield (*at, key)
        yield from places(value, (*at, key))


def changed(value: Any, draw: random.Random) -> Any:
    """Return something else of the same kind, or of another."""
    ways: list[Callable[[], Any]] = [lambda: None]
    if isinstance(value, bool):
        ways = [lambda: not value]
    elif isinstance(value, int | float):
        ways = [lambda: value + 1, lambda: value - 1, lambda: 0, lambda: value * 2 + 3]
    elif isinstance(value, str):
        at = draw.randrange(len(value)) if value else 0
        ways += [lambda: value[:at] + draw.choice("0a1b7cz") + value[at + 1 :]]
        ways += [lambda: value + "a", lambda: "", lambda: value[:at]]
    elif isinstance(value, list):
        ways += [lambda: value + value[:1], lambda: value[1:], lambda: value[::-1]]
    elif value is None:
        ways = [lambda: 0, lambda: 1, lambda: "", lambda: "ab" * 32]
    return draw.choice(ways)()


def change(bodies: list[dict[str, Any]], draw: random.Random) -> None:
    """Change one thing in one line; what the recording seals as text too."""
    body = draw.choice(bodies)
    place = draw.choice(list(places(body)))
    target: Any = body
    for key in place[:-1]:
        target = target[key]
    value = target[place[-1]]
    if place[-1] in {"meta", "receipt", "rule"} and draw.random() < 0.8:
        text = json.loads(value)
        inner = draw.choice(list(places(text)))
        part: Any = text
        for key in inner[:-1]:
            part = part[key]
        part[inner[-1]] = changed(part[inner[-1]], draw)
        target[place[-1]] = written(text).decode()
    else:
        target[place[-1]] = changed(value, draw)


def put_right(first: bytes, bodies: list[dict[str, Any]]) -> None:
    """Name the changed line where another one does, as who has the key would."""
    digest = hashlib.sha256(written(bodies[0])).hexdigest()
    if first.startswith(BEGINNING):
        for supplement in bodies[1:]:
            supplement["certificate"] = digest
    elif bodies[-1].get("cores"):
        bodies[-1]["cores"][0] = digest


def contradicted(raw: bytes, original: bytes, log: Path) -> bool:
    """Say whether what is read contradicts the log, or the file that was handed out."""
    if raw.startswith(BEGINNING):
        both = [
            NamedCertificate(name, read_certificate(each))
            for name, each in (("changed", raw), ("original", original))
        ]
        return bool(compared([], both, [], log).wrong)
    return bool(compared([NamedProof("changed", read_proof(raw))], [], [], log).wrong)


@pytest.mark.parametrize("turn", range(TURNS))
def test_a_change_is_refused_or_contradicts_what_was_handed_out(handed: Handed, turn: int) -> None:
    draw, read = random.Random(turn), 0
    for _ in range(CHANGES // TURNS):
        original = draw.choice(list(handed.files.values()))
        first, bodies = taken_apart(original)
        assert handed.signed(first, bodies) == original, "written as a box writes it"
        change(bodies, draw)
        if draw.random() < 0.8:
            put_right(first, bodies)
        raw = handed.signed(first, bodies)
        if raw == original:
            continue
        try:
            against = contradicted(raw, original, handed.office.folders.audit)
        except FileFormatError:
            continue
        read += 1
        assert against, (original, raw)
    assert read, "some are read, and contradicted"

"""Rewrite the audit with everything that is on the card but no key: each attempt is named.

The attacker knows the format, computes every hash anew, and puts whatever they like for signatures
and heads. The last tests hold today's keys as well, as root on the running box does.
"""

import contextlib
import hashlib
import json
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.clock import DAY
from appliance.commands.main import zgoda
from appliance.errors import ZgodaError
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.lines import months
from appliance.link.requests.audit import ListAudit
from appliance.vault.opening.content import open_keyring
from tests.keeper.boxes import KeeperBox, make_keeper, set_up

DROPPED = 537
STRANGER = Ed25519PrivateKey.generate()

Sign = Callable[[dict[str, Any], bytes], str]


@dataclass
class Card:
    """A box that has worked for three days, and its card in somebody's hands."""

    box: KeeperBox

    @property
    def log(self) -> Path:
        """Return the only month's file."""
        (path,) = months(self.box.folders.audit)
        return path

    @property
    def heads(self) -> list[Path]:
        """Return the signed heads, oldest first."""
        return sorted((self.box.folders.audit / "heads").iterdir())

    def lines(self) -> list[bytes]:
        """Return the log's lines."""
        return self.log.read_bytes().splitlines(keepends=True)

    def days(self) -> list[int]:
        """Return the numbers of the entries that begin a day."""
        lines = [json.loads(line) for line in self.lines()]
        return [one["seq"] for one in lines if one["type"] == "audit_key"]

    def verify(self, *more: str) -> Result:
        """Check the audit as anybody can."""
        words = ["audit", "verify", "--data", str(self.box.folders.data), *more]
        return CliRunner().invoke(zgoda, words)

    def refused_at(self, seq: int, *more: str) -> str:
        """Check that the audit is bad at an entry and return what is said of it."""
        result = self.verify(*more, "--json")
        found = json.loads(result.output)
        assert (result.exit_code, found["sound"], found["first_bad"]) == (1, False, seq)
        return str(found["problem"])

    def write_anew(self, keep: list[bytes], sign: Sign) -> None:
        """Write these lines, numbered and chained anew, under signatures of the attacker's."""
        prev, written = "0" * 64, []
        for seq, line in enumerate(keep, 1):
            said = json.loads(line)
            old = {name: said.pop(name) for name in ("sig", "hash") if name in said}
            said |= {"seq": seq, "prev": prev}
            body = json.dumps(said, separators=(",", ":")).encode()
            signed = body[:-1] + f',"sig":"{sign(old, body)}"}}'.encode()
            prev = hashlib.sha256(signed).hexdigest()
            written.append(signed[:-1] + f',"hash":"{prev}"}}\n'.encode())
        self.log.write_bytes(b"".join(written))

    def keyring(self) -> str:
        """Return the keyring's path, as an option takes it."""
        return str(self.box.folders.keyring[0])


def as_it_was(old: dict[str, Any], body: bytes) -> str:
    """Keep the line's old signature, which fits nothing any more."""
    return str(old["sig"])


def by_a_stranger(old: dict[str, Any], body: bytes) -> str:
    """Sign with a key of the attacker's own."""
    raw = STRANGER.sign(b"zgoda audit entry\n" + body)
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextlib.contextmanager
def cards(folder: Path) -> Iterator[Card]:
    """Let a box work for three days in a folder, and stop it."""
    box = set_up(folder / "data")
    assert box.keeper.box is not None
    for count in (40, 700, 60):
        acts = [Act(type="played", actor="0a1b2c3d", rid=f"{n:032x}") for n in range(count)]
        box.keeper.box.audit.append_many(acts)
        box.clock.advance(DAY)
    box.clock.advance(-DAY)
    box.keeper.close()
    made = Card(box)
    assert made.verify().exit_code == 0
    assert len(made.heads) == 3
    yield made
    box.keeper.close()


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    with cards(tmp_path) as made:
        yield made


@pytest.mark.parametrize("sign", [as_it_was, by_a_stranger])
@pytest.mark.parametrize("heads", ["left", "deleted"])
def test_537_entries_left_out_and_the_rest_chained_anew(card: Card, sign: Sign, heads: str) -> None:
    lines, begin = card.lines(), card.days()[1] + 10
    if heads == "deleted":
        for head in card.heads:
            head.unlink()
    keep_signed = iter(range(len(lines)))

    def signing(old: dict[str, Any], body: bytes) -> str:
        return as_it_was(old, body) if next(keep_signed) < begin - 1 else sign(old, body)

    card.write_anew(lines[: begin - 1] + lines[begin - 1 + DROPPED :], signing)
    first_day_ends = card.days()[1] - 1
    card.refused_at(first_day_ends if heads == "deleted" else begin)


def test_the_attack_names_the_entry_even_if_every_head_was_made_anew(card: Card) -> None:
    lines, begin = card.lines(), card.days()[2] + 10  # in the day that has not ended
    keep_signed = iter(range(len(lines)))

    def signing(old: dict[str, Any], body: bytes) -> str:
        chosen = as_it_was if next(keep_signed) < begin - 1 else by_a_stranger
        return chosen(old, body)

    card.write_anew(lines[: begin - 1] + lines[begin + 20 :], signing)
    card.heads[-1].unlink()
    assert "is not signed with the key of its day" in card.refused_at(begin)


@pytest.mark.parametrize("which", [0, 1])
def test_the_head_of_a_day_that_has_ended_is_missed(card: Card, which: int) -> None:
    card.heads[which].unlink()
    assert "is missing" in card.refused_at(card.days()[which + 1] - 1)


def test_an_older_head_in_a_later_ones_place_is_noticed(card: Card) -> None:
    shutil.copy(card.heads[0], card.heads[1])
    card.refused_at(card.days()[2] - 1)


def test_entries_cut_off_within_a_day_are_missed_by_its_head(card: Card) -> None:
    card.log.write_bytes(b"".join(card.lines()[:-30]))
    assert "are missing at the end" in card.refused_at(len(card.lines()) + 1)


def cut_back_to_the_second_day(card: Card) -> int:
    """Take the third day away with its head, without a trace; return the first missing entry."""
    begin = card.days()[2]
    card.log.write_bytes(b"".join(card.lines()[: begin - 1]))
    card.heads[2].unlink()
    return begin


def test_a_day_cut_off_with_its_head_is_missed_by_the_keyring(card: Card) -> None:
    begin = cut_back_to_the_second_day(card)
    problem = card.refused_at(begin, "--keyring", card.keyring())
    assert "are missing at the end" in problem
    assert card.refused_at(begin) == problem, "the one beside the log is used by itself"
    (card.box.folders.data / "root").unlink()
    assert card.verify().exit_code == 0, "nobody can know without the keyring"


def test_the_keeper_misses_them_at_its_start_and_ever_after(card: Card) -> None:
    begin = cut_back_to_the_second_day(card)
    for _ in range(2):
        card.box.restart()
        page = card.box.ask(ListAudit(), card.box.log_in())
        assert (page.sound, page.first_bad) == (False, begin)
    assert card.box.acts().count("audit_cut") == 1
    card.refused_at(begin)


def test_a_whole_log_of_somebodys_own_is_not_that_of_the_sheet(card: Card) -> None:
    assert card.box.keeper.box is None
    first = json.loads(card.lines()[0])["key"]
    stranger = STRANGER.public_key().public_bytes_raw().hex()
    named = card.lines()[0].replace(first.encode(), stranger.encode())
    card.write_anew([named, *card.lines()[1 : card.days()[1] - 1]], by_a_stranger)
    for head in card.heads:
        head.unlink()
    card.refused_at(1)  # the keyring beside it names another first key
    keyring, root = card.keyring(), card.box.folders.data / "root"
    kept = root.read_bytes()
    root.unlink()
    result = card.verify()
    assert result.exit_code == 0
    assert "Compare with the activity log key on the recovery sheet’s page" in result.output
    root.write_bytes(kept)
    typed = "-".join(first.upper()[at : at + 8] for at in range(0, 64, 8))
    assert "another key" in card.refused_at(1, "--key", typed)
    card.refused_at(1, "--keyring", keyring)


def test_the_sheets_page_names_the_first_key_even_when_it_is_made_days_later(
    tmp_path: Path,
) -> None:
    box = make_keeper(tmp_path / "data")
    sheet = box.first_run(at=box.clock.now(), uptime=box.clock.monotonic())
    box.clock.advance(3 * DAY)
    again = box.first_run(at=box.clock.now(), uptime=box.clock.monotonic())
    box.confirm(again)
    box.keeper.close()
    card = Card(box)
    assert sheet.audit_key == again.audit_key == json.loads(card.lines()[0])["key"]
    assert len(card.days()) == 2
    assert card.verify("--key", again.audit_key).exit_code == 0


def test_nothing_without_a_signature_stands_before_the_first_key(card: Card) -> None:
    """As an older version left it: a chain that anybody can make, and a key that vouches for it."""
    said = json.loads(card.lines()[1])
    for name in ("sig", "hash"):
        said.pop(name)
    body = json.dumps(said | {"seq": 1, "prev": "0" * 64}, separators=(",", ":")).encode()
    digest = hashlib.sha256(body).hexdigest()
    bare = body[:-1] + f',"hash":"{digest}"}}\n'.encode()
    named = json.loads(card.lines()[0]) | {
        "seq": 2,
        "prev": digest,
        "key": STRANGER.public_key().public_bytes_raw().hex(),
    }
    for name in ("sig", "hash"):
        named.pop(name)
    body = json.dumps(named, separators=(",", ":")).encode()
    signed = body[:-1] + f',"sig":"{by_a_stranger({}, body)}"}}'.encode()
    digest = hashlib.sha256(signed).hexdigest()
    card.log.write_bytes(bare + signed[:-1] + f',"hash":"{digest}"}}\n'.encode())
    for head in card.heads:
        head.unlink()

    assert "Entry 1 is not signed" in card.refused_at(1)


def test_who_has_todays_keys_cannot_sign_yesterday(card: Card) -> None:
    card.box.restart()
    assert card.box.keeper.box is not None
    ring = card.box.keeper.box.keyring
    with ring.changing():
        pass
    seeds = [ring.content.audit_key, ring.content.audit.next_key]
    card.box.keeper.close()
    days = [json.loads(card.lines()[seq - 1])["key"] for seq in card.days()]
    held = {
        Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()
        for seed in seeds
        if seed
    }
    assert held & set(days) == {days[-1]}, "yesterday's private half is gone"
    today = Ed25519PrivateKey.from_private_bytes(seeds[0])
    lines, begin = card.lines(), card.days()[1] + 10
    keep_signed = iter(range(len(lines)))

    def signing(old: dict[str, Any], body: bytes) -> str:
        if next(keep_signed) < begin - 1:
            return as_it_was(old, body)
        return urlsafe_b64encode(today.sign(b"zgoda audit entry\n" + body)).rstrip(b"=").decode()

    card.write_anew(lines[: begin - 1] + lines[begin:], signing)
    card.refused_at(begin)


def test_an_old_day_s_key_opens_from_no_copy_of_the_keyring_after_the_root_has_changed(
    card: Card,
) -> None:
    card.box.restart()
    assert card.box.keeper.box is not None
    opened = card.box.keeper.box
    card.box.clock.advance(DAY)
    opened.audit.append("played", "keeper")
    old = card.box.folders.keyring[0].read_bytes()
    before = open_keyring(old, opened.eraser)[2].audit_key
    opened.records.renew(lambda _: None, "keeper")
    card.box.clock.advance(31)
    opened.records.tick()
    assert before not in (opened.keyring.content.audit_key, opened.keyring.content.audit.next_key)
    with pytest.raises(ZgodaError):
        open_keyring(old, opened.eraser)

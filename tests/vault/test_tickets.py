"""A recording for two: the office and a second holder, and what nobody can make of it."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from appliance.errors import VaultError
from appliance.keeper.unlocked.summary import summary_of
from appliance.model.records import CallMeta, RecordingEnd
from appliance.model.rule import RuleHolder, SealedRule
from appliance.vault.format import HEADER_BYTES, SIGNED_BYTES, Malformed, Ticket
from appliance.vault.opening.unseal import Reader, read_header
from appliance.vault.pool import Pool, PoolKey
from appliance.vault.seal import SealedFile, SealingKeys
from appliance.vault.tickets import SecondHolder
from tests.recorded import recorded
from tests.samples import META, ORIGIN, RECEIPT, RULE
from tests.vault.script import second_reader
from tests.vaults import TICKET, Vault, make_vault

ROOT = Path(__file__).parents[2]
SMALL = [bytes(32), b"\1" + bytes(31)]
"""Points of small order: what is sealed to one, everybody opens."""

same_folder = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

HYBRID = 1237
"""The length that the specification names for a ticket in suite 2."""


@dataclass(frozen=True)
class HeadOffice:
    """A second holder, with the pair for one recording."""

    reading: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    recording: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    rid: str = field(default_factory=lambda: os.urandom(16).hex())

    @property
    def keys(self) -> SecondHolder:
        """Return the public halves."""
        key = PoolKey(self.rid, self.recording.public_key().public_bytes_raw())
        return SecondHolder(self.reading.public_key().public_bytes_raw(), key)

    @property
    def rule(self) -> SealedRule:
        """Return a rule that names it."""
        named = RuleHolder(name="Centrala Nowak", fingerprint=_fingerprint(self.keys))
        return structs.replace(RULE, holders=(named,))

    def open(self, path: Path) -> Reader:
        """Open a recording with its own keys."""
        private = self.reading.private_bytes_raw(), self.recording.private_bytes_raw()
        return Reader.open(path, *private, second=True)


def _fingerprint(keys: SecondHolder) -> str:
    return hashlib.sha256(keys.reading_key).hexdigest()


def create(vault: Vault, second: SecondHolder | None, ticket: Ticket = TICKET) -> SealedFile:
    """Begin a recording for two."""
    pool = Pool(vault.folders.pool, vault.folders.new)
    keys = SealingKeys(pool.vault_id, pool.reading_key, ORIGIN)
    key = pool.take_key()
    return SealedFile.create(vault.folders.new, keys, key, ticket, 1, second=second)


def record(vault: Vault, holder: HeadOffice) -> Path:
    """Make a recording for two."""
    file = create(vault, holder.keys)
    file.begin(META, RECEIPT, holder.rule)
    for index in range(4):
        file.audio(index * 4000, bytes([0x50 + index]) * 4000)
    return vault.path(file.end(RecordingEnd(samples=16_000, reason="hung_up")).rid)


def test_both_holders_read_the_same_and_neither_opens_with_the_keys_of_one(vault: Vault) -> None:
    holder = HeadOffice()
    path = record(vault, holder)
    header = read_header(path)
    assert (header.holder, header.second_rid.hex()) == (holder.keys.id, holder.rid)
    with vault.open(path.name) as ours, holder.open(path) as theirs:
        assert ours.survey == theirs.survey
        assert ours.survey.verdict == "complete"
        assert (ours.meta, ours.rule, ours.ticket) == (theirs.meta, theirs.rule, theirs.ticket)
        assert (ours.read(0, 16_000) == theirs.read(0, 16_000)).all()
        assert summary_of(ours) == summary_of(theirs)
    for stranger in (HeadOffice(reading=holder.reading), HeadOffice(recording=holder.recording)):
        with pytest.raises(Malformed, match="does not open"):
            stranger.open(path)


def test_without_a_second_ticket_nobody_else_opens_it(vault: Vault) -> None:
    sealed = vault.record()
    assert read_header(vault.path(sealed.rid)).has_second is False
    with pytest.raises(Malformed, match="no ticket for a second holder"):
        HeadOffice().open(vault.path(sealed.rid))


@pytest.mark.parametrize("point", SMALL, ids=["zero", "one"])
@pytest.mark.parametrize("which", ["reading key", "pair"])
def test_nothing_is_sealed_to_a_point_of_small_order(
    which: str, point: bytes, vault: Vault
) -> None:
    keys = HeadOffice().keys
    small = (
        replace(keys, reading_key=point)
        if which == "reading key"
        else replace(keys, key=replace(keys.key, public=point))
    )
    with pytest.raises(VaultError, match="a key that cannot be used"):
        create(vault, small)
    assert not recorded(vault.folders)


def other_holder(rule: SealedRule) -> SealedRule:
    named = structs.replace(rule.holders[0], fingerprint="ab" * 32)
    return structs.replace(rule, holders=(named,))


@pytest.mark.parametrize(
    ("there", "change", "alone"),
    [
        (True, lambda rule: RULE, None),
        (True, other_holder, None),
        (True, lambda rule: rule, "pool_empty"),
        (False, lambda rule: rule, None),
        (False, lambda rule: RULE, "old"),
    ],
)
def test_no_writer_begins_what_its_readers_refuse(
    there: bool, change: Callable[[SealedRule], SealedRule], alone: Any, vault: Vault
) -> None:
    holder = HeadOffice()
    file = create(vault, holder.keys if there else None)
    meta: CallMeta = structs.replace(META, alone=alone)
    with pytest.raises(VaultError, match="do not say the same of a second holder"):
        file.begin(meta, RECEIPT, change(holder.rule))
    assert file.frames == 0


def test_a_promised_ticket_that_is_missing_is_said(vault: Vault) -> None:
    holder = HeadOffice()
    for why in ("pool_empty", "old", "no_day"):
        file = create(vault, None)
        file.begin(structs.replace(META, alone=why), RECEIPT, holder.rule)
        file.audio(0, bytes(4000))
        rid = file.end(RecordingEnd(samples=4000, reason="hung_up")).rid
        with vault.open(rid) as reader:
            assert reader.survey.verdict == "complete"
            assert summary_of(reader).meta.alone == why


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    """The second reader as a module."""
    return second_reader()


@dataclass(frozen=True)
class Shared:
    """A recording for two, to be changed and read again."""

    vault: Vault
    holder: HeadOffice
    raw: bytes
    rid: str


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    vault, holder = make_vault(tmp_path_factory.mktemp("shared")), HeadOffice()
    path = record(vault, holder)
    return Shared(vault, holder, path.read_bytes(), path.name)


def said_of(shared: Shared, raw: bytes, reader: ModuleType) -> dict[str, tuple[str, str]]:
    """Return what each reader says to each holder: the first's, the second's."""
    path = shared.vault.path(shared.rid)
    path.write_bytes(raw)
    own = X25519PrivateKey.from_private_bytes(shared.vault.keyring.private(shared.rid))
    reading = X25519PrivateKey.from_private_bytes(bytes(shared.vault.reading))
    asked: dict[str, tuple[Callable[[], Reader], Any]] = {
        "office": (lambda: shared.vault.open(shared.rid), (reading, own, False)),
        "second": (
            lambda: shared.holder.open(path),
            (shared.holder.reading, shared.holder.recording, True),
        ),
    }
    found = {}
    for name, (opened, keys) in asked.items():
        try:
            with opened() as first:
                ours = str(first.survey.verdict)
        except Malformed as error:
            ours = str(error.failure)
        try:
            theirs = str(reader.read_recording(raw, *keys)["verdict"])
        except reader.Wrong as error:
            theirs = error.args[0]
        found[name] = (ours, theirs)
    return found


@same_folder
@given(st.integers(0, HEADER_BYTES - 1), st.integers(1, 255))
def test_every_change_of_the_header_is_noticed_by_both_and_both_readers_agree(
    shared: Shared, reader: ModuleType, at: int, change: int
) -> None:
    raw = bytearray(shared.raw)
    raw[at] ^= change
    said = said_of(shared, bytes(raw), reader)
    for ours, theirs in said.values():
        assert ours == theirs != "complete"


@same_folder
@given(st.binary(max_size=200), st.integers(0, 400), st.booleans())
def test_whatever_stands_behind_the_ticket_both_readers_say_the_same(
    shared: Shared, reader: ModuleType, piece: bytes, at: int, blank: bool
) -> None:
    raw = bytearray(shared.raw)
    if blank:
        raw[197:SIGNED_BYTES] = bytes(SIGNED_BYTES - 197)
    raw[at : at + len(piece)] = piece
    for ours, theirs in said_of(shared, bytes(raw), reader).values():
        assert ours == theirs


def test_two_tickets_of_suite_2_fit_into_a_header_and_two_hybrid_layers_each_do_not() -> None:
    halves = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    private = hpke.MLKEM768X25519PrivateKey(*halves)
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
    plain = TICKET.pack() + bytes(48 + 32)
    assert len(suite.encrypt(plain, private.public_key(), info=b"")) == HYBRID
    assert 48 + HYBRID + 34 + HYBRID == 2556 <= SIGNED_BYTES
    inner = suite.encrypt(bytes(32), private.public_key(), info=b"")
    whole = suite.encrypt(TICKET.pack() + inner, private.public_key(), info=b"")
    assert (len(whole), 48 + len(whole) + 34 + len(whole)) == (2325, 4732)


def test_no_process_has_keys_of_a_second_holder() -> None:
    """Nobody but the writer itself names them: not the recorder, the keeper or the courier."""
    allowed = {ROOT / "appliance" / "vault" / name for name in ("tickets.py", "seal.py")}
    for path in (ROOT / "appliance").rglob("*.py"):
        assert path in allowed or "SecondHolder" not in path.read_text("utf-8"), path

"""Forge recordings with what is public: they are not attested; those that lie are tampered.

The attacker can read the pool and write into the recordings' folder. The keeper is a real one on
real files; the recorder is the code that seals, with keys of its own.
"""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.commands.main import zgoda
from appliance.errors import FileFormatError, Refused
from appliance.keeper.handlers.lines import RecorderLink
from appliance.link.requests.calls import CallDetail, ExportCall, ShowCall
from appliance.link.requests.processes.news import GetOrigin, OriginPublic
from appliance.link.server import Server
from appliance.model.records import Origin, RecordingEnd, Verdict
from appliance.vault.format import HEADER_BYTES, ORIGIN_BYTES, SIGNED_BYTES, Ticket
from appliance.vault.origin import OriginKey, fingerprint
from appliance.vault.pool import Pool
from appliance.vault.seal import SealedFile, SealingKeys
from tests.keeper.office import TODAY, Office, make_office
from tests.samples import META, ORIGIN, RECEIPT, RULE

OURS = fingerprint(ORIGIN.public)
SMALL = 2**255 - 20  # y of the point of order two
TICKET = Ticket(TODAY + 90, META.call, True, "b00710", 100, 90)


class Impostor(OriginKey):
    """A key that names another one's public half and signs with its own."""

    def __init__(self, claimed: bytes, signature: bytes | None = None) -> None:
        super().__init__(Ed25519PrivateKey.generate())
        self.public = claimed
        self._given = signature

    def signed(self, part: bytes) -> bytes:
        """Return the part with the claimed key and a signature that is not by it."""
        return super().signed(part) if self._given is None else part + self.public + self._given


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    yield made
    made.close()


def forge(office: Office, origin: OriginKey) -> str:
    """Seal what the recorder never heard: everything that this needs is public."""
    pool = Pool(office.folders.pool, office.folders.new)
    keys = SealingKeys(pool.vault_id, pool.reading_key, origin)
    file = SealedFile.create(office.folders.new, keys, pool.take_key(), TICKET, 1)
    file.begin(META, RECEIPT, RULE)
    file.audio(0, b"\x2a" * 4000)
    file.end(RecordingEnd(samples=4000, reason="hung_up"))
    return file.rid


def met(office: Office) -> None:
    """Have the keeper meet the recorder that is running."""
    office.records.recordings.origins.meet(ORIGIN.public)


def shown(office: Office, rid: str) -> CallDetail:
    """Look at a call as an operator does."""
    office.unlock()
    return office.ask(ShowCall(rid))


def sealed_origin(office: Office, rid: str) -> list[tuple[str, str | None]]:
    """Return what the audit says of a recording, and the origins that it names."""
    return [(entry.type, entry.origin) for entry in office.audit.of_recording(rid)]


def test_the_recorders_own_is_attested_at_take_up_while_locked(office: Office) -> None:
    met(office)
    rid = office.record()
    assert sealed_origin(office, rid) == [("sealed", OURS)]
    (entry,) = [entry for entry in office.audit.entries() if entry.type == "origin"]
    assert (entry.origin, entry.detail) == (OURS, "boot_b00710")
    assert office.keyring.content.origins == {OURS: "b00710"}
    detail = shown(office, rid)
    assert (detail.call.verdict, detail.origin) == (Verdict.COMPLETE, Origin.ATTESTED)
    assert detail.rule == RULE


def test_one_that_was_cut_is_attested_too(office: Office) -> None:
    met(office)
    detail = shown(office, office.record(ended=None))
    assert (detail.call.verdict, detail.origin) == (Verdict.CUT, Origin.ATTESTED)


def test_one_of_a_stranger_is_whole_plays_and_is_not_attested(office: Office) -> None:
    met(office)
    rid = forge(office, OriginKey.new())
    office.records.take_up()
    assert sealed_origin(office, rid) == [("sealed", None)]
    detail = shown(office, rid)
    assert (detail.call.verdict, detail.origin) == (Verdict.COMPLETE, Origin.NOT_ATTESTED)
    assert detail.call.receipt is not None
    assert detail.call.receipt.grade == "A"  # as it claims
    assert office.ask_bytes(ExportCall(rid))


@pytest.mark.parametrize("how", ["claimed", "replayed"])
def test_one_that_names_the_recorders_key_is_tampered(office: Office, how: str) -> None:
    met(office)
    genuine = office.file(office.record())
    signature = (
        genuine.read_bytes()[SIGNED_BYTES + ORIGIN_BYTES :][:64] if how == "replayed" else None
    )
    rid = forge(office, Impostor(ORIGIN.public, signature))
    office.records.take_up()
    assert sealed_origin(office, rid) == [("sealed", None)]
    office.unlock()
    found, _ = office.records.recordings.checking.one(rid)
    assert (found.verdict, found.origin) == (Verdict.TAMPERED, Origin.NOT_ATTESTED)
    assert "forged" in found.why
    with pytest.raises(Refused):
        office.ask_bytes(ExportCall(rid))


def test_the_recorders_header_before_other_frames_lets_none_of_them_open(office: Office) -> None:
    met(office)
    rid = office.seal(ended=None)
    path = office.file(rid)
    other = office.file(forge(office, OriginKey.new())).read_bytes()
    path.write_bytes(path.read_bytes()[:HEADER_BYTES] + other[HEADER_BYTES:])
    office.records.take_up()
    office.unlock()
    assert office.records.recordings.checking.one(rid)[0].verdict is Verdict.DAMAGED


def test_the_recorders_header_under_another_name_is_tampered(office: Office) -> None:
    met(office)
    genuine = office.file(office.record())
    planted = office.file(forge(office, OriginKey.new()))
    shutil.copyfile(genuine, planted)
    office.records.take_up()
    office.unlock()
    found, _ = office.records.recordings.checking.one(planted.name)
    assert (found.verdict, found.origin) == (Verdict.TAMPERED, Origin.NOT_ATTESTED)


def test_recorded_without_a_keeper_it_is_attested_once_the_keeper_meets_the_key(
    office: Office,
) -> None:
    early = office.record()
    assert sealed_origin(office, early) == [("sealed", None)]
    office.build()  # and the keeper restarts before it can ask
    met(office)
    assert sealed_origin(office, early) == [("sealed", None), ("attested", OURS)]
    later = office.record()
    met(office)  # at each connection
    assert sealed_origin(office, early)[1:] == [("attested", OURS)]
    assert sealed_origin(office, later) == [("sealed", OURS)]
    assert shown(office, early).origin is Origin.ATTESTED


def test_one_that_was_changed_before_the_key_was_met_is_never_attested(office: Office) -> None:
    rid = office.record(seconds=2.0)
    path = office.file(rid)
    os.truncate(path, path.stat().st_size - 3 * 4096)
    met(office)
    assert sealed_origin(office, rid) == [("sealed", None)]
    office.unlock()
    found, _ = office.records.recordings.checking.one(rid)
    assert (found.verdict, found.origin) == (Verdict.TAMPERED, Origin.NOT_ATTESTED)


def test_a_boot_that_the_keeper_never_met_is_grey_and_plays(office: Office) -> None:
    rid = office.record()
    office.restart("c0ffee")  # the machine restarts; its recorder's key is gone
    office.records.recordings.origins.meet(OriginKey.new().public)
    assert sealed_origin(office, rid) == [("sealed", None)]
    detail = shown(office, rid)
    assert (detail.call.verdict, detail.origin) == (Verdict.COMPLETE, Origin.NOT_ATTESTED)
    assert office.ask_bytes(ExportCall(rid))


def test_a_file_of_the_boot_before_is_attested_by_the_key_that_was_met_then(office: Office) -> None:
    met(office)
    rid = office.seal(ended=None)  # the power goes
    office.restart("c0ffee")
    office.records.take_up()
    assert sealed_origin(office, rid) == [("sealed", OURS)]


@pytest.mark.parametrize(
    "key", [b"", bytes(32), b"\1" + bytes(31), SMALL.to_bytes(32, "little"), b"x" * 33]
)
def test_a_key_under_which_a_signature_proves_nothing_is_not_met(
    office: Office, key: bytes
) -> None:
    with pytest.raises(FileFormatError, match="something else than its signing key"):
        office.records.recordings.origins.meet(key)
    assert office.keyring.content.origins == {}


def test_the_keeper_asks_the_running_recorder_over_its_socket(office: Office) -> None:
    folders, stop = office.folders, threading.Event()
    asked: list[object] = []

    def handle(operation: object, session: str | None, upload: bytes) -> OriginPublic:
        asked.append(operation)
        return OriginPublic(ORIGIN.public)

    server = Server(folders.recorder_socket, handle, {os.getuid()})
    server.start()
    try:
        origins = office.records.recordings.origins
        RecorderLink(folders, office.records.take_up, origins.meet).ask_origin()
    finally:
        stop.set()
        server.stop()
    assert asked == [GetOrigin()]
    assert office.keyring.content.origins == {OURS: "b00710"}


def test_the_command_says_which_is_attested_without_any_key(office: Office) -> None:
    met(office)
    ours, forged = office.record(), forge(office, OriginKey.new())
    liar = forge(office, Impostor(ORIGIN.public))
    office.records.take_up()
    done = CliRunner().invoke(zgoda, ["verify", str(office.folders.data), "--json"])
    rows = {row["recording"]: row for row in json.loads(done.stdout)["files"]}
    assert (rows[ours]["well"], rows[ours]["origin"]) == (True, "attested")
    assert (rows[forged]["well"], rows[forged]["origin"]) == (True, "not_attested")
    assert (rows[liar]["well"], rows[liar]["verdict"]) == (False, "tampered")
    assert done.exit_code == 1
    said = CliRunner().invoke(zgoda, ["verify", str(office.folders.data)]).stdout
    assert said.count("origin: attested.") == said.count("origin: not attested.") == 1


def test_unsealed_offline_the_origin_is_told_as_well(office: Office, tmp_path: Path) -> None:
    met(office)
    for rid, origin in (
        (office.record(), "attested"),
        (forge(office, OriginKey.new()), "not_attested"),
    ):
        words = ["unseal", str(office.file(rid)), "--sheet", office.sheet]
        words += ["--keyring", str(office.folders.keyring[0]), "--out", str(tmp_path / rid)]
        told = json.loads(CliRunner().invoke(zgoda, [*words, "--json"]).stdout)
        assert told["origin"] == origin
        assert told["rule"]["controller"] == RULE.controller


def test_the_key_of_another_recorder_of_this_boot_is_met_beside_the_first(office: Office) -> None:
    met(office)
    restarted = OriginKey.new()  # without a runtime folder in memory each start makes a key
    office.records.recordings.origins.meet(restarted.public)
    rid = forge(office, restarted)
    office.records.take_up()
    assert sealed_origin(office, rid) == [("sealed", fingerprint(restarted.public))]
    assert list(office.keyring.content.origins) == [OURS, fingerprint(restarted.public)]


def test_an_attested_entry_of_another_key_attests_nothing(office: Office) -> None:
    rid = forge(office, OriginKey.new())
    office.records.take_up()
    office.audit.append("attested", "keeper", rid, origin=OURS)
    assert shown(office, rid).origin is Origin.NOT_ATTESTED

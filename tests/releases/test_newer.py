"""Refuse in one sentence what a newer version has written, and change no byte of it."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.commands.helpers.refusals import told
from appliance.config.kept import Seed, digest, encode_kept, in_force
from appliance.errors import ConfigError, LineError, MadeByNewer, WrongSecret, ZgodaError
from appliance.keeper.audit.lines import readable
from appliance.keeper.backup import manifest as manifests
from appliance.keeper.backup.medium import FOLDER, BackupFailed
from appliance.keeper.backup.opened import open_backup
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.ledger_file import LABEL
from appliance.keeper.storage.settings_rows import VersionRow
from appliance.link.requests.calls import EraseCall, Ground, ShowCertificate
from appliance.link.requests.settings import ShowSettings
from appliance.recorder.calibration.figures import read_figures
from appliance.recorder.serve import make_places
from appliance.vault import container, newer
from appliance.vault.format import VERSION, FormatFault, Malformed, parse_header
from appliance.vault.layout import check_layout, mark_layout
from appliance.vault.opening import root, shard
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import read_sheet
from tests.keeper.backup.copies import backups, keyring
from tests.model.faults import codes
from tests.releases.left import Left
from tests.tree import contents

NEWER = re.compile(
    r"[^\n]* was (made|written) by a newer Zgoda\b[^\n]*install that version[^\n]*\."
)
"""One sentence, on one line, which says that the program is older than the data."""

OF_THE_RUN = {"data/reserve", "data/keeper.lock"}
"""What a keeper makes before it reads anything."""


def content(left: Left) -> KeyringContent:
    return Keyring.open(left.folders.keyring, FileEraser(left.folders.root)).content


def raise_byte(path: Path, at: int = 8) -> None:
    """Raise the version that stands behind the eight letters of a file's kind."""
    raw = bytearray(path.read_bytes())
    raw[at] += 1
    path.chmod(0o600)
    path.write_bytes(raw)


def newer_keyring(left: Left) -> None:
    for path in left.folders.keyring:
        raise_byte(path)


def newer_shard(left: Left) -> None:
    for path in left.folders.keys.iterdir():
        raise_byte(path)


def newer_pool(left: Left) -> None:
    """Its signature is over other words than this version's."""
    raise_byte(left.folders.pool)
    raw = left.folders.pool.read_bytes()
    left.folders.pool.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))


def newer_layout(left: Left) -> None:
    left.folders.layout.write_bytes(b"zgoda data folder, layout 5\n")


def newer_root(left: Left) -> None:
    raw = bytearray(left.folders.root.read_bytes())
    for at in (0, 4096):
        if any(raw[at : at + 4096]):
            raw[at + 9] = 1
            raw[at + 104 : at + 136] = hashlib.sha256(raw[at : at + 104]).digest()
    left.folders.root.write_bytes(raw)


def newer_ledger(left: Left) -> None:
    key = content(left).ledger_key
    plain = container.unseal(key, LABEL, left.folders.ledger.read_bytes())
    left.folders.ledger.write_bytes(container.seal(key, b"zgoda ledger v4", plain))


def newer_audit(left: Left, *, torn: bool = False) -> None:
    """An entry with a field that is unknown here, signed and chained as it must be."""
    *_, (last, before) = readable(left.folders.audit)
    body = msgspec.json.encode(
        {
            "seq": last.seq + 1,
            "t": last.t,
            "clock_ok": last.clock_ok,
            "type": "listed",
            "actor": "keeper",
            "rid": None,
            "case": None,
            "prev": before,
            "place": "desk",
        }
    )
    key = Ed25519PrivateKey.from_private_bytes(content(left).audit_key)
    signature = urlsafe_b64encode(key.sign(b"zgoda audit entry\n" + body)).rstrip(b"=")
    signed = body[:-1] + b',"sig":"' + signature + b'"}'
    digest = hashlib.sha256(signed).hexdigest().encode()
    log = max(left.folders.audit.glob("*.log"))
    with log.open("ab") as file:
        file.write(signed[:-1] + b',"hash":"' + digest + b'"}\n')
        file.write(b'{"seq":' if torn else b"")


def newer_audit_torn(left: Left) -> None:
    newer_audit(left, torn=True)


FOLDER_OF_KEEPER: list[Callable[[Left], None]] = [
    *(newer_layout, newer_keyring, newer_shard, newer_pool),
    *(newer_root, newer_ledger, newer_audit, newer_audit_torn),
]
SEEN_BY_ALL = FOLDER_OF_KEEPER[:4]
"""What every process and command sees before it opens anything."""


def kept(left: Left) -> dict[str, str]:
    return {path: told for path, told in contents(left.folder).items() if path not in OF_THE_RUN}


@pytest.mark.parametrize("made", FOLDER_OF_KEEPER)
def test_a_keeper_refuses_it_and_changes_nothing(made: Callable[[Left], None], left: Left) -> None:
    made(left)
    before = kept(left)

    with pytest.raises(MadeByNewer) as refused:
        left.open()

    assert NEWER.fullmatch(str(refused.value).replace(" Install", " install")), refused.value
    assert kept(left) == before


@pytest.mark.parametrize("made", SEEN_BY_ALL)
@pytest.mark.parametrize("enter", [check_layout, mark_layout, make_places])
def test_whoever_enters_refuses_it(
    enter: Callable[..., object], made: Callable[[Left], None], left: Left
) -> None:
    made(left)
    before = contents(left.folder)

    with pytest.raises(MadeByNewer):
        enter(left.folders)

    assert contents(left.folder) == before


def one_byte_of_a_keyring(left: Left) -> None:
    raise_byte(left.folders.keyring[0])


def one_byte_of_the_other_keyring(left: Left) -> None:
    raise_byte(left.folders.keyring[1])


def one_byte_of_a_shard(left: Left) -> None:
    raise_byte(min(left.folders.keys.iterdir()))


def one_byte_of_the_other_shard(left: Left) -> None:
    raise_byte(max(left.folders.keys.iterdir()))


def one_byte_of_the_pool(left: Left) -> None:
    raise_byte(left.folders.pool)


@pytest.mark.parametrize(
    "damage",
    [
        *(one_byte_of_a_keyring, one_byte_of_the_other_keyring, one_byte_of_a_shard),
        *(one_byte_of_the_other_shard, one_byte_of_the_pool),
    ],
)
def test_one_damaged_byte_stops_no_box(damage: Callable[[Left], None], left: Left) -> None:
    """It is mended from the other copy; of the pool the signature tells."""
    files = [*left.folders.keyring, left.folders.pool, *left.folders.keys.iterdir()]
    versions = {path: path.read_bytes()[8] for path in files}
    damage(left)
    assert {path: path.read_bytes()[8] for path in files} != versions

    make_places(left.folders)
    box = left.open()

    assert left.found(box, left.log_in(box)) == {
        *left.said["listed"],
        left.said["calls"]["waiting"],
    }
    assert all(path.read_bytes()[8] == versions[path] for path in files if path.exists())
    box.keeper.close()


def test_one_damaged_byte_in_a_running_box_ends_no_erasure(left: Left) -> None:
    box = left.open()
    one_byte_of_the_pool(left)
    one_byte_of_a_shard(left)
    rid = left.said["calls"]["whole"]

    token = left.log_in(box)

    box.ask(EraseCall(rid, Ground.CONSENT_WITHDRAWN, "By letter."), token)
    assert box.keeper.box is not None
    for _ in range(2):
        box.clock.advance(31)
        box.keeper.box.records.tick()

    assert box.ask(ShowCertificate(rid), token).state == "erased"
    assert not (left.folders.recordings / rid).exists()
    box.keeper.close()


def test_a_recorder_that_may_not_look_into_the_keepers_files_is_not_hindered(
    left: Left, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(newer, "open_ordinary", denied)
    monkeypatch.setattr(Path, "iterdir", denied)
    assert check_layout(left.folders)


def test_the_numbers_are_those_of_the_formats() -> None:
    assert newer.KNOWN == {
        root.MAGIC: root.VERSION,
        shard.MAGIC: shard._VERSION,
    }


def test_an_entry_with_an_unknown_field_that_nobody_signed_is_tampering(left: Left) -> None:
    """A stranger cannot keep the keeper from starting by a line in the audit."""
    newer_audit(left)
    log = max(left.folders.audit.glob("*.log"))
    log.write_bytes(log.read_bytes().replace(b'"desk"', b'"hall"'))

    box = left.open()

    assert not box.sound_audit()
    box.keeper.close()


def test_a_ledger_under_another_key_is_damaged_and_not_newer(left: Left) -> None:
    left.folders.ledger.write_bytes(container.seal(bytes(32), b"zgoda ledger v4", b"{}"))

    with pytest.raises(ZgodaError) as refused:
        left.open()

    assert not isinstance(refused.value, MadeByNewer)


def test_rows_of_a_newer_version_are_made_again(left: Left) -> None:
    """Shelves are a cache: each version makes its own, and nothing is lost."""
    for path in left.folders.shelves.iterdir():
        path.write_bytes(hashlib.shake_256(b"rows").digest(path.stat().st_size))

    box = left.open()

    wanted = {*left.said["listed"], left.said["calls"]["waiting"]}
    assert left.found(box, left.log_in(box)) == wanted
    box.keeper.close()


# -- settings ------------------------------------------------------------------------------------


def test_settings_of_a_newer_version_say_so_and_stay(left: Left) -> None:
    """The recorder does not begin; the keeper goes on with the seed, as with any that it cannot."""
    now = in_force(left.folders, left.seed)
    text = f"{now.text}\n[telex]\nnumber = 1\n"
    ledger = Ledger(left.folders.ledger, content(left).ledger_key)
    ledger.keep_version(
        VersionRow(number=5, at=left.said["at"], sections=("telex",), sha256=digest(text))
    )
    for path in (left.folders.settings_versions / "000005.toml", left.folders.settings_now):
        path.write_bytes(encode_kept(5, text))
    before = contents(left.folders.settings)

    with pytest.raises(ConfigError) as refused:
        in_force(left.folders, left.seed)
    assert NEWER.fullmatch(str(refused.value)), refused.value
    assert "telex" in str(refused.value)

    box = left.open(settings=left.seed)
    shown = box.ask(ShowSettings(), left.log_in(box))
    assert [each.code for each in shown.problem] == ["kept_newer"]
    assert contents(left.folders.settings) == before
    box.keeper.close()


def test_a_slip_in_the_seed_is_no_newer_version() -> None:
    seed = Seed("zgoda.toml", "fresh = true\nfersh = 1\n")
    with pytest.raises(ConfigError, match="no such setting"):
        seed.config()


# -- backups -------------------------------------------------------------------------------------


def newer_manifest(left: Left, seed: bytes | None = None) -> None:
    path = left.stick / FOLDER / manifests.NAME
    body = path.read_bytes().split(b"\n")[0].replace(b'{"backup":1,', b'{"backup":2,"more":{},')
    key = Ed25519PrivateKey.from_private_bytes(seed or content(left).box_key)
    signature = urlsafe_b64encode(key.sign(b"zgoda backup v2\n" + body)).rstrip(b"=")
    path.write_bytes(body + b'\n{"sig":"' + signature + b'"}\n')


def test_a_medium_of_a_newer_version_is_left_as_it_is(left: Left) -> None:
    newer_manifest(left)
    before, box = contents(left.stick), left.open()

    with pytest.raises(BackupFailed) as refused:
        open_backup(left.stick, read_sheet(left.said["sheet"]))
    assert (refused.value.code, bool(NEWER.fullmatch(str(refused.value)))) == ("version", True)

    backups(box)._wanted = True
    assert not backups(box).run()
    seen = backups(box).seen()
    assert (seen.code, codes(seen.trouble)) == ("version", ["backup_by_newer"])
    assert contents(left.stick) == before
    assert keyring(box).content.media, "the medium is not forgotten"
    box.keeper.close()


def test_a_number_that_a_stranger_wrote_ends_no_backups(left: Left) -> None:
    newer_manifest(left, seed=bytes(32))
    box = left.open()
    backups(box)._wanted = True

    assert backups(box).run(), backups(box).seen().trouble

    box.keeper.close()


# -- what is no part of the folder ---------------------------------------------------------------


def test_a_recording_of_a_newer_version_says_so(left: Left) -> None:
    path = left.folders.recordings / left.said["calls"]["whole"]
    raise_byte(path)
    with pytest.raises(Malformed) as refused:
        parse_header(path.read_bytes()[:4096])
    assert refused.value.failure is FormatFault.VERSION
    assert NEWER.fullmatch(str(refused.value))
    assert f"version {VERSION + 1}; this one knows {VERSION}" in str(refused.value)


def test_a_sheet_of_a_newer_version_says_so(left: Left) -> None:
    with pytest.raises(WrongSecret) as refused:
        read_sheet(f"ZGODA2:{left.said['sheet']}")
    assert NEWER.fullmatch(str(refused.value))


def test_a_calibration_of_a_newer_version_says_so(tmp_path: Path) -> None:
    (tmp_path / "Reception.toml").write_text("version = 2\nsomething = 3\n", "utf-8")
    before = contents(tmp_path)
    with pytest.raises(LineError) as refused:
        read_figures(tmp_path, "Reception")
    assert NEWER.fullmatch(told(refused.value, "en"))
    assert "nowsz" in told(refused.value, "pl")
    assert contents(tmp_path) == before

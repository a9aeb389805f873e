import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.model.records import Verdict
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES, Malformed
from appliance.vault.opening.digest import digest
from appliance.vault.opening.verdicts import AuditFacts, CheckFinding, KeysAtHand, assess
from appliance.vault.seal import SealReport
from tests.vaults import Vault, damage


def known(sealed: SealReport) -> AuditFacts:
    return AuditFacts(sealed.frames, sealed.sha256)


def keys(vault: Vault, rid: str) -> KeysAtHand:
    return KeysAtHand(vault.keyring.private(rid), vault.reading)


def judged(vault: Vault, sealed: SealReport, audit: AuditFacts) -> list[CheckFinding]:
    """Judge with both keys, with the recording's alone, and without a keyring."""
    path, own = vault.path(sealed.rid), vault.keyring.private(sealed.rid)
    held = [KeysAtHand(own, vault.reading), KeysAtHand(own), None]
    return [assess(path, audit, one) for one in held]


def test_a_whole_recording_is_complete_with_and_without_keys(vault: Vault) -> None:
    sealed = vault.record()
    found = judged(vault, sealed, known(sealed))
    assert [one.verdict for one in found] == [Verdict.COMPLETE] * 3
    assert [one.contents for one in found] == ["opened", "not opened", "not opened"]
    assert {(one.frames, one.sha256) for one in found} == {(sealed.frames, sealed.sha256)}
    assert found[0].why == "Whole, 0:02 long."


def test_without_a_key_an_unknown_recording_counts_as_cut(vault: Vault) -> None:
    sealed = vault.record()
    verdicts = [one.verdict for one in judged(vault, sealed, AuditFacts())]
    assert verdicts == [Verdict.COMPLETE, Verdict.CUT, Verdict.CUT]


@pytest.mark.parametrize("junk", [b"", b"x", bytes(FRAME_BYTES), bytes(2 * FRAME_BYTES)])
def test_a_cut_recording_is_cut_before_and_after_it_is_taken_up(vault: Vault, junk: bytes) -> None:
    file = vault.begin()
    file.audio(0, bytes(4000))
    file.close()
    path = vault.path(file.rid)
    path.write_bytes(path.read_bytes() + junk)
    late = digest(path)
    for audit in (AuditFacts(), AuditFacts(late.frames, late.sha256)):
        found = assess(path, audit, keys(vault, file.rid))
        assert (found.verdict, found.why) == (Verdict.CUT, "Cut at 0:00.")
    assert late.partial is (junk == b"x")
    with vault.open(file.rid) as reader:
        assert reader.partial is late.partial


def test_more_junk_or_a_hole_is_damage(vault: Vault) -> None:
    file = vault.begin()
    file.close()
    path = vault.path(file.rid)
    path.write_bytes(path.read_bytes() + bytes(2 * FRAME_BYTES + 1))
    found = assess(path, AuditFacts(), keys(vault, file.rid))
    assert (found.verdict, found.why) == (Verdict.DAMAGED, "3 frames at the end do not open.")
    sealed = vault.record(blocks=14)
    damage(vault.path(sealed.rid), HEADER_BYTES + 5 * FRAME_BYTES)
    found = assess(vault.path(sealed.rid), AuditFacts(), keys(vault, sealed.rid))
    assert (found.verdict, found.why) == (Verdict.DAMAGED, "Damaged frames: 5.")
    for index in range(12):
        damage(vault.path(sealed.rid), HEADER_BYTES + index * FRAME_BYTES + 7)
    found = assess(vault.path(sealed.rid), AuditFacts(), keys(vault, sealed.rid))
    assert found.why == "Damaged frames: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and more."


@pytest.mark.parametrize("change", ["longer", "shorter", "flip", "header", "gone_header", "short"])
def test_what_is_not_the_sealed_file_is_tampered(vault: Vault, change: str) -> None:
    sealed = vault.record()
    path = vault.path(sealed.rid)
    size = path.stat().st_size
    if change == "longer":
        path.write_bytes(path.read_bytes() + b"\0")
    elif change in {"shorter", "short"}:
        os.truncate(path, size - 1 if change == "shorter" else 100)
    elif change == "gone_header":
        path.write_bytes(bytes(HEADER_BYTES) + path.read_bytes()[HEADER_BYTES:])
    else:
        damage(path, 5000 if change == "flip" else 70)
    assert [one.verdict for one in judged(vault, sealed, known(sealed))] == [Verdict.TAMPERED] * 3


def test_a_count_of_frames_that_is_not_the_sealed_one_is_tampered(vault: Vault) -> None:
    sealed = vault.record()
    audit = replace(known(sealed), sealed_frames=sealed.frames + 1)
    assert assess(vault.path(sealed.rid), audit).verdict is Verdict.TAMPERED


@pytest.mark.parametrize("at", [60, 20, HEADER_BYTES - 1])
def test_an_altered_header_is_tampered_even_if_never_sealed(vault: Vault, at: int) -> None:
    sealed = vault.record()
    damage(vault.path(sealed.rid), at)
    found = assess(vault.path(sealed.rid), AuditFacts(), keys(vault, sealed.rid))
    assert found.verdict is Verdict.TAMPERED


def test_a_recording_under_anothers_name_is_tampered_but_a_copy_may_have_any(vault: Vault) -> None:
    sealed = vault.record()
    other = shutil.copy(vault.path(sealed.rid), vault.path("ab" * 16))
    assert assess(Path(other), AuditFacts()).verdict is Verdict.TAMPERED
    copy = shutil.copy(vault.path(sealed.rid), vault.folders.data / "copy.zgoda")
    assert assess(Path(copy), known(sealed)).verdict is Verdict.COMPLETE


def test_what_is_not_there_is_missing_or_shredded(vault: Vault) -> None:
    path = vault.path("ab" * 16)
    assert assess(path, AuditFacts(3, "00" * 32)).verdict is Verdict.MISSING
    assert assess(path, AuditFacts()).verdict is Verdict.MISSING
    assert assess(path, AuditFacts(3, "00" * 32, erased=True)).verdict is Verdict.SHREDDED
    assert assess(path, AuditFacts(3, "00" * 32, erasing=True)).verdict is Verdict.SHREDDED
    still = AuditFacts(3, "00" * 32, erasing=True)
    assert assess(path, still, KeysAtHand(bytes(32))).verdict is Verdict.MISSING


def test_without_its_key_a_recording_is_lost_or_shredded(vault: Vault) -> None:
    sealed = vault.record()
    path, none = vault.path(sealed.rid), KeysAtHand(None, vault.reading)
    assert assess(path, known(sealed), none).verdict is Verdict.KEY_LOST
    erased = replace(known(sealed), erased=True)
    assert assess(path, erased, none).verdict is Verdict.SHREDDED
    assert assess(path, erased).verdict is Verdict.SHREDDED
    erasing = assess(path, replace(known(sealed), erasing=True), none)
    assert (erasing.verdict, "about to go" in erasing.why) == (Verdict.SHREDDED, True)


def test_a_key_that_comes_back_after_its_erasure_is_tampering(vault: Vault) -> None:
    sealed = vault.record()
    erased = replace(known(sealed), erased=True)
    found = assess(vault.path(sealed.rid), erased, keys(vault, sealed.rid))
    assert found.verdict is Verdict.TAMPERED


def test_an_erasure_that_has_not_reached_the_key_changes_nothing(vault: Vault) -> None:
    sealed = vault.record()
    erasing = replace(known(sealed), erasing=True)
    found = assess(vault.path(sealed.rid), erasing, keys(vault, sealed.rid))
    assert found.verdict is Verdict.COMPLETE


@pytest.mark.parametrize("length", [0, 5, 100, HEADER_BYTES - 1])
def test_what_ends_inside_its_header_is_cut(vault: Vault, length: int) -> None:
    sealed = vault.record()
    os.truncate(vault.path(sealed.rid), length)
    found = assess(vault.path(sealed.rid), AuditFacts(), keys(vault, sealed.rid))
    assert found.verdict is Verdict.CUT
    assert found.frames == 0


def test_an_overwritten_header_is_damage(vault: Vault) -> None:
    file = vault.begin()
    file.withdraw(vault.folders.withdrawn)
    found = assess(vault.path(file.rid), AuditFacts(), keys(vault, file.rid))
    assert (found.verdict, found.why) == (
        Verdict.DAMAGED,
        "Its header is overwritten: nothing opens it.",
    )


def test_a_header_that_cannot_be_is_damage_a_foreign_file_is_none_of_ours(vault: Vault) -> None:
    sealed = vault.record()
    path = vault.path(sealed.rid)
    damage(path, 3900)
    assert assess(path, AuditFacts()).verdict is Verdict.DAMAGED
    path.write_bytes(b"%PDF-1.7" * 1000)
    with pytest.raises(Malformed, match="not a recording"):
        assess(path, AuditFacts())
    late = digest(path)
    assert assess(path, AuditFacts(late.frames, late.sha256)).verdict is Verdict.DAMAGED

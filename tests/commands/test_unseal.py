"""``zgoda unseal`` writes a recording with sheet and keyring alone, or nothing."""

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from appliance.commands.helpers import offline_keys
from appliance.commands.main import zgoda
from appliance.commands.unseal import command
from appliance.errors import WrongSecret
from appliance.link.requests import calls as ask
from appliance.model.records import RecordingEnd
from appliance.model.sentences.heard import UNREAL_SENTENCES
from appliance.signals.pcm import decode_alaw
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES
from appliance.vault.opening import keys
from appliance.vault.opening.keys import sheet_text
from tests import samples
from tests.keeper.office import make_office
from tests.samples import META
from tests.vaults import Vault, damage, make_vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return make_vault(tmp_path)


def unseal(vault: Vault, rid: str, out: Path, *more: str) -> Result:
    data = vault.folders.data
    options = ["--sheet", sheet_text(vault.secret), "--keyring", str(data / "keyring.0")]
    arguments = [str(vault.path(rid)), *options, "--out", str(out), *more]
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_a_sheet_of_another_office_leaves_no_reading_key_in_memory(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    other, read = make_vault(tmp_path / "other"), []

    def read_by_sheet(secret: bytearray, sealed: bytes, vault_id: bytes) -> bytearray:
        read.append(keys.read_by_sheet(secret, sealed, vault_id))
        return read[-1]

    monkeypatch.setattr(offline_keys, "read_by_sheet", read_by_sheet)
    keyring = vault.folders.data / "keyring.0"
    with pytest.raises(WrongSecret, match="another office"):
        offline_keys.load_keys(sheet_text(other.secret), keyring, None, "")
    assert read == [bytearray(32)]


def test_an_empty_sheet_is_one_sentence(vault: Vault, tmp_path: Path) -> None:
    """A shell variable that was never set arrives as an empty sheet."""
    path, out = vault.path(vault.record().rid), tmp_path / "call.wav"
    options = [str(path), "--sheet", "", "--keyring", str(vault.folders.data / "keyring.0")]

    with pytest.raises(WrongSecret, match="recovery sheet has 13 groups"):
        CliRunner().invoke(command, [*options, "--out", str(out)], catch_exceptions=False)
    with pytest.raises(WrongSecret, match="recovery sheet has 13 groups"):
        CliRunner().invoke(zgoda, ["verify", *options], catch_exceptions=False)

    assert not out.exists()


def heard(out: Path) -> tuple[int, np.ndarray[tuple[int, int], np.dtype[np.int16]]]:
    with wave.open(str(out)) as sound:
        assert sound.getsampwidth() == 2
        raw = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
        return sound.getframerate(), raw.reshape(-1, sound.getnchannels())


@pytest.mark.parametrize("channels", [1, 2])
def test_the_sheet_and_a_keyring_give_the_sound_back(
    vault: Vault, tmp_path: Path, channels: int
) -> None:
    sealed = vault.record(blocks=5, channels=channels)
    result = unseal(vault, sealed.rid, tmp_path / "out.wav")
    assert result.exit_code == 0
    assert (
        result.stdout
        == f"{tmp_path / 'out.wav'}: {2.5 / channels:.1f} s, complete, origin: not attested.\n"
    )
    rate, sound = heard(tmp_path / "out.wav")
    each = 4000 // channels
    expected = np.repeat([decode_alaw(bytes([code]))[0] for code in range(5)], each)
    assert rate == 8000
    assert all(np.array_equal(sound[:, channel], expected) for channel in range(channels))
    assert (tmp_path / "out.wav").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("bus", ["usb", "virtual", "simulated"])
def test_a_call_that_was_none_is_said_first(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bus: Any
) -> None:
    monkeypatch.setattr("tests.vaults.RULE", samples.rule_of(bus))
    kind = samples.rule_of(bus).heard.unreal
    sealed = vault.record(blocks=5)
    first, *_ = unseal(vault, sealed.rid, tmp_path / "out.wav").stdout.splitlines()
    assert (first in UNREAL_SENTENCES.values()) == bool(kind)
    assert not kind or first == UNREAL_SENTENCES[kind]
    told = json.loads(unseal(vault, sealed.rid, tmp_path / "b.wav", "--json").stdout)
    assert next(iter(told.items())) == ("unreal", kind)


def test_a_long_recording_is_written_piece_by_piece(vault: Vault, tmp_path: Path) -> None:
    file = vault.begin()
    file.audio(130 * 8000, b"\x2a" * 4000)
    file.end(RecordingEnd(samples=130 * 8000 + 4000, reason="hung_up"))
    assert unseal(vault, file.rid, tmp_path / "out.wav").exit_code == 0
    _, sound = heard(tmp_path / "out.wav")
    assert sound.shape == (130 * 8000 + 4000, 1)
    assert not sound[: 130 * 8000].any()
    assert (sound[130 * 8000 :] == decode_alaw(b"\x2a")[0]).all()


def test_a_restored_office_reads_the_words_of_its_ledger(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data")
    office.unlock()
    held, erased, lifted = office.record(), office.record(), office.record()
    for rid in (held, lifted):
        office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, f"Pozew Żółć {rid}", "2027-06-30"))
    office.ask(ask.EraseCall(erased, ask.Ground.OBJECTION, "Anruf vom 4. Mai"))
    for words in ("Mec. Lis", ""):
        list(office.answer(ask.ExportCall(held, words=words)))
    ledger = office.folders.ledger.read_bytes()
    office.ask(ask.ReleaseHold(lifted))
    office.close()
    office.folders.ledger.write_bytes(ledger)  # a copy from before
    keyring, out = tmp_path / "data" / "keyring.1", tmp_path / "reasons.json"
    options = ["--sheet", office.sheet, "--keyring", str(keyring), "--out", str(out)]
    done = CliRunner().invoke(command, [str(office.folders.ledger), *options])
    assert (done.exit_code, done.stdout) == (
        0,
        f"{out}: holds: 2, erasures: 1, copies: 2, cases: 0, purposes taken back: 0, notes: 0, "
        "without words: 1.\n",
    )
    assert out.stat().st_mode & 0o777 == 0o600
    told = json.loads(out.read_text("utf-8"))
    assert {one["recording"]: one["words"] for one in told["holds"]} == {
        held: f"Pozew Żółć {held}",
        lifted: None,
    }
    assert told["erasures"][0]["words"] == "Anruf vom 4. Mai"
    assert sorted(copy["words"] for copy in told["copies"]) == ["", "Mec. Lis"]
    assert CliRunner().invoke(zgoda, ["unseal", str(office.folders.ledger), *options]).exit_code
    assert json.loads(out.read_text("utf-8")) == told


@pytest.mark.parametrize("harm", [b"", b"%PDF-1.7", bytes(500)])
def test_a_damaged_ledger_is_one_sentence(vault: Vault, tmp_path: Path, harm: bytes) -> None:
    (vault.folders.ledger).write_bytes(harm)
    data = vault.folders.data
    options = ["--sheet", sheet_text(vault.secret), "--keyring", str(data / "keyring.0")]
    out = tmp_path / "out.json"
    done = CliRunner().invoke(command, [str(vault.folders.ledger), *options, "--out", str(out)])
    assert done.exit_code == 1
    assert "ledger is damaged or foreign" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not out.exists()


def test_json_tells_whose_call_it_is(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.record()
    told = json.loads(unseal(vault, sealed.rid, tmp_path / "out.wav", "--json").stdout)
    assert (told["recording"], told["verdict"], told["seconds"]) == (sealed.rid, "complete", 2.0)
    assert told["meta"]["number"] == META.number
    assert told["receipt"]["key"] == "1"


def test_what_is_damaged_becomes_silence_and_is_listed(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.record()
    for index in (0, 1, 2, 4):
        damage(vault.path(sealed.rid), HEADER_BYTES + index * FRAME_BYTES + 5)
    result = unseal(vault, sealed.rid, tmp_path / "out.wav", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["verdict"]) == (0, "damaged")
    assert told["holes"] == [[4000, 4000]]
    assert (told["meta"], told["receipt"], told["rule"]) == (None, None, None)
    _, sound = heard(tmp_path / "out.wav")
    assert not sound[4000:8000].any()
    assert sound[8000:].any()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("header", "the header is altered"),
        ("foreign", "not a recording"),
        ("short", "The header ends after 100"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence_and_no_file(
    vault: Vault, tmp_path: Path, fault: str, said: str
) -> None:
    sealed = vault.record()
    path = vault.path(sealed.rid)
    raw = path.read_bytes()
    path.write_bytes({"foreign": b"%PDF-1.7", "short": raw[:100]}.get(fault, raw))
    if fault == "header":
        damage(path, 70)
    result = unseal(vault, sealed.rid, tmp_path / "out.wav")
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out.wav").exists()


def test_what_is_erased_stays_erased(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.record()
    vault.keyring.erase([sealed.rid])
    result = unseal(vault, sealed.rid, tmp_path / "out.wav")
    assert result.exit_code == 1
    assert "no key for it" in result.stderr


def test_a_file_that_is_there_is_never_overwritten(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.record()
    (tmp_path / "out.wav").write_bytes(b"mine")
    result = unseal(vault, sealed.rid, tmp_path / "out.wav")
    assert result.exit_code == 2
    assert "File exists" in result.stderr
    assert (tmp_path / "out.wav").read_bytes() == b"mine"


def test_help_shows_an_example() -> None:
    assert "Example" in CliRunner().invoke(zgoda, ["unseal", "--help"]).stdout

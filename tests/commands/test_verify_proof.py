"""``zgoda verify-proof`` says one true sentence of any file, without the box."""

import hashlib
import json
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.model.sentences.heard import BUS_NAMES, PART_NAMES
from appliance.vault.opening.digest import digest
from tests.keeper.office import make_office
from tests.vectors.office import PURPOSE, RULE
from tests.vectors.proofs import OURS, STRANGER, VECTORS, written
from tests.vectors.unreal import UNREAL

KNOWN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
SOUND = b"RIFF of a call"


def verify(file: Path, *options: str) -> tuple[int, str]:
    """Run the command; return exit code and all that it printed."""
    done = CliRunner().invoke(zgoda, ["verify-proof", str(file), *options])
    assert "Traceback" not in done.output
    return done.exit_code, done.output


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "call.proof.jsonl"
    path.write_bytes(b64decode(KNOWN["vectors"]["one"]["file"]))
    return path


def test_a_proof_of_this_box_is_whole_and_tells_what_was_said(proof: Path) -> None:
    code, said = verify(proof, "--fingerprint", OURS.fingerprint)
    assert code == 0
    assert said.splitlines()[:2] == [
        "No witness outside the device.",
        f"{proof}: It is whole, and the device of this fingerprint signed it.",
    ]
    for told in (
        "Kancelaria Nowak, Warszawa, rodo@kancelaria.example",
        "szkolenia pracowników",
        "key         1, the caller and the office are heard apart from each other",
        "heard       The question (began ",
        " s after the pick-up at the latest, ended ",
        "not agreed  kontroli jakości",
        "ended       kontroli jakości, at 10.0 s",
        "listened    2026-09-22 04:06:40 UTC, Ewa Żółć, training",
        "for the caller Anna “Nowa”; wav 288044 bytes, SHA-256 ",
        ": erased after 2026-12-20",
        "origin      Sealed by the recording process that this device knew.",
    ):
        assert told in said


def test_it_tells_what_the_rule_says_of_sensitive_data_contract_officer_and_recipients(
    tmp_path: Path,
) -> None:
    care = {"health": True, "special": ["union"], "care_reason": "Opieka"}
    purpose = {**PURPOSE, "basis": "contract", "contract_to": "conclude", **care}
    rule = {
        **RULE,
        "purposes": [purpose],
        "officer": "Jan Nowak",
        "recipients": {"answer": "nobody"},
    }
    core = OURS.core(rule=written(rule))
    path = tmp_path / "proof"
    path.write_bytes(OURS.proof(core, OURS.annex(core, listened=[])))
    code, said = verify(path)
    assert code == 0
    for told in (
        "basis       szkolenia pracowników: Contract, to conclude the contract",
        "sensitive   szkolenia pracowników: health, membership of a trade union; Opieka",
        "officer     Jan Nowak",
        "recipients  nobody",
    ):
        assert told in said


def test_nothing_looks_complete_that_is_not(tmp_path: Path) -> None:
    core = OURS.core()
    annex = OURS.annex(core)
    whole = annex["copies"][0]
    begun = whole | {"size": 0, "sha256": None}
    annex |= {
        "kept": [annex["kept"][0] | {"held": True, "attested": False}],
        "unreadable": ["ab" * 16],
        "listened": [annex["listened"][0] | {"stopped": True, "clock_ok": False, "purpose": ""}],
        "listened_earlier": 1,
        "copies": [begun, begun | {"form": "", "words": "", "readable": "lost", "recipient": ""}],
        "copies_earlier": 3,
    }
    path = tmp_path / "proof"
    path.write_bytes(OURS.proof(core, annex))
    code, said = verify(path)
    assert code == 0
    for told in (
        "held on a legal ground, until the hold is lifted",
        "origin      Nobody can confirm that this device recorded it. That alone is no fault.",
        f"unreadable  {'ab' * 16}: another part of this call, which this proof does not show",
        "listened    earlier times that are not listed here: 1",
        "by a clock that was not set, Ewa Żółć, purpose not noted, stopped: the recording was",
        "copy        earlier times that are not listed here: 3",
        "for the caller Anna “Nowa”; not finished",
        "recipient not noted (the words are lost); its bytes are not known",
    ):
        assert told in said
    empty = {"kept": [annex["kept"][0] | {"held": False, "due_day": None}]}
    path.write_bytes(OURS.proof(core, OURS.annex(core, listened=[], copies=[], **empty)))
    code, said = verify(path)
    assert code == 0
    for told in ("listened    nobody is listed", "copy        none is listed", "not known yet"):
        assert told in said


def test_a_callers_proof_says_for_whom_it_is_and_what_it_does_not_show(tmp_path: Path) -> None:
    core = OURS.core()
    annex = OURS.for_caller(core, recipients=["", "authority", "caller"])
    annex["listened"].append(annex["listened"][0] | {"purpose": ""})
    path = tmp_path / "proof"
    path.write_bytes(OURS.proof(core, annex))
    code, said = verify(path)
    assert code == 0
    for told in (
        "made for    the caller, or somebody else outside the office",
        ": erased after 2026-12-20, unless a law keeps it longer",
        "listened    2026-09-22 04:06:40 UTC, training",
        "listened    2026-09-22 04:06:40 UTC, purpose not shown",
        "copies      recipient not noted, for a court or an authority, for the caller",
        "copy        2026-09-22 06:53:20 UTC, for the caller; wav 288044 bytes",
        "not shown   what a law keeps back, people of the office, copies of others",
    ):
        assert told in said
    assert "Ewa" not in said
    assert "entry" not in said


@pytest.mark.parametrize("name", UNREAL)
def test_what_was_no_telephone_line_is_said_first_and_passes_by_consent_alone(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "proof"
    path.write_bytes(b64decode(KNOWN["vectors"][name]["file"]))
    kind, heard = UNREAL[name]
    begins = {"simulated": "Simulated call: ", "virtual": "Virtual line: "}[kind]
    for options in ((), ("--fingerprint", OURS.fingerprint)):
        code, said = verify(path, *options)
        assert (code, said.count("\n")) == (1, 1)
        assert said.startswith(f"{path}: {begins}")
        code, said = verify(path, "--simulated", *options)
        assert code == 0
        assert said.startswith(f"{path}: {begins}")
        assert "It is whole" in said.splitlines()[2]
        for role, part in heard.items():
            bus = BUS_NAMES.get(part["bus"], "")
            told = " ".join(filter(None, (part["driver"], bus, part["device"])))
            assert f"\n{PART_NAMES[role]:<11} {told}\n" in said
        code, told = verify(path, "--json", *options)
        assert (code, json.loads(told)["outcome"], json.loads(told)["well"]) == (1, kind, False)


def test_of_several_files_the_one_that_was_no_telephone_line_is_named(
    proof: Path, tmp_path: Path
) -> None:
    path = tmp_path / "simulated"
    path.write_bytes(b64decode(KNOWN["vectors"]["simulated"]["file"]))
    for files in ((proof, path), (path, proof)):
        code, said = verify(files[0], str(files[1]))
        assert (code, said.startswith(f"{path}: Simulated call: ")) == (1, True)


@pytest.mark.parametrize("language", ["pl", "de"])
def test_it_is_said_in_the_language_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    path = tmp_path / "proof"
    path.write_bytes(b64decode(KNOWN["vectors"]["simulated"]["file"]))
    monkeypatch.setenv("LC_ALL", f"{language}_XX.UTF-8")
    begins = {"pl": "Rozmowa symulowana: ", "de": "Simuliertes Gespräch: "}[language]
    assert verify(path)[1].startswith(f"{path}: {begins}")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "pl",
            (
                "Plik jest cały i podpisany przez urządzenie o tym odcisku.",
                "\nadministrator danych Kancelaria",
                "\nusłyszano   Pytanie (początek najpóźniej 3,0\u00a0s, koniec 12,0\u00a0s po",
                "\nklawisz     1, rozmówcę i\u00a0biuro słychać osobno",
                "\nzakończono  kontroli jakości, w 10,0\u00a0s nagrania",
                "\nodsłuch     2026-09-22 04:06:40 UTC, Ewa Żółć",
                "dla rozmówcy Anna “Nowa”; wav liczba bajtów: 288044",
                ": termin usunięcia: 2026-12-20",
            ),
        ),
        (
            "de",
            (
                "Die Datei ist vollständig, und das Gerät mit diesem Fingerabdruck hat sie",
                "\nVerantwortlicher Kancelaria",
                "\nTaste       1, Anrufer und Büro sind getrennt zu hören",
                "\nbeendet     kontroli jakości, bei 10,0\u00a0s",
                ": Löschtermin: 2026-12-20",
            ),
        ),
    ],
)
def test_each_row_is_said_in_the_language_of_the_terminal(
    proof: Path, monkeypatch: pytest.MonkeyPatch, language: str, told: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_XX.UTF-8")
    said = verify(proof, "--fingerprint", OURS.fingerprint)[1]
    assert [words for words in told if words not in said] == []
    assert "\N{REPLACEMENT CHARACTER}" not in said
    english = (" s, ended", "agreed", "listed", "erased after", "listened", "nobody", "entry ")
    assert [words for words in english if words in said] == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("pl", "Plik podpisało inne urządzenie niż to, do którego należy ten odcisk."),
        ("de", "Die Datei hat ein anderes Gerät signiert als das mit diesem Fingerabdruck."),
    ],
)
def test_what_is_wrong_is_said_in_it_too(
    proof: Path, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_XX.UTF-8")
    assert verify(proof, "--fingerprint", STRANGER.fingerprint) == (1, f"{proof}: {told}\n")


def test_times_are_told_in_utc_and_as_clocks_here_show_them(
    proof: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Europe/Warsaw")
        time.tzset()
        said = verify(proof)[1]
    time.tzset()
    here = "2026-09-22 04:06:40 UTC (2026-09-22 06:06:40 UTC+0200 on this computer), Ewa"
    assert f"listened    {here}" in said


def test_with_other_faults_a_simulated_proof_is_none(tmp_path: Path) -> None:
    path = tmp_path / "proof"
    whole = b64decode(KNOWN["vectors"]["simulated"]["file"])
    path.write_bytes(whole.replace(b"simulated", b"usb", 1))
    assert verify(path, "--simulated")[0] == 1
    path.write_bytes(whole)
    other = STRANGER.fingerprint
    assert verify(path, "--simulated", "--fingerprint", other)[0] == 1


def test_a_foreign_recorder_is_said_so_and_passes(tmp_path: Path) -> None:
    """Whoever owns keeper and recorder attests what they like: it says nothing about the office."""
    path = tmp_path / "proof"
    path.write_bytes(b64decode(KNOWN["vectors"]["foreign_recorder"]["file"]))
    code, said = verify(path)
    assert code == 0
    assert (
        "origin      Nobody can confirm that this device recorded it. That alone is no fault."
        in said
    )


def test_without_a_fingerprint_it_says_what_to_compare(proof: Path) -> None:
    code, said = verify(proof)
    groups = " ".join(OURS.fingerprint[at : at + 8] for at in range(0, 64, 8))
    assert code == 0
    assert said.splitlines()[1].endswith(f"with the recovery sheet’s page: {groups}")
    assert verify(proof, "--fingerprint", groups.upper())[0] == 0


@pytest.mark.parametrize("name", [n for n, v in KNOWN["vectors"].items() if v["failure"]])
def test_a_faulty_file_gets_one_sentence_and_nothing_of_its_content(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "faulty"
    path.write_bytes(b64decode(KNOWN["vectors"][name]["file"]))
    code, said = verify(path, "--fingerprint", OURS.fingerprint)
    assert code == 1
    assert said.startswith(f"{path}: ")
    assert len(said.splitlines()) == 1
    assert "Kancelaria" not in said
    code, said = verify(path, "--fingerprint", OURS.fingerprint, "--json")
    told = json.loads(said)
    assert (code, told["well"], told["recordings"]) == (1, False, [])
    assert told["outcome"] == KNOWN["vectors"][name]["failure"]


def test_sound_and_recording_are_compared(tmp_path: Path) -> None:
    office = make_office(tmp_path / "box")
    sealed = office.file(rid := office.record())
    said = {"recording": rid, "frames": digest(sealed).frames, "sha256": digest(sealed).sha256}
    core = OURS.core(**said)
    annex = OURS.annex(core)
    annex["copies"][0]["sha256"] = hashlib.sha256(SOUND).hexdigest()
    proof, sound = (tmp_path / name for name in ("proof", "call.wav"))
    proof.write_bytes(OURS.proof(core, annex))
    sound.write_bytes(SOUND)
    both = ("--sound", str(sound), "--recording", str(sealed))
    assert verify(proof, *both)[0] == 0
    sound.write_bytes(SOUND + b"!")
    assert verify(proof, *both) == (
        1,
        f"{proof}: {sound} is none of the copies that its annex lists.\n",
    )
    assert verify(proof, "--recording", str(sound))[0] == 1
    for other in ({"recording": "ab" * 16}, {"frames": 7}):
        core = OURS.core(**said | other)
        proof.write_bytes(OURS.proof(core, OURS.annex(core)))
        code, printed = verify(proof, "--recording", str(sealed))
        assert (code, f"is recording {rid} of " in printed) == (1, True)
    core = OURS.core(sha256=hashlib.sha256(SOUND + b"!").hexdigest())
    proof.write_bytes(OURS.proof(core, OURS.annex(core)))
    code, printed = verify(proof, "--recording", str(sound))
    assert (code, printed.endswith("and is no recording.\n")) == (1, True)


def test_what_a_proof_says_does_not_steer_the_terminal(tmp_path: Path) -> None:
    annex = OURS.annex(OURS.core())
    annex["listened"][0]["name"] = "\x1b]0;x\x07\N{RIGHT-TO-LEFT OVERRIDE}"
    path = tmp_path / "proof"
    path.write_bytes(OURS.proof(OURS.core(), annex))
    code, said = verify(path)
    assert code == 0
    assert not {"\x1b", "\x07", "\N{RIGHT-TO-LEFT OVERRIDE}"} & set(said)


def test_a_name_with_a_letter_of_another_alphabet_is_not_this_boxs(tmp_path: Path) -> None:
    stranger = STRANGER
    core = stranger.core(rule=stranger.core()["rule"].replace("Nowak", "N\u043ewak"))
    path = tmp_path / "proof"
    path.write_bytes(stranger.proof(core, stranger.annex(core)))
    assert verify(path, "--fingerprint", OURS.fingerprint)[0] == 1
    code, said = verify(path)  # nobody said whose it must be: the fingerprint tells
    assert code == 0
    assert OURS.fingerprint[:8] not in said


@pytest.mark.parametrize("typed", ["", "4fa0", "x" * 64, "\uff11" * 64])
def test_a_fingerprint_that_is_none_is_a_wrong_use(proof: Path, typed: str) -> None:
    code, said = verify(proof, "--fingerprint", typed)
    assert code == 2
    assert "A fingerprint is 32 bytes in hex" in said

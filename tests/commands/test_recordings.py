"""``zgoda recordings`` against a keeper behind its real socket."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from appliance.commands.recordings import command
from appliance.commands.verify_proof import command as verify_proof
from appliance.config.folders import Folders
from appliance.errors import EraserFailed, LinkError, Refused, ZgodaError
from appliance.language import LANGUAGES
from appliance.model.records import HOLDS, CallerAnswer
from appliance.model.sentences.faults import in_words
from appliance.model.sentences.heard import UNREAL_SENTENCES, unreal_badge, unreal_sentence
from appliance.model.sentences.refusals import REFUSALS
from appliance.model.terms import AnswerBasis
from appliance.model.words.calls import ANSWERS
from tests import samples
from tests.commands.served import PASSWORD, Served
from tests.keeper.office import OFFICER, Office, make_office, read_wav


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "data")


@pytest.fixture
def served(office: Office) -> Iterator[Served]:
    """Two calls, recorded while no keeper was there."""
    office.seal(seconds=2.0, number="+48221234567", name="Anna Żółć")
    office.seal(seconds=1.0, number="+48629998888", name="Ewa Maj", channels=2)
    office.audit.sign_head()
    made = Served(office.folders.data, office.sounds)
    yield made
    made.close()


def test_a_list_that_is_not_whole_says_so(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.keeper.catalogue.readers.AT_LOGIN", 0)
    monkeypatch.setattr("appliance.keeper.catalogue.readers.Readers.read_on", lambda records: None)
    done = served.run("list")
    assert (
        done.stdout == "Calls: 0, page 1 of 1.\nCalls that are not in the list yet: 2. Ask again.\n"
    )
    assert served.json("list")["reading"] == {"back_to": None, "left": 2}


def test_list_finds_in_any_spelling(served: Served) -> None:
    rid = next(iter(served.sounds))
    done = served.run("list", "--text", "22 123-45-67")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].startswith(rid)
    assert "Anna Żółć" in done.stdout
    assert done.stdout.endswith("Calls: 1, page 1 of 1.\n")
    found = served.json("list")
    assert found["total"] == 2
    assert served.json("list", "--text", "maj")["total"] == 1


def test_list_is_narrowed_by_purpose_answer_and_hold_as_the_panel_is(served: Served) -> None:
    rid, other = served.sounds
    held = ("--ground", "claims", "--reason", "A claim.", "--review", "2027-06-30")
    assert served.run("hold", rid, *held).exit_code == 0

    def found(*asked: str) -> list[str]:
        return [line[:32] for line in served.run("list", *asked).stdout.splitlines()[:-1]]

    assert found("--hold", "held") == [rid]
    assert found("--hold", "not_held") == [other]
    assert set(found("--answer", "agreed", "--purpose", "training")) == {rid, other}
    assert found("--answer", "notice") == []
    assert served.json("list", "--answer", "agreed", "--hold", "held")["total"] == 1


def test_list_says_which_choices_there_are_and_what_no_call_has(served: Served) -> None:
    for option, choices in (("--answer", CallerAnswer), ("--hold", HOLDS)):
        refused = served.run("list", option, "perhaps")
        assert refused.exit_code == 2
        assert all(f"'{one}'" in refused.output for one in choices)
    done = served.run("list", "--purpose", "marketing", "--line", "Surgery")
    said = "There is no call on a line of this name.\nThere is no call with this purpose.\n"
    assert (done.exit_code, done.stderr) == (0, said)
    assert done.stdout == "Calls: 0, page 1 of 1.\n"


def test_the_short_id_that_the_panel_prints_will_do(served: Served) -> None:
    rid, other = served.sounds
    assert served.run("show", rid[:8]).stdout.startswith(f"recording   {rid}")
    assert served.run("show", f"{rid[:8].upper()}…").exit_code == 0
    assert "no_recording id=00000000" == str(served.run("show", "0" * 8).exception)
    for poison in ("abc", "../../etc", ".*", "zzzzzzzz"):
        refused = served.run("show", poison)
        assert refused.exit_code == 2
        assert "at least the first 8" in refused.output
    assert served.run("hold", other[:8], "--release").exit_code != 0
    served.run("erase", other[:12], "--ground", "unlawful", "--reason", "A mistake")
    assert served.run("certificate", other[:8]).stdout.count(other) == 1
    assert "not that a real telephone call" in served.run("certificate", other[:8]).stdout


def told(office: Office, **spoken: Any) -> tuple[str, str]:
    """Seal one call, and return what ``list`` and ``show`` print of it."""
    rid = office.seal(**spoken)
    office.audit.sign_head()
    served = Served(office.folders.data, office.sounds)
    try:
        return served.run("list").stdout, served.run("show", rid).stdout
    finally:
        served.close()


@pytest.mark.parametrize(
    ("withheld", "said"), [(True, "Number withheld"), (False, "Number unknown")]
)
def test_a_number_that_is_missing_was_withheld_or_is_unknown(
    office: Office, withheld: bool, said: str
) -> None:
    listed, shown = told(office, number=None, name=None, withheld=withheld)
    assert listed.splitlines()[0].endswith(f"Reception  {said}")
    assert re.search(rf"^with +{said}$", shown, re.MULTILINE)


@pytest.mark.parametrize("basis", [*AnswerBasis, None])
def test_show_says_what_told_that_an_outgoing_call_was_answered(
    office: Office, basis: AnswerBasis | None
) -> None:
    _, shown = told(office, answered=basis)
    said = re.findall(r"^answered +(.+)$", shown, re.MULTILINE)
    assert said == ([ANSWERS[basis]] if basis else [])


def test_show_prints_receipt_verdict_and_audit(served: Served) -> None:
    rid = next(iter(served.sounds))
    done = served.run("show", rid)
    assert done.exit_code == 0
    agreed = "agreed, key 1, evidence grade A"
    for words in ("complete", agreed, "Recording sealed, by the device", "open for    training"):
        assert words in done.stdout
    shown = served.json("show", rid)
    assert shown["open_purposes"] == ["training"]


@pytest.mark.parametrize("form", ["wav", "flac"])
def test_export_is_sample_by_sample_what_was_sealed(
    served: Served, tmp_path: Path, form: str
) -> None:
    for rid, sound in served.sounds.items():
        out = tmp_path / f"{rid}.{form}"
        done = served.run("export", rid, "--format", form, "--out", str(out))
        assert done.exit_code == 0, done.output
        assert out.stat().st_mode & 0o777 == 0o600
        if form == "wav":
            assert np.array_equal(read_wav(out.read_bytes()), sound)
        samples, rate = soundfile.read(out, dtype="int16", always_2d=True)
        assert rate == 8000
        assert np.array_equal(samples.T, sound)
    assert served.acts().count("exported") == 2


def test_a_copy_comes_with_its_proof_which_lists_it(served: Served, tmp_path: Path) -> None:
    rid, out = next(iter(served.sounds)), tmp_path / "copy.wav"
    paper = ("--file-number", "I C 12/26", "--legal-basis", "art. 248 k.p.c.", "--signed-by", "Lis")
    told = ("--for", "authority", "--whom", "Sąd Rejonowy", *paper, "--out", str(out))
    assert served.run("export", rid, *told).exit_code == 0
    beside = tmp_path / "copy.proof.jsonl"
    assert beside.stat().st_mode & 0o777 == 0o600
    done = CliRunner().invoke(verify_proof, [str(beside), "--sound", str(out)])
    assert done.exit_code == 0, done.output
    assert "for a court or an authority Sąd Rejonowy" in done.output
    later = tmp_path / "later"
    assert served.run("proof", rid, "--out", str(later)).exit_code == 0
    assert later.read_bytes().split(b"\n")[1] == beside.read_bytes().split(b"\n")[1]


def test_a_proof_that_is_there_already_keeps_the_sound_from_being_written(
    served: Served, tmp_path: Path
) -> None:
    (tmp_path / "copy.proof.jsonl").write_text("mine")
    done = served.run("export", next(iter(served.sounds)), "--out", str(tmp_path / "copy.wav"))
    assert isinstance(done.exception, ZgodaError)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy")] == [
        "copy.proof.jsonl"
    ]
    assert "exported" not in served.acts()


def test_export_overwrites_nothing(served: Served, tmp_path: Path) -> None:
    rid = next(iter(served.sounds))
    out = tmp_path / "there.wav"
    out.write_text("mine")
    done = served.run("export", rid, "--out", str(out))
    assert isinstance(done.exception, ZgodaError)
    assert str(done.exception).endswith("is there already; nothing was written.")
    assert out.read_text() == "mine"
    assert "exported" not in served.acts()  # and so no copy is listed that nobody has
    done = served.run("proof", rid, "--out", str(out))
    assert str(done.exception).endswith("is there already; nothing was written.")
    assert out.read_text() == "mine"
    done = served.run("export", rid, "--out", str(tmp_path / "no" / "folder.wav"))
    assert isinstance(done.exception, ZgodaError)
    assert "No such file" in str(done.exception)


def test_a_proof_is_found_by_the_short_id_too(served: Served, tmp_path: Path) -> None:
    rid, out = next(iter(served.sounds)), tmp_path / "short"
    done = served.run("proof", f"{rid[:8]}…", "--out", str(out))
    assert (done.exit_code, out.exists()) == (0, True), done.output


def test_a_sound_whose_proof_cannot_be_had_says_so(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refused("tampered")

    monkeypatch.setattr("appliance.keeper.recordings.handing_over.proofs.Proofs.give", refuse)
    out = tmp_path / "copy.wav"
    done = served.run("export", next(iter(served.sounds)), "--out", str(out))
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"{out}: 32044 bytes, but its proof is missing.",
        f"zgoda: {REFUSALS['tampered'].sentence}",
    ]
    assert out.stat().st_size == 32_044
    assert not (tmp_path / "copy.proof.jsonl").exists()


def test_export_names_the_file_by_the_time(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rid = next(iter(served.sounds))
    written = served.json("export", rid)
    name = str(written["file"])
    assert name.startswith("call-2026-09-")
    assert (tmp_path / name).stat().st_size == written["bytes"] == 44 + 32_000


def test_a_call_in_parts_is_one_line(office: Office) -> None:
    first = office.seal(seconds=1.0, call="c0ffee00c0ffee00")
    listing, shown = told(office, seconds=0.5, call="c0ffee00c0ffee00")
    assert listing.endswith("Calls: 1, page 1 of 1.\n")
    assert f"part        1: {first} at 0:00, 0:01, complete, ended: somebody hung up\n" in shown
    assert "part        2: " in shown


def test_erase_and_its_certificate(served: Served) -> None:
    rid = next(iter(served.sounds))
    erase = ("erase", rid, "--ground", "consent_withdrawn", "--reason", "Asked for it")
    assert served.json(*erase)["state"] == "erasing"
    assert served.run(*erase).exception is not None
    listing = served.run("list")
    assert f"{rid}  It is being erased." in listing.stdout
    chores = served.keeper.chores()
    served.clock.advance(31)
    chores.run_due()
    done = served.run("certificate", rid)
    assert done.exit_code == 0
    for words in (": erased, The caller", "protection level E0", "may remain: The memory card"):
        assert words in done.stdout
    assert done.stdout.splitlines()[0].endswith(": Asked for it")


def test_a_failed_erasure_exits_with_one(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    rid = next(iter(served.sounds))
    box = served.keeper.box
    assert box is not None

    def broken(generation: int) -> bytes:
        raise EraserFailed(in_words("main_key_refused"))

    monkeypatch.setattr(box.eraser, "prepare", broken)
    done = served.run("erase", rid, "--ground", "unlawful", "--reason", "Mistake")
    assert done.exit_code == 1
    assert "the erasure failed, It was recorded unlawfully" in done.stdout
    assert "No new main key could be stored." in done.stderr
    assert served.run("certificate", rid).exit_code == 1


def test_hold_and_release(served: Served) -> None:
    rid = next(iter(served.sounds))
    words = ("--ground", "claims", "--reason", "Lawsuit", "--review", "2027-06-30")
    assert served.run("hold", rid, *words).exit_code == 0
    assert " held" in served.run("list").stdout
    done = served.run("erase", rid, "--ground", "unlawful", "--reason", "Mistake")
    assert isinstance(done.exception, Refused)
    assert done.exception.code == "held"
    assert served.run("hold", rid, "--release").exit_code == 0
    assert " held" not in served.run("list").stdout
    assert served.run("hold", rid).exit_code == 2
    assert served.acts().count("held") == 1


def test_a_damaged_recording_exits_with_one(served: Served) -> None:
    rid = next(iter(served.sounds))
    path = Folders(served.data).recordings / rid
    path.chmod(0o600)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    done = served.run("show", rid)
    assert done.exit_code == 1
    assert "tampered" in done.stdout


def test_the_password_is_asked_on_the_terminal(served: Served) -> None:
    words = ["list", "--data", str(served.data), "--name", "Ewa Nowak"]
    done = CliRunner().invoke(command, words, input=f"{PASSWORD}\n")
    assert done.exit_code == 0
    assert "Password of Ewa Nowak" in done.stderr
    assert PASSWORD not in done.output


def test_a_wrong_password_is_one_sentence(served: Served) -> None:
    (served.data / "wrong").write_text("incorrect horse\n")
    done = served.run("list", said="wrong")
    assert isinstance(done.exception, Refused)
    assert done.exception.code == "wrong_password"


def test_every_command_logs_out_and_so_locks(served: Served) -> None:
    before = set(threading.enumerate())
    served.run("list")
    assert [act for act in served.acts() if act in {"logged_in", "logged_out", "locked"}] == [
        "logged_in",
        "logged_out",
        "locked",
    ]
    watching = [t for t in set(threading.enumerate()) - before if t.name == "reading watch"]
    for thread in watching:
        thread.join()  # returns since the child it watched has ended


def test_an_absent_keeper_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    words = ["list", "--data", str(tmp_path), "--name", OFFICER.name]
    done = CliRunner().invoke(command, [*words, "--password-file", str(tmp_path / "password")])
    assert isinstance(done.exception, LinkError)
    assert "keeper is not running" in str(done.exception)


def test_nobody_types_a_password_for_a_keeper_that_is_absent(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["list", "--data", str(tmp_path), "--name", OFFICER.name])
    assert isinstance(done.exception, LinkError)
    assert "Password" not in done.output


def test_without_a_terminal_a_password_is_wanted_from_a_file(served: Served) -> None:
    words = ["recordings", "list", "--data", str(served.data), "--name", OFFICER.name]
    process = [sys.executable, "-m", "appliance", *words]
    done = subprocess.run(
        process, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert "--password-file" in done.stderr
    assert "Warning" not in done.stderr


def test_a_certificate_says_in_words_what_may_remain(served: Served) -> None:
    rid = next(iter(served.sounds))
    served.run("export", rid, "--out", str(served.data / "copy.wav"))
    done = served.run("erase", rid, "--ground", "unlawful", "--reason", "Nagrano bez podstawy")
    assert "may remain: Files that were handed over before" in done.output
    assert "may remain: The memory card" in done.output


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("bus", "kind"), [("simulated", "simulated"), ("virtual", "virtual"), ("usb", "")]
)
def test_list_and_show_say_first_what_was_no_telephone_line(
    office: Office, monkeypatch: pytest.MonkeyPatch, bus: Any, kind: Any, language: str
) -> None:
    monkeypatch.setattr(samples, "RULE", samples.rule_of(bus))
    monkeypatch.setenv("LC_ALL", language)
    listed, shown = told(office)
    sentences = [unreal_sentence(each, language) for each in UNREAL_SENTENCES]
    for printed in (listed, shown):
        found = [line for line in printed.splitlines() if line in sentences]
        assert found == ([unreal_sentence(kind, language)] if kind else [])
        assert not kind or printed.splitlines()[0] == found[0]
    badges = [unreal_badge(each, language) for each in UNREAL_SENTENCES]
    (row,) = [line for line in listed.splitlines() if "Reception" in line]
    assert [badge for badge in badges if f"  {badge}  " in row] == (
        [unreal_badge(kind, language)] if kind else []
    )

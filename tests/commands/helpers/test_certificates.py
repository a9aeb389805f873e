"""``zgoda verify-proof`` says one true sentence of any certificate, without the box."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_verify_proof import verify
from tests.vectors.certificates import VECTORS, certificate, file
from tests.vectors.proofs import OURS, STRANGER

KNOWN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))


def kept(folder: Path, name: str) -> Path:
    """Write a vector where the command finds it."""
    path = folder / "erased.certificate.jsonl"
    path.write_bytes(b64decode(KNOWN["vectors"][name]["file"]))
    return path


def test_it_tells_what_is_certified_and_what_came_later(tmp_path: Path) -> None:
    path = kept(tmp_path, "supplements")
    code, said = verify(path, "--fingerprint", OURS.fingerprint)
    assert code == 0
    assert said.splitlines()[:2] == [
        "No witness outside the device.",
        f"{path}: It is whole, and the device of this fingerprint signed it.",
    ]
    assert said.splitlines()[-1] == (
        f"{path}: erased on 2026-09-22 18:01:00 UTC, by the device’s own clock alone."
    )
    for told in (
        "controller  Kancelaria Żółć, ul. Prosta 1, Warszawa",
        "ordered     2026-09-22 18:00:00 UTC, wanted by the person concerned",
        "erased      2026-09-22 18:01:00 UTC",
        "call        2026-09-04, 4 min, line Reception: ",
        "not erased  one call, which is on hold: legal claims, review on 2027-03-23",
        "level       E1\n",
        "made for    the person concerned, or somebody else outside the office",
        "may hold it A backup on a USB stick ",
        "last copy of 2026-09-21: to be made anew by 2026-09-22.",
        "it holds the recording until the office makes it anew.",
        "known since 2026-09-23, backup ",
        ": made anew without the recording",
        ": destroyed, as the office says",
        "not shown   what a law keeps back, people of the office, copies of others",
    ):
        assert told in said


def test_the_office_reads_the_line_of_its_log(tmp_path: Path) -> None:
    code, said = verify(kept(tmp_path, "office"), "--fingerprint", OURS.fingerprint)
    assert code == 0
    for told in (
        "level       E1, keyring generation 7",
        '"type":"erased"',
        "for    the office itself",
    ):
        assert told in said
    assert "not shown" not in said


def test_all_recordings_are_told_by_their_number(tmp_path: Path) -> None:
    code, said = verify(kept(tmp_path, "everything"), "--fingerprint", OURS.fingerprint)
    assert code == 0
    assert "recordings  all of this device: 1234" in said


@pytest.mark.parametrize("name", [n for n, v in KNOWN["vectors"].items() if v["failure"]])
def test_what_is_no_certificate_of_this_box_is_refused_in_a_sentence(
    tmp_path: Path, name: str
) -> None:
    code, said = verify(kept(tmp_path, name), "--fingerprint", OURS.fingerprint)
    assert code == 1
    assert said.strip().endswith(".")
    assert len(said.strip().splitlines()) == 1


def test_without_a_fingerprint_it_is_printed_to_be_compared(tmp_path: Path) -> None:
    code, said = verify(kept(tmp_path, "signed_by_stranger"))
    assert code == 0
    assert STRANGER.fingerprint[:8] in said


def test_a_program_gets_all_of_it(tmp_path: Path) -> None:
    code, said = verify(kept(tmp_path, "supplements"), "--json")
    told = json.loads(said)
    assert (code, told["well"], told["outcome"]) == (0, True, "whole")
    assert told["certificate"]["calls"][0]["minutes"] == 4
    assert [one["state"] for one in told["supplements"]] == ["made_anew", "done", "destroyed"]
    code, said = verify(kept(tmp_path, "supplement_left_out"), "--json")
    assert (code, json.loads(said)["outcome"]) == (1, "mixed")


def test_what_a_certificate_says_does_not_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "odd.certificate.jsonl"
    path.write_bytes(file(certificate(controller="\x1b]0;owned\x07\u202e")))
    _, said = verify(path)
    assert not {"\x1b", "\x07", "\u202e"} & set(said)


def test_a_sound_beside_a_certificate_alone_is_no_copy_of_it(tmp_path: Path) -> None:
    path, sound = kept(tmp_path, "office"), tmp_path / "call.wav"
    sound.write_bytes(b"RIFF of a call")
    for option in ("--sound", "--recording"):
        code, said = verify(path, option, str(sound))
        assert (code, said.count("\n")) == (1, 1)
        assert str(sound) in said
        code, told = verify(path, option, str(sound), "--json")
        assert (code, json.loads(told)["outcome"]) == (1, "other_file")

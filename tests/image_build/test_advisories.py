"""A release's parts are compared with published holes; in doubt it is kept back."""

import json
import os
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from advisories.__main__ import main
from advisories.answers import Answer, read_answers
from advisories.parts import DEBIAN, PYPI, AuditError, Part, read_parts
from advisories.published import read_published
from advisories.versions import debian, python

from tests.repository.test_layout import ROOT

TODAY = date(2026, 3, 2)
CLICK = Part(PYPI, "click", "8.1.0")
GLIBC = Part(DEBIAN, "glibc", "2.41-12")
LIST: Sequence[Mapping[str, Any]] = [
    {"name": "zgoda", "version": "0.1.0"},
    {"name": "click", "purl": "pkg:pypi/click@8.1.0"},
    {"name": "libc6", "purl": "pkg:deb/debian/libc6@2.41-12?arch=arm64&upstream=glibc%402.41-12"},
]


def hole(part: Part, *events: Mapping[str, str], name: str = "X-1", **more: object) -> Any:
    """Return a document as osv.dev hands it out."""
    package = {"ecosystem": part.ecosystem, "name": part.name}
    affected = {"package": package, "ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}
    return {"id": name, "modified": "2026-03-01T10:00:00Z", "affected": [affected], **more}


def packed(file: Path, *documents: object) -> None:
    with zipfile.ZipFile(file, "w") as opened:
        for number, each in enumerate(documents):
            opened.writestr(f"{number}.json", json.dumps(each))


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A list of two parts, and what is published: nothing about them."""
    listed = {"bomFormat": "CycloneDX", "components": LIST}
    (tmp_path / "list").write_text(json.dumps(listed))
    (tmp_path / "answers").write_text("")
    for name, part in (("PyPI", CLICK), ("Debian", GLIBC)):
        packed(tmp_path / f"{name}.zip", hole(Part(part.ecosystem, "another", "1"), {}))
    return tmp_path


def audited(room: Path, today: date = TODAY) -> int:
    return main([str(room / "list"), str(room / "answers"), str(room)], today)


def test_without_a_hole_a_release_may_be_made(
    room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(room) == 0
    assert capsys.readouterr().out == (
        "2 parts, 0 holes published: 0 keep a release back, 0 wait for Debian.\n"
    )


FROM_0, FROM_8, TO_8 = {"introduced": "0"}, {"introduced": "8.0"}, {"fixed": "8.0"}
HISTORIES: Sequence[tuple[Sequence[Mapping[str, str]], bool]] = [
    ([FROM_0], True),
    ([FROM_0, {"fixed": "8.1.1"}], True),
    ([FROM_0, {"fixed": "8.1.0"}], False),
    ([FROM_0, {"fixed": "8.1.0rc1"}], False),
    ([FROM_0, {"fixed": "8.10"}], True),  # not by letters
    ([FROM_0, TO_8], False),
    ([FROM_0, TO_8, {"introduced": "8.1"}], True),
    ([{"introduced": "8.1"}, FROM_0, TO_8], True),  # in any order
    ([FROM_8, {"last_affected": "8.1.0"}], True),
    ([FROM_8, {"last_affected": "8.0.9"}], False),
    ([{"introduced": "8.2"}], False),
    ([FROM_0, {"fixed": "soon"}], True),  # nobody can tell
]


@pytest.mark.parametrize(("events", "has"), HISTORIES)
def test_a_hole_is_told_by_its_history(
    room: Path, events: Sequence[Mapping[str, str]], has: bool
) -> None:
    packed(room / "PyPI.zip", hole(CLICK, *events))
    assert audited(room) == int(has)


def test_a_hole_is_told_by_its_list_of_versions(room: Path) -> None:
    named = {"package": {"ecosystem": PYPI, "name": "Click"}, "versions": ["8.0", "8.1.0"]}
    packed(room / "PyPI.zip", {**hole(CLICK), "affected": [named]})
    assert audited(room) == 1


def test_one_that_says_nothing_of_versions_is_one(room: Path) -> None:
    named = {"package": {"ecosystem": PYPI, "name": "click"}, "ranges": [{"type": "GIT"}]}
    packed(room / "PyPI.zip", {**hole(CLICK), "affected": [named]})
    assert audited(room) == 1


def test_one_that_was_withdrawn_is_none(room: Path) -> None:
    packed(room / "PyPI.zip", hole(CLICK, FROM_0, withdrawn="2026-02-01T00:00:00Z"))
    assert audited(room) == 0


def test_debians_holes_count_once_debian_has_mended_them(
    room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed(room / "Debian.zip", hole(GLIBC, FROM_0))
    assert audited(room) == 0
    assert "0 keep a release back, 1 wait for Debian" in capsys.readouterr().out

    packed(room / "Debian.zip", hole(GLIBC, FROM_0, {"fixed": "2.41-12+deb13u1"}))
    assert audited(room) == 1
    assert "X-1: glibc 2.41-12; mended in 2.41-12+deb13u1\n" in capsys.readouterr().out


def test_another_debians_hole_is_not_ours(room: Path) -> None:
    other = Part("Debian:12", "glibc", "2.41-12")
    packed(room / "Debian.zip", hole(other, FROM_0, {"fixed": "2.99"}))
    assert audited(room) == 0


# -- what was answered ---------------------------------------------------------------------------

ANSWER = """
[[answer]]
id = "X-1"
known = {known}
until = {until}
reachable = {reachable}
why = "{why}"
"""


def answer(room: Path, days: int = 90, reachable: str = "true", **more: str) -> None:
    said = {"known": str(TODAY), "until": str(TODAY + timedelta(days=days)), **more}
    said = {"why": "No caller reaches that parser.", "reachable": reachable, **said}
    (room / "answers").write_text(ANSWER.format(**said))


def test_an_answer_holds_for_as_long_as_is_promised_and_no_longer(room: Path) -> None:
    later = f"{TODAY + timedelta(days=89)}T00:00:00Z"
    packed(room / "PyPI.zip", hole(CLICK, FROM_0, modified=later))
    packed(room / "Debian.zip", hole(GLIBC, {"introduced": "3"}, modified=later))
    answer(room)

    assert audited(room, TODAY + timedelta(days=90)) == 0
    assert audited(room, TODAY + timedelta(days=91)) == 1


def test_an_answer_to_what_is_gone_has_to_go(room: Path) -> None:
    answer(room)
    assert audited(room) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"days": 91},
        {"days": 367, "reachable": "false"},
        {"days": -1},
        {"why": "later"},
        {"reachable": '"no"'},
        {"until": '"for ever"'},
        {"known": "2026-13-01"},
    ],
)
def test_an_answer_without_a_reason_or_an_end_is_none(room: Path, more: Mapping[str, Any]) -> None:
    answer(room, **more)
    assert audited(room) == 2


def test_the_answers_of_this_work_tree_can_be_read() -> None:
    answers = read_answers(ROOT / "image-build" / "advisories.toml")
    assert all(isinstance(each, Answer) for each in answers.values())


# -- what cannot be told -------------------------------------------------------------------------


@pytest.mark.parametrize("days", [8, 400, -3])
def test_what_is_old_or_of_tomorrow_tells_nothing(room: Path, days: int) -> None:
    assert audited(room, date(2026, 3, 1) + timedelta(days=days)) == 2


@pytest.mark.parametrize("name", ["PyPI.zip", "Debian.zip"])
@pytest.mark.parametrize("content", [None, b"", b"<html>", b"PK\5\6" + b"\0" * 18])
def test_a_file_that_is_missing_damaged_or_empty_tells_nothing(
    room: Path, name: str, content: bytes | None
) -> None:
    (room / name).unlink()
    if content is not None:
        (room / name).write_bytes(content)
    assert audited(room) == 2


@pytest.mark.parametrize(
    "document",
    [
        [],
        "x",
        {},
        {"id": "X", "modified": 7},
        {"id": "X", "modified": "2026-03-01", "affected": 7},
        {"id": "X", "modified": "2026-03-01", "affected": [7]},
        {
            **hole(CLICK),
            "affected": [{"package": {"ecosystem": PYPI, "name": "click"}, "ranges": [{}]}],
        },
    ],
)
def test_a_document_that_is_none_is_told(room: Path, document: object) -> None:
    packed(room / "PyPI.zip", hole(CLICK, TO_8), document)
    assert audited(room) == 2


@pytest.mark.parametrize(
    "components",
    [
        [],
        [{"name": "zgoda"}],
        [{"name": "libc6", "purl": "pkg:deb/debian/libc6@2.41-12?arch=arm64"}],
        [{"name": "x"}],
        [{"name": "x", "purl": "pkg:pypi/x"}],
        [7],
    ],
)
def test_a_part_whose_holes_nobody_could_look_up_is_told(room: Path, components: object) -> None:
    listed = {"bomFormat": "CycloneDX", "components": components}
    (room / "list").write_text(json.dumps(listed))
    assert audited(room) == 2


def test_a_part_in_two_versions_is_told(room: Path) -> None:
    with pytest.raises(AuditError, match="two versions"):
        read_published(room, frozenset({CLICK, Part(PYPI, "click", "8.1.1")}))


def test_a_list_is_read_as_it_is(room: Path) -> None:
    assert read_parts(room / "list") == {CLICK, GLIBC}


def test_what_is_published_does_not_steer_the_terminal(
    room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed(room / "PyPI.zip", hole(CLICK, FROM_0, name="X\x1b[2J-1\n"))
    assert audited(room) == 1
    assert "\x1b" not in capsys.readouterr().out


# -- versions ------------------------------------------------------------------------------------

DEBIANS = [
    *("1.0~~", "1.0~rc1-1", "1.0-1~bpo1", "1.0-1", "1.0-1+b1", "1.0+dfsg-1", "1.0.1-1", "1.2-1"),
    *("1.10-1", "2.41-12", "2.41-12+deb13u1", "2025.01-3+deb13u1", "1:0.1-1"),
]
"""In their order, as dpkg says."""


@pytest.mark.parametrize("number", range(len(DEBIANS)))
def test_debians_versions_are_ordered_as_dpkg_orders_them(number: int) -> None:
    one = DEBIANS[number]
    for other in DEBIANS:
        done = subprocess.run(["dpkg", "--compare-versions", one, "lt", other], check=False)
        assert (debian(one) < debian(other)) is (done.returncode == 0), (one, other)
    assert all(debian(one) < debian(later) for later in DEBIANS[number + 1 :])


@pytest.mark.parametrize(("order", "version"), [(debian, "1 2"), (debian, "1_2"), (python, "soon")])
def test_what_is_no_version_is_told(order: Any, version: str) -> None:
    with pytest.raises(ValueError, match=version):
        order(version)


# -- the command ---------------------------------------------------------------------------------


def test_the_script_fetches_both_files_and_ends_with_the_worst(room: Path) -> None:
    day = f"{date.today()}T00:00:00Z"
    for name, part in (("PyPI", CLICK), ("Debian", GLIBC)):
        (room / name).mkdir()
        packed(room / name / "all.zip", hole(part, FROM_0, modified=day))
    kept = room / "kept"
    script = [str(ROOT / "image-build" / "audit"), str(room / "list")]
    environment = {**os.environ, "ADVISORIES": f"file://{room}", "ADVISORIES_KEPT": str(kept)}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(script, check=False, capture_output=True, text=True, env=environment)

    done = run()
    assert (done.returncode, done.stderr) == (1, "")
    assert "X-1: click 8.1.0; no remedy is known" in done.stdout
    assert {path.name for path in kept.iterdir()} == {"PyPI.zip", "Debian.zip"}

    (room / "Debian" / "all.zip").unlink()
    assert run().returncode == 2

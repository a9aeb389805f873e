"""A release runs its steps in their order, and ends at the first that fails."""

import hashlib
import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest
from release.__main__ import main
from release.acts import StepFailed, sums, wheels
from release.steps import steps

from tests.image_build.release.trees import ROOT, Tree, git, new_tree
from tests.image_build.test_repository import new_key

TARGETS = [
    *("test", "test-root", "image-test", "image", "bundle", "audit"),
    *("deb", "deb", "deb-lint", "repository"),
]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    made = new_tree(tmp_path)
    made_key = new_key(tmp_path, "packages")
    (made.beside / "packages.asc").write_bytes(made_key.read_bytes())
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/sudo").write_text('#!/bin/sh\nexec "$@"\n')
    (tmp_path / "bin/sudo").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798675200")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Anna")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "anna@example.org")
    return made


def make(tree: Tree, *more: str) -> int:
    words = ["--version", "0.1.0", "--key", tree.asked.key, "--sign", " ".join(tree.asked.sign)]
    return main(["make", *words, *more], tree.path)


def log(tree: Tree) -> list[str]:
    path = tree.path / "log"
    return path.read_text().splitlines() if path.exists() else []


def test_each_target_that_it_makes_is_there(tree: Tree) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    asked = tree.asks(everything=True)
    made = [step.command for step in steps(asked, root=True) if step.command[0] == "make"]

    assert [words[1] for words in made] == ["faults", "vm-test", *TARGETS]
    for words in made:
        assert re.search(rf"^{words[1]}:", makefile, re.MULTILINE), words


def test_whoever_is_not_root_is_asked_for_it_where_it_is_needed(tree: Tree) -> None:
    asked = tree.asks(everything=True)
    lines = [str(step) for step in steps(asked, root=False)]

    assert [line for line in lines if "sudo" in line] == ["sudo make faults", "sudo make test-root"]


def test_a_plan_says_the_steps_and_does_none(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(tree, "--plan", "--run", "all") == 0

    said = capsys.readouterr()
    assert len(said.out.splitlines()) == len(list(steps(tree.asks(everything=True))))
    assert "make repository KEY=" in said.out
    assert said.err == ""
    assert log(tree) == []


def test_all_of_it_is_made_signed_and_told(tree: Tree, capfd: pytest.CaptureFixture[str]) -> None:
    assert make(tree) == 0

    lines = log(tree)
    assert [line.split()[0] for line in lines] == TARGETS
    assert next(line for line in lines if "KEYRING=ca.pem" in line).startswith("image ")
    assert "KEYRING= " in lines[2], "cards are tested with the key for development"
    assert "SIGN=3" in lines[4]
    assert "WITH= " in lines[6]
    assert "WITH=--architecture arm64 --wheels build/release/wheels" in lines[7]
    assert "KEY=packages.asc" in lines[9]
    built = {path.name for path in (tree.path / "build/release/wheels").iterdir()}
    assert built == {"pyaudio-1-cp313-linux_aarch64.whl", "zgoda-0.1.0-py3-none-any.whl"}

    text = (tree.path / "CHANGELOG.md").read_text()
    assert "## [0.1.0] – 2026-12-31" in text
    assert (tree.path / "dist/zgoda-0.1.0-notes.md").read_text() in text
    assert [path.name for path in (tree.path / "changes").iterdir()] == ["README.md"]
    assert git(tree.path, "status", "--porcelain") == ""
    assert git(tree.path, "log", "-1", "--format=%s") == "release: 0.1.0"
    assert git(tree.path, "tag") == ""
    signed(tree)
    head = git(tree.path, "rev-parse", "HEAD")
    assert f"git tag --sign v0.1.0 {head}" in capfd.readouterr().out


def signed(tree: Tree) -> None:
    """See that every file of dist/ stands in a list that the key has signed."""
    dist = tree.path / "dist"
    rows = [line.split("  ") for line in (dist / "SHA256SUMS").read_text().splitlines()]
    told = {name: digest for digest, name in rows}
    there = {path.name: path.read_bytes() for path in dist.iterdir()}
    del there["SHA256SUMS"], there["SHA256SUMS.asc"]
    assert told == {name: hashlib.sha256(content).hexdigest() for name, content in there.items()}
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        gpg = ["gpg", "--homedir", home, "--batch", "--quiet"]
        subprocess.run([*gpg, "--import", tree.asked.key], check=True, capture_output=True)
        names = [str(dist / "SHA256SUMS.asc"), str(dist / "SHA256SUMS")]
        subprocess.run([*gpg, "--verify", *names], check=True, capture_output=True)
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=True)


def test_the_long_suites_run_first_and_their_tables_are_committed(tree: Tree) -> None:
    tree.commit("appliance/more.py", "more\n")
    assert make(tree, "--run", "all") == 0

    assert [line.split()[0] for line in log(tree)] == ["faults", "vm-test", *TARGETS]
    assert git(tree.path, "status", "--porcelain") == ""
    subject, changed = "docs: the tables of the long suites, run anew", "--name-only"
    told = git(tree.path, "show", changed, "--format=%s", "HEAD~1").split("\n")
    assert told == [subject, "", "docs/faults.md", "docs/vm-test.md"]


@pytest.mark.parametrize("target", ["test", "image-test", "bundle", "repository"])
def test_it_ends_at_the_first_step_that_fails(
    tree: Tree, target: str, capfd: pytest.CaptureFixture[str]
) -> None:
    tree.commit(f"fails-{target}", "")
    assert make(tree) == 1

    assert [line.split()[0] for line in log(tree)] == TARGETS[: TARGETS.index(target) + 1]
    assert "The release ended at: " in capfd.readouterr().err
    assert not (tree.path / "dist/SHA256SUMS").exists()


def test_a_key_that_signs_nothing_is_told(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "none").touch()

    with pytest.raises(StepFailed, match="does not sign"):
        sums(tmp_path / "dist", tmp_path / "none")


def test_a_stage_without_its_wheel_is_told(tree: Tree) -> None:
    (tree.path / "image-build/build").write_text("#!/bin/sh\nmkdir -p none\necho none\n")

    with pytest.raises(StepFailed, match="python holds 0"):
        wheels(tree.path, tree.path / "build/wheels")

"""A run of all tests leaves the working copy as it was, or fails and says what it left."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / "run"
PYTEST = """#!/bin/bash
[[ $* != *test_owner* ]] || {does}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A working copy with a change that is not in git yet."""
    folder = tmp_path / "checkout"
    (folder / "tests").mkdir(parents=True)
    (folder / ".venv/bin").mkdir(parents=True)
    shutil.copy(RUN, folder / "tests/run")
    (folder / ".gitignore").write_text(".venv\nbuild\n")
    (folder / "page.md").write_text("one")
    git = ["git", "-c", "user.name=Ewa", "-c", "user.email=ewa@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "All"]):
        subprocess.run([*git, *words], cwd=folder, check=True)
    (folder / "begun.md").write_text("not in git yet")
    return folder


def run(checkout: Path, does: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run all tests, of which one kind does something."""
    (checkout / ".venv/bin/pytest").write_text(PYTEST.format(does=does))
    (checkout / ".venv/bin/pytest").chmod(0o755)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        [str(checkout / "tests/run"), *words],
        env=plain, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("does", ["true", "{ mkdir -p build; touch build/made; }"])
def test_nothing_left_passes(checkout: Path, does: str) -> None:
    done = run(checkout, does)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("does", "left"),
    [
        ("touch left", "?? left"),
        ("echo two >page.md", " M page.md"),
        ("rm -f page.md", " D page.md"),
    ],
)
def test_what_is_left_fails_and_is_named(checkout: Path, does: str, left: str) -> None:
    done = run(checkout, does)

    assert done.returncode == 1
    assert done.stderr == f"tests/run: a test left this in the working copy:\n{left}\n"


def test_a_failed_test_stays_the_reason(checkout: Path) -> None:
    done = run(checkout, "{ echo 'what failed'; touch left; exit 1; }")

    assert done.returncode == 1
    assert "what failed" in done.stdout
    assert "?? left" in done.stderr
    for kept in re.findall(r"has left its files in (/dev/shm/.*)\.", done.stderr):
        shutil.rmtree(kept)


def test_a_copy_without_git_is_tested_too(checkout: Path) -> None:
    shutil.rmtree(checkout / ".git")

    assert run(checkout, "touch left").returncode == 0

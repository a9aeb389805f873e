"""The quick run says what it ran, what was slow, and what to take out if it took too long."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / "quick"
FOLDERS = re.findall(r"^    (tests/\S+)$", RUN.read_text("utf-8"), re.MULTILINE)
SLOW = """
3.00s call     tests/config/test_a.py::test_one
0.50s setup    tests/signals/test_b.py::test_two[x]
9.00s call     tests/call/test_c.py::test_three
4.00s teardown tests/config/drivers/test_d.py::test_four
2.00s call     tests/config/test_e.py::test_five
5.00s call     tests/config/test_f.py::test_six
1500 passed, 3 deselected in 20.05s
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A working copy on a branch of its own: two changed files in Python, one of them committed."""
    folder = tmp_path / "checkout"
    for name in ("tests", "web", ".venv/bin"):
        (folder / name).mkdir(parents=True)
    shutil.copy(RUN, folder / "tests/quick")
    (folder / ".gitignore").write_text(".venv\n")
    (folder / "web/same.py").touch()
    (folder / "web/changed.py").touch()
    git = ["git", "-c", "user.name=Ewa", "-c", "user.email=ewa@example.org"]
    for words in (
        ["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "All"],
        ["checkout", "-q", "-b", "mine"],
    ):  # fmt: skip
        subprocess.run([*git, *words], cwd=folder, check=True)
    (folder / "web/changed.py").write_text("1\n")
    subprocess.run([*git, "commit", "-q", "-a", "-m", "One"], cwd=folder, check=True)
    (folder / "web/new.py").write_text("2\n")
    (folder / "web/new.css").write_text("a {}\n")
    return folder


@pytest.fixture
def run(checkout: Path) -> Run:
    """Run it with stand-ins, which answer with a text and a status each."""

    def run(seconds: int = 60, **answers: tuple[str, int]) -> subprocess.CompletedProcess[str]:
        for name, usual in {"pytest": (SLOW, 0), "ruff": ("", 0), "lint-imports": ("", 0)}.items():
            text, status = answers.get(name, usual)
            program = checkout / ".venv/bin" / name
            (program.parent / f"{name}.txt").write_text(text)
            program.write_text(f'#!/bin/bash\necho "$*" >>"$0.told"\ncat "$0.txt"; exit {status}\n')
            program.chmod(0o755)
        plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(
            [str(checkout / "tests/quick")],
            env=plain | {"ZGODA_QUICK_SECONDS": str(seconds)},
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    return run


def test_its_folders_are_there() -> None:
    assert len(FOLDERS) > 8
    assert [name for name in FOLDERS if not (RUN.parents[1] / name).is_dir()] == []


def test_it_says_how_much_it_ran_and_what_was_slowest(run: Run) -> None:
    done = run()

    assert (done.returncode, done.stderr) == (0, "")
    *slowest, said = done.stdout.splitlines()
    assert [line.split("s ")[0] for line in slowest] == ["9.00", "9.00", "5.00", "5.00", "4.00"]
    assert re.fullmatch(r"3000 tests in \d+ s, 2 changed files linted", said)


def test_it_lints_what_was_changed_and_the_contracts(run: Run, checkout: Path) -> None:
    run()

    told = (checkout / ".venv/bin/ruff.told").read_text().splitlines()
    files = "-- web/changed.py web/new.py"
    assert told == [f"format --check {files}", f"check {files}"]
    assert (checkout / ".venv/bin/lint-imports.told").exists()


@pytest.mark.parametrize("name", ["pytest", "ruff", "lint-imports"])
def test_whatever_fails_is_told(run: Run, name: str) -> None:
    done = run(**{name: (f"what went wrong\n{SLOW if name == 'pytest' else ''}", 1)})

    assert done.returncode == 1
    assert "what went wrong" in done.stdout


def test_few_tests_are_no_answer(run: Run) -> None:
    done = run(pytest=(SLOW.replace("1500", "1249"), 0))

    assert done.returncode == 1
    assert done.stderr == "tests/quick: fewer than 2500 tests are no answer\n"


def test_failed_tests_are_counted_too(run: Run) -> None:
    done = run(pytest=(SLOW.replace("1500 passed", "1 failed, 1499 passed"), 1))

    assert "3000 tests in" in done.stdout


def test_where_it_takes_long_it_names_the_folder(run: Run) -> None:
    done = run(seconds=-1)

    assert done.returncode == 0
    assert done.stderr == (
        "tests/quick: it took more than -1 s; tests/config has 28 s of them:"
        " take it out, or mend it\n"
    )

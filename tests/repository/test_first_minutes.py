"""A newcomer's first minutes: what README and ``make run`` say before anything is there."""

import os
import re
import subprocess
from importlib.metadata import distributions
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def recipes(*arguments: str) -> str:
    """Return what make would do where nothing is set up yet; it does none of it."""
    command = ["make", "--dry-run", "--no-print-directory", "VENV=build/no-such-venv", *arguments]
    # A make that runs these tests tells its own arguments to any other.
    plain = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    return subprocess.run(
        command, cwd=REPOSITORY, env=plain, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_make_run_says_that_it_sets_up_and_for_how_long() -> None:
    lines = recipes("run").replace("\\\n", "").splitlines()
    told = next(at for at, line in enumerate(lines) if "this takes about a minute" in line)
    installs = [at for at, line in enumerate(lines) if "pip install" in line]
    assert installs
    assert told < min(installs), "it is said before it takes long"
    assert "Collecting" in lines[installs[0]], "what is fetched is named as it comes"
    assert all("--quiet" in lines[at] for at in installs[1:])


def test_make_run_installs_no_tools_of_developers() -> None:
    assert "requirements-dev.lock" not in recipes("run")
    assert "requirements-dev.lock" in recipes("lint")


def test_make_run_takes_a_port_and_a_folder() -> None:
    assert "zgoda run --data elsewhere --port 8471" in recipes("run", "PORT=8471", "DATA=elsewhere")
    assert recipes("run").rstrip().endswith("zgoda run --data data")


def test_the_readme_begins_with_getting_the_code() -> None:
    text = (REPOSITORY / "README.md").read_text("utf-8")
    assert text.index("git clone ") < text.index("make run")
    assert "make run PORT=8471 DATA=elsewhere" in text


def test_make_run_takes_less_than_250_mb_of_the_disk() -> None:
    """What the lock files of `make run` name, as it is installed here, and pip itself."""
    wanted = {"pip"}
    for lock in ("requirements.lock", "requirements-build.lock"):
        wanted |= set(re.findall(r"^([\w.-]+)", (REPOSITORY / lock).read_text("utf-8"), re.M))
    found = [each for each in distributions() if each.name.lower() in wanted]
    files = {Path(str(each.locate_file(file))) for each in found for file in each.files or ()}
    taken = sum(path.stat().st_blocks * 512 for path in files if path.is_file())

    assert len(found) > 20
    assert 100e6 < taken < 250e6
    assert "240 MB" in recipes("run")

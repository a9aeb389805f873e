"""A release's list of parts names everything that is installed, or there is no list."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
INSTALLED = [
    {"name": "Flask", "version": "3.1.2"},
    {"name": "flask_babel", "version": "4.0.0"},
    {"name": "zope.interface", "version": "8.0"},
]
LISTED = [
    {"type": "library", "name": "flask", "version": "3.1.2"},
    {"type": "library", "name": "Flask-Babel", "version": "4.0.0"},
    {"type": "library", "name": "zope-interface", "version": "8.0"},
    {"type": "library", "name": "more-than-installed", "version": "1"},
]


def compared(folder: Path, listed: list[dict[str, str]]) -> "subprocess.CompletedProcess[str]":
    """Compare as ``image-build/sbom`` does, which would install a whole release first."""
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": listed}
    (folder / "list").write_text(json.dumps(document), "utf-8")
    (folder / "installed").write_text(json.dumps(INSTALLED), "utf-8")
    return subprocess.run(
        [sys.executable, "image-build/compare_parts.py", folder / "list", folder / "installed"],
        check=False, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip


def test_names_are_compared_in_one_spelling(tmp_path: Path) -> None:
    done = compared(tmp_path, LISTED)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("4 parts")


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (LISTED[1:], "('flask', '3.1.2')"),
        ([{**LISTED[0], "version": "3.1.1"}, *LISTED[1:]], "('flask', '3.1.2')"),
        ([], "('zope-interface', '8.0')"),
    ],
    ids=["one is missing", "another version", "nothing is listed"],
)
def test_what_is_installed_and_not_listed_is_named(
    tmp_path: Path, listed: list[dict[str, str]], said: str
) -> None:
    done = compared(tmp_path, listed)

    assert done.returncode == 1
    assert done.stderr.startswith("image-build/sbom: not in the list: [")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_script_compares_before_it_keeps_the_list() -> None:
    lines = (ROOT / "image-build/sbom").read_text("utf-8").splitlines()

    (compares,) = (at for at, line in enumerate(lines) if "compare_parts.py" in line)
    (keeps,) = (at for at, line in enumerate(lines) if line.startswith("mv "))
    assert "set -euo pipefail" in lines
    assert compares < keeps

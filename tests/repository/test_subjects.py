"""Check that a subject has one word, and that the tests' folders mirror the product's."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUESTS = ROOT / "appliance/link/requests"
TOLD = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("these exceptions:")[2]
NAMED = ["appliance/keeper/handlers", "appliance/keeper/subjects", "appliance/recorder/handlers"]
NAMED += ["web/pages"]
NAMED += ["web/pages/one_call", "web/pages/outside", "appliance/commands"]


def modules(folder: Path) -> set[str]:
    """Return the names of a folder's modules and packages."""
    return {
        path.stem
        for path in folder.iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }


ROOMS = {"processes", "outside", "papers"}
"""The rooms of the requests: among processes, what leaves the box, and papers."""


def folders(root: Path, below: Path) -> Iterator[str]:
    for path in sorted(below.rglob("*")):
        if path.is_dir() and path.name != "__pycache__" and any(path.glob("*.py")):
            yield str(path.relative_to(root))


def exceptions(where: str) -> set[str]:
    """Return the names that CONTRIBUTING lets stand in a place."""
    (row,) = re.findall(rf"^\| `{re.escape(where)}` \| (.+?) \|", TOLD, re.M)
    return set(re.findall(r"`([\w/]+)`", row))


@pytest.mark.parametrize("where", NAMED)
def test_a_subject_has_the_word_of_its_requests(where: str) -> None:
    subjects = modules(REQUESTS) - ROOMS
    subjects |= {subject for room in ROOMS for subject in modules(REQUESTS / room)}
    others = modules(ROOT / where) - subjects

    assert others == (exceptions(where) if f"| `{where}` |" in TOLD else set())


@pytest.mark.parametrize("where", [*NAMED, "appliance/link/requests"])
def test_a_subject_has_tests_of_its_name(where: str) -> None:
    named = {path.stem.removeprefix("test_") for path in (ROOT / "tests").rglob("test_*.py")}
    named |= {Path(folder).name for folder in folders(ROOT, ROOT / "tests")}

    assert modules(ROOT / where) - named - {"one_call"} - ROOMS == set()


def test_the_tests_folders_mirror_the_products() -> None:
    product = set(folders(ROOT / "appliance", ROOT / "appliance")) | set(folders(ROOT, ROOT))
    there = set(folders(ROOT / "tests", ROOT / "tests"))
    of_their_own = exceptions("tests")

    own = {each for each in there if each not in product and not _within(each, of_their_own)}
    assert own == set()
    assert {each for each in of_their_own if not (ROOT / "tests" / each).is_dir()} == set()


def _within(folder: str, others: set[str]) -> bool:
    return any(f"{folder}/".startswith(f"{other}/") for other in others)

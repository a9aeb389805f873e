"""A release gathers its changes, each a file of its own, into the changelog."""

from datetime import date
from pathlib import Path

import pytest
from release.changes import LONGEST, Change, UnfitError, gather, notes, read

DAY = date(2027, 3, 1)
LOG = "# Changelog\n\nWhat changes.\n\n## [0.1.0] – 2026-12-31\n\nThe first version.\n"


def test_changes_are_read_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("how\n")
    (tmp_path / "restore-erased.fixed.md").write_text("A wrong name is told.\n")
    (tmp_path / "home.added.md").write_text("Home says it.\n")

    assert read(tmp_path) == [
        Change("added", "Home says it."),
        Change("fixed", "A wrong name is told."),
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("home.new.md", "Home says it.\n", "KIND added, changed"),
        ("Home.added.md", "Home says it.\n", "NAME.KIND.md"),
        ("home.added.txt", "Home says it.\n", "NAME.KIND.md"),
        ("home.added.md", "", "one line"),
        ("home.added.md", "- Home says it.\n", "one line"),
        ("home.added.md", "# Home says it.\n", "one line"),
        ("home.added.md", "Home says it\n", "one line"),
        ("home.added.md", "Home says it.\nThe page, too.\n", "one line"),
        ("home.added.md", "Home says it.\n\n", "one line"),
        ("home.added.md", "H" * LONGEST + ".\n", f"{LONGEST} at most"),
    ],
)
def test_what_is_no_change_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(UnfitError, match=said) as refused:
        read(tmp_path)
    assert str(refused.value).startswith(f"{name}: ")


def test_the_longest_change_is_taken(tmp_path: Path) -> None:
    (tmp_path / "home.added.md").write_text("H" * (LONGEST - 1) + ".\n")

    assert len(read(tmp_path)[0].text) == LONGEST


def test_a_version_stands_above_the_older_ones_by_kind() -> None:
    changes = [Change("fixed", "One."), Change("added", "Two."), Change("fixed", "Three.")]

    assert gather(LOG, changes, "0.1.1", DAY) == LOG.replace(
        "## [0.1.0]",
        "## [0.1.1] – 2027-03-01\n\n### Added\n\n- Two.\n\n### Fixed\n\n- One.\n- Three.\n\n"
        "## [0.1.0]",
    )


def test_a_first_version_that_is_described_gets_its_day_alone() -> None:
    waiting = LOG.replace("2026-12-31", "unreleased")

    assert gather(waiting, [Change("fixed", "One.")], "0.1.0", date(2026, 12, 31)) == LOG


@pytest.mark.parametrize(
    ("changes", "version", "said"),
    [([Change("fixed", "One.")], "0.1.0", "has 0.1.0 already"), ([], "0.1.1", "holds nothing")],
)
def test_what_makes_no_release_is_refused(changes: list[Change], version: str, said: str) -> None:
    with pytest.raises(UnfitError, match=said):
        gather(LOG, changes, version, DAY)


def test_the_notes_are_what_the_changelog_says_of_a_version() -> None:
    both = gather(LOG, [Change("fixed", "One.")], "0.1.1", DAY)

    assert notes(both, "0.1.1") == "## [0.1.1] – 2027-03-01\n\n### Fixed\n\n- One.\n"
    assert notes(both, "0.1.0") == "## [0.1.0] – 2026-12-31\n\nThe first version.\n"
    with pytest.raises(UnfitError, match=r"nothing of 0\.2\.0"):
        notes(both, "0.2.0")

"""Test the support period: long enough, and one date in document and program."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from appliance.model.release import LINE, MODEL, SUPPORT_YEARS, SUPPORTED_UNTIL, VERSION

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"^## \[(\d+\.\d+)\.\d+\] – (\S+)$", re.MULTILINE)


def first_releases(changelog: str) -> Iterator[tuple[str, date]]:
    """Give each release line of a changelog that is out, with the day of its first version."""
    out = [(line, day) for line, day in HEADING.findall(changelog) if day != "unreleased"]
    for line in {line for line, _ in out}:
        yield line, min(date.fromisoformat(day) for each, day in out if each == line)


def too_short(changelog: str) -> list[str]:
    """Name the line of this program if it is supported for less than the years it is to have."""
    ends = SUPPORTED_UNTIL.year, SUPPORTED_UNTIL.month, SUPPORTED_UNTIL.day
    return [
        line
        for line, day in first_releases(changelog)
        if line == LINE and ends < (day.year + SUPPORT_YEARS, day.month, day.day)
    ]


def test_the_line_is_supported_for_five_years_from_its_first_release() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")

    assert HEADING.search(changelog)
    assert too_short(changelog) == []
    assert too_short(f"## [{LINE}.0] – 2026-12-31") == []


def test_a_first_release_that_comes_later_needs_a_later_day() -> None:
    assert too_short(f"## [{LINE}.1] – 2030-01-01\n## [{LINE}.0] – 2027-01-01") == [LINE]
    assert too_short(f"## [{LINE}.1] – 2030-01-01\n## [{LINE}.0] – 2026-12-24") == []


def test_security_md_says_the_same_day_line_and_model() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")

    day = f"{SUPPORTED_UNTIL.day} {SUPPORTED_UNTIL:%B %Y}"
    assert f"| {LINE} | {day} |" in text
    assert MODEL in text
    assert VERSION.startswith(LINE + ".")

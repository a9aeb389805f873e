"""Say of which product a table of the long suites is, and which tables are older than it."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from release.repository import git

PAGES = {"docs/faults.md": "sudo make faults", "docs/vm-test.md": "make vm-test"}
"""Each page with tables, and what writes them."""

PRODUCT = ("appliance", "web", "firmware-config", "systemd")

_HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
_RUN = re.compile(
    r"^(?:.* Run on \d\d \w+ \d{4}|\d{4}-\d\d-\d\d)(?:, commit ([0-9a-f]{12}))?(?P<rest>.*)$",
    re.MULTILINE,
)


def run_of(root: Path, day: str) -> str:
    """Return a day and the commit of a work tree, as they stand under a table."""
    try:
        changed = git(root, "status", "--porcelain", "--", *PRODUCT)
        commit = git(root, "rev-parse", "--short=12", "HEAD")
    except (OSError, subprocess.CalledProcessError):  # sources without git
        return day
    return f"{day}, commit {commit}{' and changes' if changed else ''}"


def old(root: Path) -> Iterator[str]:
    """Yield a sentence for each page of which a table does not show the product as it is."""
    for page, command in PAGES.items():
        text = (root / page).read_text("utf-8")
        runs = list(_RUN.finditer(text))
        if not runs:
            yield f"{page} holds no table with the day of its run."
        stale = list(dict.fromkeys(_heading(text, run) for run in runs if not _holds(root, run)))
        if stale:
            more = f" and {len(stale) - 1} more" if len(stale) > 1 else ""
            yield (
                f"{page}: the product has changed since the run of “{stale[0]}”{more}, or no "
                f"commit is named there. Run it again ({command}), or say RUN=all."
            )


def _holds(root: Path, run: re.Match[str]) -> bool:
    """Say whether the product is the one that a table was made with."""
    if run[1] is None or run["rest"] not in {"", "."}:
        return False
    try:
        return not git(root, "diff", "--name-only", run[1], "--", *PRODUCT)
    except subprocess.CalledProcessError:  # no such commit here
        return False


def _heading(text: str, run: re.Match[str]) -> str:
    above = [each[1] for each in _HEADING.finditer(text, 0, run.start())]
    return above[-1] if above else "the whole page"

"""Read from the specification what it says of each vector."""

import re
from pathlib import Path

FORMAT = Path(__file__).parents[2] / "docs" / "format.md"


def specified(heading: str) -> dict[str, str]:
    """Return vector -> the last column of its row, in the table below a heading of the format."""
    section = FORMAT.read_text("utf-8").split(f"{heading}\n")[1].split("\n## ")[0]
    _, _, table = section.partition("| Vector |")
    rows = [row.split("|") for row in table.splitlines() if row.startswith("| `")]
    return {name: row[3].strip(" `") for row in rows for name in re.findall(r"`(\w+)`", row[1])}

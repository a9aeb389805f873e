"""No page, command, doctor or keeper asks for a driver by its name."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from appliance.config.drivers.known import BY_NAME
from tests.repository.trees import parsed

ROOT = Path(__file__).parents[2]
FOLDERS = ("appliance/recorder", "appliance/keeper", "appliance/model", "appliance/commands", "web")

OTHER_THINGS = {
    "appliance/commands/main.py": 1,  # a command
    "appliance/keeper/mail/words.py": 3,  # a group of findings
    "appliance/keeper/reading/protocol.py": 1,  # a message
    "appliance/model/findings.py": 1,  # a group of findings
    "web/pages/doctor.py": 1,  # a group of findings
}
"""Where a name of a driver is the name of something else."""

QUOTED = re.compile(r"""["'](\w+)["']""")


def words(path: Path) -> Iterator[str]:
    """Yield every word that stands alone in quotation marks."""
    if path.suffix == ".html":
        yield from QUOTED.findall(path.read_text("utf-8"))
        return
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def named() -> dict[str, int]:
    """Return how often each file names drivers."""
    found: Counter[str] = Counter()
    for folder in FOLDERS:
        for path in [*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.html")]:
            found[str(path.relative_to(ROOT))] += sum(word in BY_NAME for word in words(path))
    return {path: count for path, count in found.items() if count}


def test_drivers_are_asked_for_by_what_they_declare() -> None:
    assert named() == OTHER_THINGS

"""No module but its own knows a driver by its name, or one of its options."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from appliance.config.drivers.known import BY_NAME, DRIVERS
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


NOT_AN_OPTION = {"off_hook": {"web/words/doctor.py"}}
"""Name of an option -> files in which it is the name of something else: a state of the phone."""


def option_names() -> dict[str, str]:
    """Return the options whose names are no word of other things, with their drivers' modules."""
    return {
        key: f"appliance/config/drivers/{driver.name}.py"
        for driver in DRIVERS
        for role in driver.roles
        for key in driver.role(role).settings
        if "_" in key
    }


def test_an_option_stands_in_one_file_of_settings_and_panel() -> None:
    """Forms, answers, mistakes and documents have it from its declaration."""
    paths = [*(ROOT / "appliance/config").rglob("*.py"), *(ROOT / "web").rglob("*.py")]
    texts = {path: path.read_text("utf-8") for path in [*paths, *(ROOT / "web").rglob("*.html")]}
    names = option_names()

    assert len(names) > 5
    for key, module in names.items():
        there = {
            str(path.relative_to(ROOT)) for path in texts if re.search(rf"\b{key}\b", texts[path])
        }
        assert there - NOT_AN_OPTION.get(key, set()) == {module}, key

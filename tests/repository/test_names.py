"""Count the names of classes that mean several things, or none: they only become fewer."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.repository.trees import parsed

ROOT = Path(__file__).parents[2]
SEVERAL_MEANINGS = 2
"""How many there may be. Whoever makes them fewer writes the lower number here."""

PARTICIPLES = 59
"""The same of names that end in a participle: it says what was done, seldom what a thing is.

Events, facts of a call and answers of the link report an act, and so keep theirs.
"""

_PARTICIPLE = re.compile(r"(?:[A-Z]?[a-z]+(?:ed|ing)|Told|Taken|Found|Made|Lent|Begun|Laid|Built)$")
_NOUNS = re.compile(
    r"(?:Sett|Find|Record|Read|Keyr|Open|R|Str|Warn|T|Stand|Say|Sound)ings?$|(?:F|N|S)eed$"
)


def homes() -> dict[str, set[Path]]:
    """Return each class's name -> the modules of the product that define one."""
    found: dict[str, set[Path]] = defaultdict(set)
    for folder in ("appliance", "web"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.ClassDef):
                    found[node.name].add(path)
    return found


def test_a_class_has_a_name_of_its_own() -> None:
    """A reader who looks for a name finds one thing, which its package's first line explains."""
    several = sorted(name for name, paths in homes().items() if len(paths) > 1)

    assert len(several) <= SEVERAL_MEANINGS, several


def test_a_class_is_a_thing_unless_it_reports_an_act() -> None:
    done = sorted(name for name in homes() if _PARTICIPLE.search(name) and not _NOUNS.search(name))

    assert len(done) <= PARTICIPLES, done

"""A keeper that has locked finds nothing of the people in its own memory: without root.

The whole box is searched by ``test_s11_locked_is_locked_in_memory.py``, which needs root, since
nobody else can look into these processes. Each can look into itself, however.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask_babel import force_locale, gettext
from msgspec import structs

from appliance.memory import ALLOCATOR
from appliance.model.sentences.findings import SENTENCES
from tests.boxes import PASSWORD, make_box
from tests.deep import deep
from tests.faults.fault_box import FaultBox
from tests.samples import META
from web.app import PanelSettings, create_app

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]

NUMBER, NAME = "693471852", "Bogdan Testowski"

WORK = """
import os, re, sys
from pathlib import Path
from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.keeper.service import Keeper
from appliance.link.requests.calls import ListCalls, OpenPlayback, ReadPlayback
from appliance.link.requests.login import LogIn, LogOut
from appliance.memory import protect
from tests.deep import deep

PATTERNS = {pattern: re.compile(pattern.encode()) for pattern in sys.argv[2:]}


def remembered():
    found = dict.fromkeys(PATTERNS, 0)
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in Path("/proc/self/maps").read_text().splitlines():
            where, rights = line.split()[:2]
            start, stop = (int(end, 16) for end in where.split("-"))
            if rights.startswith("rw"):
                memory.seek(start)
                for at in range(start, stop, 1 << 16):
                    try:
                        piece = memory.read(min(1 << 16, stop - at))
                    except OSError:
                        break  # given back meanwhile, as the stack of a thread that has ended
                    for pattern, compiled in PATTERNS.items():
                        found[pattern] += len(compiled.findall(piece))
                    del piece
    return found


def work(keeper):
    password = os.read(0, 256).decode()
    token = keeper.handle(LogIn("Ewa Nowak", password)).token
    call = keeper.handle(ListCalls(), token).calls[0]
    opened = keeper.handle(OpenPlayback(call.recording, "training"), token)
    keeper.handle(ReadPlayback(opened.playback, 0, 20_000), token)
    working = remembered()
    keeper.handle(LogOut(), token)
    return working


protect()
keeper = Keeper(trial(), Folders(Path(sys.argv[1])), SystemClock())
keeper.open()
working = work(keeper)
print(*working.values(), "|", *remembered().values())
"""


def hidden(text: str) -> str:
    """Return a pattern for a text in which the text itself does not stand."""
    return f"[{text[0]}]{text[1:]}"


@pytest.mark.parametrize("settings", [ALLOCATOR, deep({})], ids=["overwriting", "as it was"])
def test_nothing_is_left_where_freed_memory_is_overwritten(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    """The control: without the settings a password and numbers are left."""
    faulty = FaultBox(make_box(tmp_path / "data"))
    faulty.seal(1, meta=structs.replace(META, number=f"+48{NUMBER}", name=NAME))
    known = {name: value for name, value in os.environ.items() if name not in ALLOCATOR}

    done = subprocess.run(
        [sys.executable, "-c", WORK, faulty.data, *map(hidden, (PASSWORD, NUMBER, NAME))],
        input=PASSWORD, env={**known, **settings}, check=True, capture_output=True, text=True,
    )  # fmt: skip

    working, locked = (list(map(int, told.split())) for told in done.stdout.split("|"))
    assert min(working) > 0
    assert (sum(locked) == 0) is bool(settings), locked


def test_what_a_living_root_can_do_is_said_by_document_and_doctor() -> None:
    """No measure of ours closes it: so it is said where people look, in each language."""
    document = (Path(__file__).parents[3] / "docs/threat-model.md").read_text("utf-8")
    english = SENTENCES["memory.root"].english
    app = create_app(None, PanelSettings())  # type: ignore[arg-type]  # no page is asked for

    assert "| Root on the running box | everything, while a person is logged in" in document
    assert "while anybody is logged in, reads everything; no software prevents that" in english
    with app.test_request_context():
        for language, word in (("pl", "żadne oprogramowanie"), ("de", "keine Software")):
            with force_locale(language):
                assert word in gettext(english)

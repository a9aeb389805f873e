"""Stop the real keeper, then the real recorder: every page answers, and says which it is."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from http.client import HTTPConnection

import pytest

from tests.rig.ports import free_port
from tests.system.processes import Office, Running, office, standing_still, started
from tests.web.routes import GETS, RID

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

MOST_SECONDS = 5.0
TOGETHER = 12
"""Pages that are asked for in the moment in which a process stands still."""

KEEPER = re.compile("[Uu]sługa archiwum nie odpowiada")
RECORDER = "Rejestrator nie odpowiada"
WHAT_TO_DO = "po pięciu minutach"

PATHS = sorted({route.path.replace(RID, "0" * 32) for route in GETS})
"""Every page of the panel's; a test of the routes says that none is missing."""

OF_LINES = {"/", "/doctor", "/doctor/line?line=Reception", "/phone"}
"""Pages that show how a line is."""


@dataclass(frozen=True)
class Page:
    """What a browser got, and after how long; of a stream its first event."""

    path: str
    status: int
    text: str
    seconds: float


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as one:
        yield one


def get(box: Office, path: str, token: str) -> Page:
    """Ask as a Polish browser with a session does."""
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", box.port, timeout=60)
    try:
        connection.request(
            "GET", path, headers={"Cookie": f"zgoda={token}", "Accept-Language": "pl"}
        )
        answer = connection.getresponse()
        stream = answer.getheader("Content-Type", "").startswith("text/event-stream")
        body = answer.readline() if stream else answer.read()
        text = body.decode("utf-8", errors="replace")
        if answer.getheader("Content-Type", "") == "application/json":
            text = json.dumps(json.loads(text), ensure_ascii=False)
        return Page(path, answer.status, text, time.monotonic() - began)
    finally:
        connection.close()


def pages(box: Office, stopped: Running, paths: set[str] | list[str]) -> Iterator[Page]:
    """Yield every page as it is answered by a box in which one process has just stood still."""
    token = box.log_in()
    asked = sorted(paths)
    for at in range(0, len(asked), TOGETHER):
        some = asked[at : at + TOGETHER]
        while get(box, "/", token).status != 200:
            pass  # the last one to stand still is back
        with standing_still(stopped), ThreadPoolExecutor(TOGETHER) as browsers:
            yield from browsers.map(lambda path: get(box, path, token), some)


def test_every_page_says_within_5_s_that_the_keeper_stands_still(box: Office) -> None:
    for page in pages(box, box.keeper, PATHS):
        assert page.seconds < MOST_SECONDS, page.path
        assert page.status == 503, page.path
        assert KEEPER.search(page.text), page.path
        assert WHAT_TO_DO in page.text, page.path
    assert "Traceback" not in box.panel.said()


def test_every_page_answers_within_5_s_while_the_recorder_stands_still(box: Office) -> None:
    for page in pages(box, box.recorder, {*PATHS, *OF_LINES}):
        assert page.seconds < MOST_SECONDS, page.path
        assert page.status != 500, page.path
        if page.path in OF_LINES or page.status == 503:
            assert RECORDER in page.text, page.path
    for one in (box.panel, box.keeper):
        assert "Traceback" not in one.said()


def test_a_panel_begins_beside_a_keeper_that_stands_still(box: Office) -> None:
    token, port = box.log_in(), free_port()
    second = replace(box, port=port)
    with ExitStack() as held:
        with standing_still(box.keeper):
            held.enter_context(started("panel", *box.options, "--port", str(port)))
            page = get(second, "/", token)
            assert (page.status, page.seconds < MOST_SECONDS) == (503, True)
            assert KEEPER.search(page.text)
        began = time.monotonic()
        while get(second, "/", token).status != 200:
            assert time.monotonic() - began < MOST_SECONDS

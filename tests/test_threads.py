"""The system shows the names of threads."""

import threading
from pathlib import Path

import pytest

from appliance.threads import NamedThread


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("line Reception", "line Reception"),
        ("writer Line 1 of the office", "writer Line 1 o"),
        ("line Przyjęć łąć", "line Przyjęć"),  # cut between letters, not within one
    ],
)
def test_the_system_shows_a_threads_name(name: str, shown: str) -> None:
    told: list[str] = []

    def look() -> None:
        comm = Path(f"/proc/self/task/{threading.get_native_id()}/comm")
        told.append(comm.read_text("utf-8").removesuffix("\n"))

    thread = NamedThread(look, name)
    thread.start()
    thread.join()
    assert [one.rstrip() for one in told] == [shown]
    assert thread.daemon

"""48 logins at once with made-up names: one is proved, four wait, and the owner is next.

The keeper serves its real socket. The first proof is held until everybody has asked, so what is
tested is the order in which proofs run, not their time.
"""

import functools
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.errors import Refused
from appliance.keeper.people.proof_queue import MOST_WAITING
from appliance.link.client import Client
from appliance.link.requests.login import Browser, LogIn
from appliance.link.server import Limits, Server
from appliance.vault.opening.keys import Wrap, unwrap
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox, set_up

STRANGERS = 48


@dataclass
class Proofs:
    """The proofs that ran, in order; the first waits until it is let go."""

    passwords: list[str] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def unwrap(self, wrapped: Wrap, password: str, owner: str) -> bytearray:
        """Prove a password, as the keeper does."""
        self.passwords.append(password)
        self.begun.set()
        assert self.go.wait(60)
        return unwrap(wrapped, password, owner)


@pytest.fixture
def box(tmp_path: Path, nothing_read: None) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data")
    server = Server(
        made.folders.keeper_socket,
        made.keeper.handle,
        {os.getuid()},
        limits=Limits(connections=64),
    )
    server.for_user = lambda uid: functools.partial(made.keeper.handle, user=uid)
    server.start()
    yield made
    server.stop()
    made.keeper.close()


@pytest.mark.timeout(120)
def test_the_owner_waits_for_one_proof_and_strangers_for_none(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, answers = Client(box.folders.keeper_socket), dict[int, str]()
    known = client.call(LogIn(OWNER, PASSWORD, browser=Browser("203.0.113.9"))).device
    proofs = Proofs()
    monkeypatch.setattr("tests.proofs.unwrap", proofs.unwrap)
    refused = threading.Semaphore(0)

    def stranger(number: int) -> None:
        browser = Browser(f"192.0.2.{number}")
        try:
            client.call(LogIn(f"nobody {number}", f"guess {number}", browser=browser))
        except Refused as error:
            answers[number] = error.code
        refused.release()

    def owner() -> None:
        browser = Browser("203.0.113.9", known)
        answers[-1] = client.call(LogIn(OWNER, PASSWORD, browser=browser)).step

    threads = [threading.Thread(target=stranger, args=(n,)) for n in range(STRANGERS)]
    for thread in threads:
        thread.start()
    for _ in range(STRANGERS - 1 - MOST_WAITING):
        assert refused.acquire(timeout=60), "whoever does not fit is answered while a proof runs"
    assert proofs.begun.wait(60)
    assert len(answers) == STRANGERS - 1 - MOST_WAITING
    assert set(answers.values()) <= {"busy", "throttled"}
    assert len(proofs.passwords) == 1
    late = threading.Thread(target=owner)
    late.start()
    queue = box.keeper._box.gate.queue
    while queue.waiting != (1, MOST_WAITING):
        threading.Event().wait(0.01)
    proofs.go.set()
    for thread in [*threads, late]:
        thread.join(60)
    assert answers[-1] == "open"
    assert proofs.passwords[1] == PASSWORD, "after the one proof that was in progress"
    assert len(proofs.passwords) == 2 + MOST_WAITING
    assert sorted(answers.values()).count("wrong_password") == 1 + MOST_WAITING


def test_a_refused_place_in_the_queue_costs_no_guess(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs = Proofs()
    monkeypatch.setattr("tests.proofs.unwrap", proofs.unwrap)
    strangers = box.keeper._box.gate.strangers
    threads = [
        threading.Thread(target=refuse, args=(box, f"192.0.2.{n}")) for n in range(1 + MOST_WAITING)
    ]
    for thread in threads:
        thread.start()
    while box.keeper._box.gate.queue.waiting != (0, MOST_WAITING):
        threading.Event().wait(0.01)
    left = strangers._all.left
    for _ in range(20):
        assert refuse(box, "198.51.100.1") == "busy"
    assert strangers._all.left == left
    proofs.go.set()
    for thread in threads:
        thread.join(60)


def refuse(box: KeeperBox, address: str) -> str:
    """Log in as a stranger with a wrong password; return how it was refused."""
    try:
        box.ask(LogIn("nobody", "wrong", browser=Browser(address)))
    except Refused as error:
        return error.code
    return ""

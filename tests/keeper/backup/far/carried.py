"""Set backups by SFTP up at a keeper, and carry them with the real courier's hands."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from appliance.courier.carrier import Carrier, Steps
from appliance.courier.session import SftpSession
from appliance.keeper.audit.lines import readable
from appliance.keeper.backup.backups import Backups
from appliance.keeper.backup.far.target import FarTarget
from appliance.link.client import Client
from appliance.link.operations import Operation
from appliance.link.requests.outside.sftp import (
    AcceptSftp,
    ChangeSftp,
    GetSftp,
    SftpPlace,
    SftpStanding,
)
from appliance.link.requests.processes.steps import NextStep, SftpStep
from tests.boxes import PASSWORD
from tests.courier.authority import HERE
from tests.courier.sshd import Sshd
from tests.keeper.boxes import KeeperBox
from tests.keeper.desks import far_of, server_of

SECONDS = 60.0


class Direct(Client):
    """The keeper's socket, without a socket."""

    def __init__(self, box: KeeperBox) -> None:
        self._box = box

    def call_with_bytes(  # type: ignore[override]
        self, operation: NextStep, session: str | None = None, upload: bytes = b""
    ) -> tuple[SftpStep, bytes]:
        answer = self._box.keeper.handle(operation, None, upload)
        assert isinstance(answer, tuple)
        step, raw = answer
        assert isinstance(step, SftpStep)
        return step, raw


@dataclass
class Carried:
    """A box with backups by SFTP; a thread of the test's is its courier."""

    box: KeeperBox
    session: Callable[[], Steps] = SftpSession
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._carrier = Carrier(Direct(self.box), self.session)
        self._thread = threading.Thread(target=self._run)

    @property
    def far(self) -> Backups:
        assert self.box.keeper.box is not None
        return far_of(self.box.keeper)

    @property
    def server(self) -> FarTarget:
        assert self.box.keeper.box is not None
        return server_of(self.box.keeper)

    def _run(self) -> None:
        while not self.stop.is_set():
            if not self._carrier.go_round():
                self.stop.wait(0.01)
        self._carrier._leave(for_good=True)

    def ask(self, operation: Operation) -> object:  # type: ignore[type-arg]
        return self.box.ask(operation, self.box.log_in())

    def seen(self) -> SftpStanding:
        return self.box.ask(GetSftp(), self.box.log_in())

    def point_to(self, sshd: Sshd, every: str = "day") -> None:
        """Set it up as the owner; the server lets the box in."""
        self.ask(ChangeSftp(place_of(sshd, every), PASSWORD))
        self.looked()
        sshd.lets_in(self.seen().public)

    def looked(self) -> None:
        """Wait until the server's key was asked for."""
        looking = self.server._looking
        assert looking is not None
        looking.join(SECONDS)
        assert not looking.is_alive()

    def accept(self, sshd: Sshd) -> None:
        """Accept the server's key, and let the first copy come to its end."""
        self.ask(AcceptSftp(sshd.fingerprint, PASSWORD))
        self.finished()

    def finished(self) -> None:
        """Wait until the copy that was begun has ended."""
        thread = self.far._thread
        assert thread is not None
        thread.join(SECONDS)
        assert not thread.is_alive()

    def run(self) -> bool:
        """Make a copy if one is due."""
        return self.far.run()

    def again(self) -> bool:
        """Make a copy, asked for by hand."""
        self.far._wanted = True
        return self.far.run()

    def acts(self) -> list[tuple[str, str | None]]:
        """Return what the audit says of backups by SFTP."""
        found = (entry for entry, _ in readable(self.box.folders.audit))
        return [(e.type, e.detail) for e in found if e.type.startswith("sftp_")]


def place_of(sshd: Sshd, every: str = "day") -> SftpPlace:
    return SftpPlace(HERE, sshd.port, sshd.user, str(sshd.home), every, "own")


@contextlib.contextmanager
def carried(box: KeeperBox) -> Iterator[Carried]:
    """Run a courier until the test has ended."""
    one = Carried(box)
    one._thread.start()
    try:
        yield one
    finally:
        one.stop.set()
        one.box.keeper.close()
        one._thread.join(SECONDS)
        assert not one._thread.is_alive()

"""Set up a box for fault tests: recordings with known sound, processes, and a final check."""

import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import LinkError, Refused
from appliance.keeper.audit.lines import readable
from appliance.link.client import Client
from appliance.link.requests.calls import ExportCall, ListCalls
from appliance.link.requests.login import LogIn
from appliance.link.requests.processes.news import TakeUp
from appliance.model.audio import Sound
from appliance.model.records import CallMeta, ListedCall, RecordingEnd
from appliance.signals.pcm import decode_alaw
from appliance.vault.format import Ticket
from appliance.vault.pool import Pool
from appliance.vault.seal import SealedFile, SealingKeys
from tests.boxes import PASSWORD, TrialBox
from tests.files import whole_file
from tests.keeper.office import read_wav
from tests.samples import META, ORIGIN, RECEIPT, RULE

KEPT_DAYS = 90
PER_PAGE = 200

Row = tuple[str, ...]


@dataclass
class FaultBox:
    """A box that is killed and has to come back with everything it had."""

    box: TrialBox
    sounds: dict[str, Sound] = field(default_factory=dict)

    @property
    def data(self) -> str:
        """The data folder, as a command takes it."""
        return str(self.box.folders.data)

    @property
    def client(self) -> Client:
        """Somebody who asks the keeper."""
        return Client(self.box.folders.keeper_socket, timeout=30)

    def seal(self, seconds: int = 2, *, ended: bool = True, meta: CallMeta = META) -> str:
        """Record a call as the recorder does; without ``ended`` as one that was killed."""
        folders, today = self.box.folders, int(time.time() // DAY)
        pool = Pool(folders.pool, folders.new)
        call = secrets.token_hex(8)
        ticket = Ticket(today + KEPT_DAYS, call, True, "a1b2c3", 77, KEPT_DAYS)
        file = SealedFile.create(
            folders.new,
            SealingKeys(pool.vault_id, pool.reading_key, ORIGIN),
            pool.take_key(),
            ticket,
            1,
        )
        days = {"training": today + KEPT_DAYS}
        meta = structs.replace(meta, call=call, started_at=time.time(), due_days=days)
        file.begin(meta, RECEIPT, RULE)
        codes = np.frombuffer(secrets.token_bytes(8000 * seconds), np.uint8)
        for at in range(0, codes.size, 4000):
            file.audio(at, codes[at : at + 4000].tobytes())
        self.sounds[file.rid] = decode_alaw(codes.tobytes()).reshape(1, -1)
        if ended:
            file.end(RecordingEnd(samples=codes.size, reason="hung_up"))
        else:
            file.close()
        return file.rid

    def log_in(self) -> str:
        """Log in and return the token."""
        return self.client.call(LogIn(name="Ewa Nowak", password=PASSWORD)).token

    def listed(self, token: str) -> dict[str, ListedCall]:
        """Return what the keeper lists, once it has taken up what lies there."""
        self.client.call(TakeUp())
        found = self.client.call(ListCalls(per_page=PER_PAGE), token)
        assert found.total <= PER_PAGE
        return {call.recording: call for call in found.calls}

    def listed_all(self, token: str) -> Iterator[ListedCall]:
        """Return every call of the list, page by page."""
        pages = self.client.call(ListCalls(per_page=PER_PAGE), token).pages
        for page in range(1, pages + 1):
            yield from self.client.call(ListCalls(page=page, per_page=PER_PAGE), token).calls

    def sound(self, rid: str, token: str) -> Sound:
        """Export a recording."""
        return read_wav(whole_file(self.client.download(ExportCall(rid), token))[1])

    def acts(self) -> list[tuple[str, str | None]]:
        """Return what the audit says: type and recording."""
        return [(entry.type, entry.rid) for entry, _ in readable(self.box.folders.audit)]

    def is_well(self) -> None:
        """Ask the two commands that judge a data folder."""
        for command in (["verify", self.data], ["audit", "verify", "--data", self.data]):
            done = subprocess.run(
                [sys.executable, "-m", "appliance", *command],
                check=False, capture_output=True, text=True, timeout=60,
            )  # fmt: skip
            assert done.returncode == 0, (command, done.stdout, done.stderr)
            assert "Traceback" not in done.stderr


def until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until something is so; a process that is not there yet is not asked any further."""
    deadline, tick = time.monotonic() + seconds, threading.Event()
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except (LinkError, Refused):
            pass  # not there yet
        tick.wait(0.05)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


def children(pid: int) -> dict[int, str]:
    """Return the processes that a process started: number and command line."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    pids = [int(word) for task in tasks for word in task.read_text().split()]
    return {pid: Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in pids}


def alive(pid: int) -> bool:
    """Say whether a process still runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process as a power cut would."""
    process.send_signal(signal.SIGKILL)
    process.wait(10)

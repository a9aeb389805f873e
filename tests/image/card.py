"""Boot a built card under QEMU, read its console, pull its plug, and look at it afterwards."""

import contextlib
import http.client
import os
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic

from tests.card.update.machine import SECTOR, SECTOR_AT, variables
from tests.image.flash import of_a_board
from tests.rig.ports import free_port

ROOT = Path(__file__).parents[2]
BOOT_SECONDS = float(os.environ.get("ZGODA_BOOT_SECONDS", "1800"))
"""A start that takes longer hangs; on a computer that is busy with other things it is slow."""

LIFE_SECONDS = 4 * BOOT_SECONDS
"""A machine that is on for longer is waited for in vain."""

COUNTED = ("-icount", "shift=0")
"""Each instruction takes the machine a nanosecond, about what one core of a Raspberry Pi 3 needs:
however slowly it is emulated, nothing in it comes late. A machine that waits does not run ahead."""

NOW = timedelta()

FIRST_PARTITION = 4 << 20
CARD_GB = 8
NAME = "zgoda.local"


def built(stage: str) -> Path:
    """Return the folder of a stage, which is built if it is missing."""
    asked = ["image-build/build", stage]
    made = subprocess.run(asked, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return ROOT / made.stdout.strip()


@dataclass
class Running:
    """A machine that runs; its ports 443 and 80 are two of this computer's loopback."""

    qemu: subprocess.Popen[bytes]
    ports: tuple[int, int]
    began: float
    on_since: datetime  # by its own clock
    kept: Path  # what its console says
    lines: list[str] = field(default_factory=list)
    said: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Keep what the console says, until it ends."""
        assert self.qemu.stdout is not None
        with self.kept.open("a", encoding="utf-8") as kept:
            for line in self.qemu.stdout:
                told = line.decode("utf-8", "replace").rstrip()
                print(f"{self.seconds:7.1f} {told}", file=kept, flush=True)
                with self.said:
                    self.lines.append(told)
                    self.said.notify_all()
            print(f"{self.seconds:7.1f} off", file=kept)
        with self.said:
            self.lines.append("")
            self.said.notify_all()

    @property
    def console(self) -> str:
        """Return all that the console has said."""
        with self.said:
            return "\n".join(self.lines)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Return the first match on the console.

        Raises:
            AssertionError: the machine ended or took too long; its last lines are told.
        """
        until = monotonic() + BOOT_SECONDS
        with self.said:
            while not (found := re.search(pattern, "\n".join(self.lines))):
                left = until - monotonic()
                over = self.qemu.poll() is not None
                told = "\n".join([pattern, *self.lines[-40:]])
                assert not over, told
                assert left > 0, told
                self.said.wait(min(left, 5))
        return found

    @property
    def seconds(self) -> float:
        """Return for how long it has been on."""
        return monotonic() - self.began

    def own_seconds(self, headers: Mapping[str, str]) -> float:
        """Return for how long it has been on by its own clock, as an answer of its panel tells."""
        return (parsedate_to_datetime(headers["date"]) - self.on_since).total_seconds()

    def must_run(self) -> None:
        """Go on only while it runs, and not for ever.

        Raises:
            AssertionError: it does not; its last lines are told.
        """
        told = "\n".join(self.console.splitlines()[-40:])
        assert self.qemu.poll() is None, told
        assert self.seconds < LIFE_SECONDS, told

    def let_run(self) -> None:
        """Give it time before it is asked again: what asks all the time takes its processor.

        Raises:
            AssertionError: it does not run any more.
        """
        self.must_run()
        with self.said:
            self.said.wait(2)

    def wait_until_off(self) -> None:
        """Wait until it has restarted, which ends this machine.

        Raises:
            subprocess.TimeoutExpired: it goes on.
        """
        self.qemu.wait(BOOT_SECONDS)

    def secure(self, trusted: Path) -> ssl.SSLSocket:
        """Connect as a browser that trusts the card's authority, and no other."""
        context = ssl.create_default_context(cafile=str(trusted))
        bare = socket.create_connection(("127.0.0.1", self.ports[0]), 120)
        try:
            return context.wrap_socket(bare, server_hostname=NAME)
        except BaseException:
            bare.close()
            raise

    def get(self, path: str, trusted: Path) -> tuple[int, dict[str, str], str]:
        """Ask the panel over TLS."""
        with self.secure(trusted) as connected:
            connection = http.client.HTTPConnection(NAME)
            connection.sock = connected
            connection.request("GET", path, headers={"Host": NAME})
            return _read(connection.getresponse())

    def get_in_clear(self, path: str) -> tuple[int, dict[str, str], str]:
        """Ask the panel as a browser does that was given no ``https://``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[1], timeout=120)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Host": NAME})
            return _read(connection.getresponse())


def _read(answer: http.client.HTTPResponse) -> tuple[int, dict[str, str], str]:
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return answer.status, headers, answer.read().decode()


@contextlib.contextmanager
def switched_on(
    machine: Sequence[str],
    console: Path,
    ports: tuple[int, int] = (0, 0),
    files: Sequence[int] = (),
    typed: int = subprocess.DEVNULL,
) -> Iterator[Running]:
    """Switch a machine on; at the end the plug is pulled.

    Args:
        machine: QEMU, with its options.
        console: where what it says is kept.
        ports: of this computer, where its own are reached.
        files: open files that the options name.
        typed: where its console's keys come from.
    """
    qemu = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", *machine],  # whoever ends these tests ends it
        stdin=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=files,
    )
    running = Running(qemu, ports, monotonic(), datetime.now(UTC), console)
    listening = threading.Thread(target=running.listen, daemon=True)
    listening.start()
    try:
        yield running
    finally:
        qemu.kill()
        qemu.wait()
        listening.join()
        for pipe in (qemu.stdin, qemu.stdout):
            if pipe is not None:
                pipe.close()


@dataclass(frozen=True)
class Card:
    """A card that was written once; what a machine changes on it stays."""

    folder: Path
    bios: Path

    @property
    def disk(self) -> Path:
        """The card, over the image as it was built."""
        return self.folder / "card.qcow2"

    @property
    def monitor(self) -> Path:
        """The monitor of the machine that it is in."""
        return self.folder / "monitor"

    @contextlib.contextmanager
    def boot(
        self, *more: str, files: Sequence[int] = (), later: timedelta = NOW
    ) -> Iterator[Running]:
        """Switch it on; at the end the plug is pulled.

        Args:
            more: options of QEMU, for what is plugged in.
            files: open files that they name.
            later: how far its clock chip is ahead of this computer's clock.
        """
        ports = free_port(), free_port()
        forward = ",".join(
            f"hostfwd=tcp:127.0.0.1:{here}-:{there}"
            for here, there in zip(ports, (443, 80), strict=True)
        )
        flash = self.folder / "flash.img"
        of_a_board(self.bios, flash)
        since = datetime.now(UTC) + later
        machine = [
            *("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72", "-m", "1024"),
            *("-accel", "tcg,thread=single", *COUNTED, "-bios", str(self.bios)),
            *("-rtc", f"base={since:%Y-%m-%dT%H:%M:%S},clock=vm"),
            *("-drive", f"file={flash},if=pflash,index=1,format=raw,readonly=on"),
            *("-nographic", "-serial", "stdio", "-monitor", "none", "-no-reboot"),
            *("-qmp", f"unix:{self.monitor},server=on,wait=off"),
            *("-drive", f"file={self.disk},if=none,id=card,format=qcow2,cache=writeback"),
            *("-device", "virtio-blk-device,drive=card"),
            *("-netdev", f"user,id=net,{forward}"),
            *("-device", "virtio-net-device,netdev=net", "-device", "virtio-rng-device"),
            *("-device", "qemu-xhci"),
            *more,
        ]
        with switched_on(machine, self.folder / "console", ports, files) as running:
            running.on_since = since
            yield running

    def sector(self) -> dict[str, str]:
        """Return what U-Boot's sector says, as far as it has reached the card."""
        taken = self.folder / "sector"
        take = ["qemu-img", "dd", "-U", "-f", "qcow2", "-O", "raw", f"bs={SECTOR}"]
        before = SECTOR_AT // SECTOR  # which qemu-img counts, too
        where = [f"skip={before}", f"count={before + 1}", f"if={self.disk}", f"of={taken}"]
        subprocess.run([*take, *where], check=True)
        return variables(taken.read_bytes())

    def read(self, name: str) -> bytes:
        """Return a file of the first partition, as any computer reads it, or nothing.

        While the machine runs, it is what has reached the card so far.
        """
        front = self.folder / "front.img"
        take = ["qemu-img", "dd", "-U", "-f", "qcow2", "-O", "raw", "bs=1M", "count=260"]
        subprocess.run([*take, f"if={self.disk}", f"of={front}"], check=True)
        copy = ["mcopy", "-n", "-i", f"{front}@@{FIRST_PARTITION}", f"::{name}", "-"]
        return subprocess.run(copy, capture_output=True, check=False).stdout


def new_card(folder: Path) -> Card:
    """Write a card of 8 GB."""
    card = Card(folder, built("kernel") / "u-boot-qemu.bin")
    image = built("card") / "zgoda.img"
    make = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(image)]
    subprocess.run([*make, str(card.disk), f"{CARD_GB}G"], check=True)
    return card

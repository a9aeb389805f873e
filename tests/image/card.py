"""Boot a built card under QEMU, read its console, pull its plug, and look at it afterwards."""

import contextlib
import http.client
import os
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
BOOT_SECONDS = float(os.environ.get("ZGODA_BOOT_SECONDS", "1800"))
"""A start that takes longer hangs; on a computer that is busy with other things it is slow."""

FIRST_PARTITION = 4 << 20
CARD_GB = 8
PANEL_PORT = 8470
NAME = "zgoda.local"


def built(stage: str) -> Path:
    """Return the folder of a stage, which is built if it is missing."""
    asked = ["image-build/build", stage]
    made = subprocess.run(asked, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return ROOT / made.stdout.strip()


@dataclass
class Running:
    """A machine that runs."""

    qemu: subprocess.Popen[bytes]
    port: int
    began: float
    lines: list[str] = field(default_factory=list)
    said: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Keep what the console says, until it ends."""
        assert self.qemu.stdout is not None
        for line in self.qemu.stdout:
            with self.said:
                self.lines.append(line.decode("utf-8", "replace").rstrip())
                self.said.notify_all()
        with self.said:
            self.lines.append("")
            self.said.notify_all()

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

    def get(self, path: str, trusted: Path) -> tuple[int, dict[str, str], str]:
        """Ask the panel as a browser that trusts the card's authority, and no other."""
        context = ssl.create_default_context(cafile=str(trusted))
        with socket.create_connection(("127.0.0.1", self.port), 120) as bare:
            connection = http.client.HTTPSConnection(NAME, context=context)
            connection.sock = context.wrap_socket(bare, server_hostname=NAME)
            connection.request("GET", path, headers={"Host": NAME})
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read().decode()


@dataclass(frozen=True)
class Card:
    """A card that was written once; what a machine changes on it stays."""

    folder: Path
    bios: Path

    @property
    def disk(self) -> Path:
        """The card, over the image as it was built."""
        return self.folder / "card.qcow2"

    @contextlib.contextmanager
    def boot(self) -> Iterator[Running]:
        """Switch it on; at the end the plug is pulled."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        qemu = subprocess.Popen(
            [
                *("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72", "-smp", "2"),
                *("-accel", "tcg", "-m", "1024", "-bios", str(self.bios), "-nographic"),
                *("-serial", "stdio", "-monitor", "none", "-no-reboot"),
                *("-drive", f"file={self.disk},if=none,id=card,format=qcow2,cache=writeback"),
                *("-device", "virtio-blk-device,drive=card"),
                *("-netdev", f"user,id=net,hostfwd=tcp:127.0.0.1:{port}-:{PANEL_PORT}"),
                *("-device", "virtio-net-device,netdev=net", "-device", "virtio-rng-device"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        running = Running(qemu, port, monotonic())
        listening = threading.Thread(target=running.listen, daemon=True)
        listening.start()
        try:
            yield running
        finally:
            qemu.kill()
            qemu.wait()
            listening.join()
            assert qemu.stdout is not None
            qemu.stdout.close()
            (self.folder / "console").write_text("\n".join(running.lines), "utf-8")

    def read(self, name: str) -> bytes:
        """Return a file of the first partition, as any computer reads it, or nothing."""
        front = self.folder / "front.img"
        take = ["qemu-img", "dd", "-f", "qcow2", "-O", "raw", "bs=1M", "count=260"]
        subprocess.run([*take, f"if={self.disk}", f"of={front}"], check=True)
        copy = ["mcopy", "-n", "-i", f"{front}@@{FIRST_PARTITION}", f"::{name}", "-"]
        return subprocess.run(copy, capture_output=True, check=False).stdout

    def write(self, name: str, content: bytes) -> None:
        """Put a file onto the first partition, as any computer does it."""
        front, file = self.folder / "front.img", self.folder / name
        file.write_bytes(content)
        take = ["qemu-img", "dd", "-f", "qcow2", "-O", "raw", "bs=1M", "count=260"]
        subprocess.run([*take, f"if={self.disk}", f"of={front}"], check=True)
        place = f"{front}@@{FIRST_PARTITION}"
        subprocess.run(["mcopy", "-o", "-i", place, str(file), f"::{name}"], check=True)
        # qemu-io takes what lies at the same place of the card.
        write = ["qemu-io", "-f", "qcow2", "-c", f"write -q -s {front} 0 260M", str(self.disk)]
        subprocess.run(write, check=True)


def new_card(folder: Path) -> Card:
    """Write a card of 8 GB."""
    card = Card(folder, built("kernel") / "u-boot-qemu.bin")
    image = built("card") / "zgoda.img"
    make = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(image)]
    subprocess.run([*make, str(card.disk), f"{CARD_GB}G"], check=True)
    return card

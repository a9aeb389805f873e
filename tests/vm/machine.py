"""Build, boot and follow the virtual machine, from outside."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import IO, Any

from tests.vm.page import Fact
from tests.vm.units import UNITS

ROOT = Path(__file__).parents[2]
KEPT = "build/vm"
MEMORY_MB = 1536
LIMIT_SECONDS = 7200.0
"""A machine that runs longer hangs; on a computer that is busy with other things it is slow."""

_KERNEL = (
    *(
        "root=/dev/vda",
        "rw",
        "console=ttyS0",
        "panic=-1",
        "loglevel=4",
        "systemd.show_status=error",
        "systemd.journald.forward_to_console=1",
        "systemd.journald.max_level_console=info",
    ),
    # Each costs seconds where every instruction is emulated, and shows nothing about the box.
    *("mitigations=off", "nokaslr", "audit=0", "apparmor=0", "selinux=0", "cryptomgr.notests"),
    *("tsc=reliable", "fsck.mode=skip", "init_on_alloc=0"),
)
_ALONE = tuple(f"systemd.mask={unit}.service" for unit in UNITS)
"""Tests that do not look at the box need not wait for it."""

_SHOWN = 60  # lines of the console

Message = dict[str, Any]


def inside() -> bool:
    """Say whether this is the machine itself."""
    return os.environ.get("ZGODA_VM") == "guest"


class Machine:
    """Builds and boots from ``start`` on; ``close`` ends it."""

    def __init__(self, name: str, chosen: list[str], *, box: bool) -> None:
        """Take its name, the tests that it is to run, and whether one of them needs the box."""
        self.chosen = chosen
        self._name = name
        self._box = box
        self._reports: dict[str, list[Message]] = {}
        self._over: set[str] = set()
        self._broken: list[str] = []
        self._qemu: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._silent = False  # all that it said was taken
        self._folder = Path(tempfile.mkdtemp(prefix="zgoda-vm-"))
        self._began = 0.0
        self._booted = 0.0
        self._ended = 0.0
        self._build_seconds = 0.0

    def reports_of(self, nodeid: str) -> list[Message]:
        """Return the reports of a test, as soon as it is over.

        A test of which the machine says nothing has failed, with the end of its console.
        """
        for message in self._messages(nodeid):
            self._note(message)
        reports = self._reports.get(nodeid, [])
        return reports if nodeid in self._over else [*reports, self._unfinished(nodeid)]

    @property
    def took(self) -> str:
        """Say how long it took; empty if it was not started."""
        if not self._began:
            return ""
        times = [f"{self._build_seconds:.0f} s to build or find"]
        if self._booted:
            times.append(f"{self._booted - self._began:.0f} s to its first word")
        times.append(f"{(self._ended or monotonic()) - self._began:.0f} s in all")
        return f"The machine of the {self._name} took {', '.join(times)}."

    @property
    def files(self) -> list[str]:
        """Return the files of the tests that it ran."""
        return list(dict.fromkeys(nodeid.partition("::")[0] for nodeid in self._reports))

    def facts(self) -> list[Fact]:
        """Return what the tests took and measured."""
        return [
            Fact(
                nodeid,
                sum(report["duration"] for report in reports),
                dict(reports[-1]["user_properties"]),
            )
            for nodeid, reports in self._reports.items()
        ]

    def close(self) -> None:
        """End the machine; keep its console, and what it reported."""
        if self._qemu is not None:
            self._qemu.kill()
            self._qemu.wait()
            if self._reader is not None:
                self._reader.join()
            for pipe in (self._qemu.stdin, self._qemu.stdout):
                if pipe is not None:
                    pipe.close()
        if self._began:
            for kept in filter(Path.exists, (self._console, self._reported)):
                shutil.copy(kept, ROOT / KEPT / f"{kept.name}-{self._name}")
        shutil.rmtree(self._folder, ignore_errors=True)

    # -- what it says -----------------------------------------------------------------------------

    def _messages(self, nodeid: str) -> Iterator[Message]:
        while not self._silent and nodeid not in self._over:
            line = self._lines.get()
            if line is None:
                self._silent = True
            else:
                yield json.loads(line)

    def _read(self, said: IO[bytes]) -> None:
        """Take what it says as it says it: another machine's tests may be waited for."""
        with self._reported.open("ab", 0) as kept:
            while line := said.readline():
                self._booted = self._booted or monotonic()
                kept.write(line)
                self._lines.put(line)
        self._ended = monotonic()
        self._lines.put(None)

    def _note(self, message: Message) -> None:
        if "report" in message:
            self._reports.setdefault(message["test"], []).append(message["report"])
        elif "over" in message:
            self._over.add(message["over"])
        elif "broken" in message:
            self._broken.append(f"{message['broken']}:\n{message['why']}")

    def _unfinished(self, nodeid: str) -> Message:
        """Return a failed report for a test that the machine did not bring to its end."""
        text = self._console.read_text("utf-8", "replace") if self._console.exists() else ""
        told = "\n".join(text.splitlines()[-_SHOWN:])
        why = "\n".join([*self._broken, "The machine ended, or hung, before this test did.", told])
        return {
            "$report_type": "TestReport",
            "nodeid": nodeid,
            "location": (nodeid.partition("::")[0], 0, nodeid.partition("::")[2]),
            "keywords": {},
            "outcome": "failed",
            "longrepr": why,
            "when": "call",
            "sections": [],
            "user_properties": [],
            "duration": 0.0,
            "start": 0.0,
            "stop": 0.0,
        }

    # -- how it starts ----------------------------------------------------------------------------

    @property
    def _console(self) -> Path:
        return self._folder / "console"

    @property
    def _reported(self) -> Path:
        return self._folder / "reports"

    def start(self) -> None:
        """Build what is missing, and boot; once is enough."""
        if self._began:
            return
        began = monotonic()
        built = subprocess.run(
            [ROOT / "tests/vm/build"], check=True, stdout=subprocess.PIPE, text=True
        ).stdout.split()
        base, machine = map(Path, built)
        self._build_seconds = monotonic() - began
        (self._folder / "chosen").write_text("\n".join(self.chosen), "utf-8")
        self._began = monotonic()
        command = ["nice", "-n", "10", *self._command(base, machine)]
        # At its end QEMU takes the port for closed, and whoever writes there waits for ever.
        pipe = subprocess.PIPE
        self._follow(subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe))

    def _follow(self, qemu: subprocess.Popen[bytes]) -> None:
        """Read what a machine says from now on, and end it at the limit."""
        self._qemu = qemu
        self._reader = threading.Thread(target=self._read, args=(qemu.stdout,), daemon=True)
        self._reader.start()
        limit = threading.Timer(LIMIT_SECONDS, qemu.kill)
        limit.daemon = True
        limit.start()

    def _command(self, base: Path, machine: Path) -> list[str]:
        wires = self._folder / "wires"
        wires.mkdir()
        return [
            "qemu-system-x86_64",
            # Its time is counted in instructions, a thousand million a second: a busy computer
            # makes the machine slow, but nothing in it is ever late, and no sound is lost.
            *("-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off"),
            # Without HPET the kernel sets the processor's own timer, which is no device: each time
            # that a device's is set, or goes off, QEMU changes threads. The recorder's sound alone
            # wakes a thousand times a second.
            *("-M", "q35,hpet=off,sata=off", "-cpu", "Nehalem,+arat", "-smp", "1"),
            *("-m", str(MEMORY_MB)),
            *("-rtc", "base=utc,clock=vm", "-nodefaults", "-no-user-config", "-no-reboot"),
            *("-display", "none", "-serial", f"file:{self._console}"),
            *("-kernel", str(base / "vmlinuz"), "-initrd", str(base / "initrd.img")),
            *("-append", " ".join([*_KERNEL, *(() if self._box else _ALONE)])),
            *("-drive", f"file={machine / 'disk.img'},if=none,id=disk,format=raw,snapshot=on"),
            *("-drive", f"file={machine / 'tests.img'},if=none,id=tests,format=raw,readonly=on"),
            *("-device", "virtio-blk-pci,drive=disk", "-device", "virtio-blk-pci,drive=tests"),
            *("-device", "virtio-rng-pci"),
            *("-action", "watchdog=poweroff"),
            *("-device", "virtio-serial-pci", "-chardev", "stdio,id=reports,signal=off"),
            *("-device", "virtserialport,chardev=reports,name=zgoda.reports"),
            *("-fw_cfg", f"name=opt/zgoda/chosen,file={self._folder / 'chosen'}"),
            *("-device", "qemu-xhci,p2=8,p3=1"),
            *_wire(wires / "monitor", "LM1", "FARLM1"),
            *_wire(wires / "modem", "MODEM", "FARMODEM"),
        ]


def _wire(path: Path, box: str, far: str) -> list[str]:
    """Lay a null-modem cable between two USB serial ports of the machine, by serial number."""
    return [
        *("-chardev", f"socket,id={box},path={path},server=on,wait=off"),
        *("-chardev", f"socket,id={far},path={path}"),
        *("-device", f"usb-serial,chardev={box},serial={box},always-plugged=on"),
        *("-device", f"usb-serial,chardev={far},serial={far},always-plugged=on"),
    ]

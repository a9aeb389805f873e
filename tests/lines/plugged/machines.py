"""Build machines in a folder, as the kernel and udev would show them."""

import os
import struct
from pathlib import Path

from appliance.lines.plugged.hardware import Hardware

CARDS = """\
 0 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi-0
                      vc4-hdmi-0
 1 [LineTap        ]: USB-Audio - USB Audio Device
                      C-Media USB Audio at usb-1.2, full speed
"""

STREAM = """\
C-Media USB Audio at usb-1.2, full speed : USB Audio

Playback:
  Status: Stop
  Interface 1
    Format: S16_LE
    Channels: 2
    Rates: 44100, 48000

Capture:
  Status: Stop
  Interface 2
    Format: S16_LE
    Channels: {channels}
    Rates: {rates}
"""

STABLE = "/dev/serial/by-id/usb-Zgoda_Monitor_1"


class Bench:
    """A Pi with a line monitor, a sound adapter and its header."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ports = [("/dev/ttyACM0", "Line monitor"), ("/dev/ttyS0", "n/a")]
        self.holders: dict[int, bytes] = {}
        self.unseen: set[int] = set()
        """Processes of other users, which the unit's /proc does not show."""
        self.label = b"pinctrl-bcm2711"
        for name in ("dev/serial/by-id", "dev/snd/by-path", "proc/asound/card0/pcm0p"):
            (root / name).mkdir(parents=True)
        for name in ("ttyACM0", "ttyS0", "gpiochip0", "snd/controlC1"):
            (root / "dev" / name).touch()
        (root / STABLE[1:]).symlink_to("../../ttyACM0")
        (root / "dev/snd/by-path/platform-usb-0:1.2:1.0").symlink_to("../controlC1")
        (root / "proc/asound/cards").write_text(CARDS)
        self.card()

    def card(
        self, *, channels: int = 2, rates: str = "44100, 48000", directions: str = "pc"
    ) -> None:
        """Plug an adapter in: what it hears, and whether it hears and speaks at all."""
        folder = self.root / "proc/asound/card1"
        for direction in "pc":
            there = folder / f"pcm0{direction}/sub0"
            if direction in directions:
                there.mkdir(parents=True, exist_ok=True)
                (there / "status").write_text("closed\n")
            elif there.exists():
                (there / "status").unlink()
                there.rmdir()
                there.parent.rmdir()
        (folder / "stream0").write_text(STREAM.format(channels=channels, rates=rates))

    def usb(self, name: str, id: str, product: str = "") -> None:
        """Let a port belong to a USB device that says so of itself."""
        device = self.root / "sys/devices/usb1" / f"1-{name}"
        (device / "1-1:1.0").mkdir(parents=True, exist_ok=True)
        vendor, _, kind = id.partition(":")
        (device / "idVendor").write_text(f"{vendor}\n")
        (device / "idProduct").write_text(f"{kind}\n")
        (device / "product").write_bytes(product.encode() + b"\n")
        port = self.root / "sys/class/tty" / name
        port.mkdir(parents=True, exist_ok=True)
        if not (port / "device").is_symlink():
            (port / "device").symlink_to(device / "1-1:1.0")

    def program(self, pid: int, name: str, *devices: str) -> None:
        """Start a program that holds devices."""
        process = self.root / f"proc/{pid}"
        (process / "fd").mkdir(parents=True)
        (process / "comm").write_text(name + "\n")
        for number, device in enumerate(devices):
            (process / f"fd/{number}").symlink_to(device)

    def hears(self, pid: int) -> None:
        """Let a program hear through the adapter."""
        status = self.root / "proc/asound/card1/pcm0c/sub0/status"
        status.write_text(f"state: RUNNING\nowner_pid   : {pid}\n")

    def ask(self, fd: int, request: int, data: bytes) -> bytes:
        """Answer for the GPIO chip as the kernel does."""
        if request == 0x8044B401:
            return struct.pack("=32s32sI", b"gpiochip0", self.label, 58)
        (pin,) = struct.unpack_from("=I", data, 64)
        name = self.holders.get(pin)
        return struct.pack("=32s32sIIQ216x", b"", name or b"", pin, 0, int(name is not None))

    @property
    def hardware(self) -> Hardware:
        """What is plugged in now."""
        return Hardware(self.root, lambda: self.ports, self.ask, self._lives)

    def _lives(self, pid: int) -> bool:
        return pid in self.unseen or (self.root / f"proc/{pid}").is_dir()


def me() -> int:
    """Return this process."""
    return os.getpid()

"""Provide a clock chip as the kernel shows it, in a folder."""

from pathlib import Path

from appliance.keeper.time.chip import Boot, ClockChip

NO_CHIP = ClockChip(Path("/nonexistent"))
"""A machine without a clock chip, whatever this one has."""

BOOT = Boot("b00710", NO_CHIP)
"""The boot in which most tests take place."""

BOOT_IDS = "{boot}b7-3f52-4d1e-9a31-0f2c5d6e7a8b"


class SimulatedChip:
    """A chip below a root folder, which counts on while the box is off."""

    def __init__(self, root: Path, at: float) -> None:
        """Begin to count at a time; ``tick`` lets time pass."""
        self.folder = root / "sys/class/rtc/rtc0"
        self.folder.mkdir(parents=True)
        (self.folder / "name").write_text("rtc-ds1307 1-0068\n")
        (root / "etc").mkdir()
        self.machine_id = root / "etc/machine-id"
        self.machine_id.write_text("0a1b2c3d4e5f60718293a4b5c6d7e8f9\n")
        self.handover = root / "run/keeper"
        self.handover.mkdir(parents=True)
        self._root = root
        self.reader = ClockChip(root, self.handover)
        self.set(at)

    def put_on_board(self, serial: str) -> None:
        """Let the firmware tell the board's number, as a string of the device tree ends."""
        folder = self._root / "sys/firmware/devicetree/base"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "serial-number").write_text(f"{serial}\0")

    def set(self, at: float) -> None:
        """Let somebody set it."""
        self.at = at
        (self.folder / "since_epoch").write_text(f"{int(at)}\n")

    def tick(self, seconds: float) -> None:
        """Let time pass, with or without power."""
        self.set(self.at + seconds)

    def stop(self) -> None:
        """Show a chip whose battery is empty: reading it fails."""
        (self.folder / "since_epoch").unlink(missing_ok=True)

    def read_at_boot(self, boot: str, uptime: float) -> None:
        """Do what the unit does before any time server."""
        said = (self.folder / "since_epoch").read_text().strip()
        folder = self._root / "run/zgoda-clock"
        folder.mkdir(parents=True, exist_ok=True)
        line = f"{BOOT_IDS.format(boot=boot)} {said} {uptime:.2f}\n"
        (folder / "at-boot").write_text(line)

"""Write the machine's configurations and prompts: ``python -m tests.vm.prepare ROOT``.

There are three offices with one line each, and words of 4 s at most. The units start with the
first, a V/I tap on the loopback card beside an LM1 monitor; the tests put the others in its place.
"""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from appliance.config.read import load
from tests.rig.offices import Devices, beside, write_office

CONFIG = Path("/etc/zgoda/zgoda.toml")
OFFICES = Path("/usr/share/zgoda-vm/offices")
PROMPTS = Path("/srv/prompts")
CARD, CARD_RATE = "LineTap", 16000
"""Both ends resample; at the 48,000 Hz of most adapters they do little else on this processor."""

NETWORK, TERMINAL = "l1oip-s0.2", "l1oip-s0.3"
"""The box's ISDN cards, towards the network and towards the phone."""

_BY_ID = Path("/dev/serial/by-id")
MONITOR, FAR_MONITOR, MODEM, FAR_MODEM = (
    _BY_ID / f"usb-QEMU_QEMU_USB_SERIAL_{name}-if00-port0"
    for name in ("LM1", "FARLM1", "MODEM", "FARMODEM")
)
"""The box's serial ports, and the other ends of their cables."""

_LM1 = {"driver": "monitor", "dialect": "lm1", "port": str(MONITOR)}
_ALONE = {"driver": "modem", "port": str(MODEM)}
_KERNEL = {"driver": "isdn", "transport": "kernel", "mode": "bridge"}
_ISDN = {"driver": "isdn"}

_TAP = beside(_LM1, CARD)
LINES: Mapping[str, Devices] = {
    "tap": Devices(_LM1, {**_TAP.audio, "rate": CARD_RATE}, _TAP.prompt),
    "modem": Devices(_ALONE, {**_ALONE, "holds_line": True}, _ALONE),
    "isdn": Devices({**_KERNEL, "network": NETWORK, "terminal": TERMINAL}, _ISDN, _ISDN),
}
"""Name of an office -> its line."""

_FRONT = "\n[front]\ngreen = 17\namber = 27\nred = 22\nbutton = 23\n"


def main(root: Path) -> None:
    """Write below a root folder."""
    offices = _below(root, OFFICES)
    offices.mkdir(parents=True, exist_ok=True)
    for name, devices in LINES.items():
        file = offices / f"{name}.toml"
        short = Path(write_office(file, devices, short=True).vault.prompts)
        text = file.read_text("utf-8").replace(str(short), str(PROMPTS)) + _FRONT
        file.write_text(text, "utf-8")
        load(file)
        file.chmod(0o644)
    prompts = _below(root, PROMPTS)
    shutil.copytree(short, prompts)
    for path in (prompts, *prompts.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.copy(offices / "tap.toml", _below(root, CONFIG))


def _below(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

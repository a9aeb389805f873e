"""Write the machine's configuration and prompts: ``python -m tests.vm.prepare ROOT``.

The office is the rig's: one line with a V/I tap and an LM1 monitor, and words of 4 s at most.
"""

import shutil
import sys
from pathlib import Path

from appliance.config.read import load
from tests.rig.offices import write_office

CONFIG = Path("etc/zgoda/zgoda.toml")
PROMPTS = Path("/srv/prompts")
CARD = "LineTap"
MONITOR = Path("/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_LM1-if00-port0")

_FRONT = "\n[front]\ngreen = 17\namber = 27\nred = 22\nbutton = 23\n"


def main(root: Path) -> None:
    """Write below a root folder."""
    file = root / CONFIG
    hook = {"driver": "monitor", "dialect": "lm1", "port": str(MONITOR)}
    short = Path(write_office(file, hook, CARD, short=True).vault.prompts)
    shutil.copytree(short, root / PROMPTS.relative_to("/"))
    text = file.read_text("utf-8").replace(str(short), str(PROMPTS)) + _FRONT
    file.write_text(text, "utf-8")
    load(file)
    for path in (root / PROMPTS.relative_to("/")).rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (root / PROMPTS.relative_to("/")).chmod(0o755)
    file.chmod(0o644)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

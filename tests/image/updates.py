"""Make updates for a card, one that runs and one that does not start, and install them."""

import subprocess
import sys
from pathlib import Path

from tests.image.card import BOOT_SECONDS, ROOT, built
from tests.image.life import Life, stick


def good(folder: Path) -> Path:
    """Put the built system once more, as a newer one, onto a stick."""
    return stick(folder, _bundle(folder, built("root") / "root.ext4", "9.0.1"))


def dead(folder: Path) -> Path:
    """Put a system that is none onto a stick."""
    boot, root = folder / "system" / "boot", folder / "root.ext4"
    boot.mkdir(parents=True)
    for name in ("vmlinuz", "initrd.img"):
        (boot / name).write_text("none")
    make = ["/usr/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-d", str(boot.parent), str(root), "64M"]
    subprocess.run(make, check=True)
    return stick(folder, _bundle(folder, root, "9.0.2"))


def _bundle(folder: Path, root: Path, version: str) -> Path:
    """Sign an update with the key for development."""
    keys, bundle = built("root").parent / "development", folder / f"zgoda-{version}.raucb"
    make = [
        *("nice", sys.executable, "-m", "card.bundle", str(root), str(bundle)),
        *("--version", version, "--key", str(keys / "update.key")),
        *("--certificate", str(keys / "update.pem"), "--keyring", str(keys / "ca.pem")),
    ]
    subprocess.run(make, cwd=ROOT / "image-build", check=True)
    return bundle


def settled(life: Life, outcome: str) -> None:
    """Wait until the panel tells how the update did: the box serves for half a minute before."""
    page = life.visit.go("update")
    while not page.locator(".outcome", has_text=outcome).count():
        life.running.let_run()
        page.reload()


def install(life: Life) -> float:
    """Have the stick's update installed in the panel, and the box restarted.

    Returns:
        How many seconds the first took.
    """
    running, page = life.running, life.visit.go("update")
    restart = page.locator("#password-restart")
    nothing = page.locator("p.outcome", has_text="nie znaleziono")
    while not restart.count():
        page.locator("#password-install").fill(life.password)
        began = running.seconds
        page.locator("form[action='/update'] button").click()
        page.wait_for_url("**/update?done=started")
        restart.or_(nothing).wait_for(timeout=BOOT_SECONDS * 1000)
        running.must_run()  # and once more: the box had not seen the stick yet
    seconds = running.seconds - began
    restart.fill(life.password)
    page.locator("form[action='/update/restart'] button").click()
    page.wait_for_url("**/update?done=restarts")
    running.wait_until_off()
    return seconds

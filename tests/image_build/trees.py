"""A tree of a Raspberry Pi's system to install into, and what is told about any tree."""

from pathlib import Path

import pytest
from installer.checks import Asked
from installer.install import Machine, install
from installer.main import main
from installer.tree import Tree

CONFIG = "[pi4]\narm_boost=1\n\n[all]\nenable_uart=1\n"
KERNEL = "console=serial0,115200 console=tty1 root=PARTUUID=0-2 fsck.repair=yes\n"
SEED = "etc/zgoda/zgoda.toml"
HOSTS = "127.0.0.1\tlocalhost\n127.0.1.1\traspberrypi\n"
OPTIONS = ("board", "eeprom", "firewall", "firewall-ssh", "no-swap", "ssh-keys", "uart")


def system(root: Path) -> Path:
    """Make the few files of a system that an installation can touch."""
    for path, text in {
        "boot/firmware/config.txt": CONFIG,
        "boot/firmware/cmdline.txt": KERNEL,
        "etc/hostname": "raspberrypi\n",
        "etc/hosts": HOSTS,
        "etc/asound.conf": "# the owner's\n",
        "etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\n",
        "home/anna/.ssh/authorized_keys": "ssh-ed25519 AAAA anna\n",
        "usr/sbin/nft": "",
        "opt/other/file": "",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def shown(root: Path) -> dict[str, tuple[str, int, int]]:
    """Return every path with what it holds, its mode and the time of its last change."""
    return {path: (what, mode, _changed(root / path)) for path, (what, mode) in held(root).items()}


def held(root: Path) -> dict[str, tuple[str, int]]:
    """Return every path with what it holds and its mode."""
    return {
        str(path.relative_to(root)): (_content(path), path.lstat().st_mode)
        for path in root.rglob("*")
    }


def laid(root: Path, *options: str, hostname: str = "", undo: tuple[str, ...] = ()) -> Tree:
    """Install into a tree."""
    return install(Asked(root, options, surroundings={}), Machine(), hostname, undo)


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    return path.read_text("utf-8") if path.is_file() else ""


def _changed(path: Path) -> int:
    return path.lstat().st_mtime_ns


def refused(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Let the installer refuse, with nothing touched; return its sentence."""
    before = shown(root)
    assert main(["install", "--root", str(root), *arguments]) == 1
    assert shown(root) == before
    return capsys.readouterr().err

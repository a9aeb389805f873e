"""A tree of a Raspberry Pi's system to install into, and what is told about any tree."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from installer import environment
from installer.checks import Asked
from installer.environment import EnvironmentFailed
from installer.install import Machine, install
from installer.main import main
from installer.tree import Tree

CONFIG = "[pi4]\narm_boost=1\n\n[all]\nenable_uart=1\n"
KERNEL = "console=serial0,115200 console=tty1 root=PARTUUID=0-2 fsck.repair=yes\n"
SEED = "etc/zgoda/zgoda.toml"
HOSTS = "127.0.0.1\tlocalhost\n127.0.1.1\traspberrypi\n"
OPTIONS = (
    *("board", "eeprom", "firewall", "firewall-ssh", "no-swap", "ssh-keys", "uart", "usb"),
    "watchdog",
)


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
        "usr/sbin/sshd": "",
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


RELEASE = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n'


class Here(Asked):
    """A tree that is taken for the running system."""

    @property
    def here(self) -> bool:
        """Say that it is."""
        return True


class Told:
    """A machine that does nothing but make environments, and remembers what it was told."""

    def __init__(self, root: Path) -> None:
        """Take a tree for the machine."""
        self.root, self.said, self.fails = root, list[str](), ""
        self.at_first: dict[str, tuple[str, int]] = {}

    def run(self, command: Sequence[str]) -> None:
        """Note a command."""
        line = " ".join(command)
        if self.fails and self.fails in line:
            raise EnvironmentFailed(f"This failed: {line}")
        if not self.said:
            self.at_first = held(self.root)
        self.said.append(line.replace(str(self.root), ""))
        if "-m venv" in line:
            Path(command[-1]).mkdir()

    def units(self) -> list[str]:
        """Return what systemd was told."""
        return [line for line in self.said if line.startswith("systemctl")]

    @property
    def machine(self) -> Machine:
        """Return it as the installer sees it."""
        return Machine(self.run, lambda: True)


def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a system that can have Zgoda, and have the installer take it for the running one."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("os.sync", lambda: None)
    monkeypatch.setattr("sys.base_prefix", "/usr")
    monkeypatch.setattr(environment, "sources", lambda _: [])  # 20 MB, which are the same all along
    (system(tmp_path) / "etc/os-release").write_text(RELEASE)
    (tmp_path / "wheels").mkdir()
    for name in ("zgoda-0.1.0-py3-none-any.whl", "pyaudio-0.2.14-cp313-cp313-linux_x86_64.whl"):
        (tmp_path / "wheels" / name).write_text(name)
    return tmp_path


def asked(root: Path, *options: str, ssh: bool = False) -> Here:
    """Ask for options on such a system."""
    surroundings = {"SSH_CONNECTION": "192.168.1.5 50000 192.168.1.20 22"} if ssh else {}
    return Here(root, options, wheels=root / "wheels", surroundings=surroundings)


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

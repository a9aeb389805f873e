"""See whether a system can have Zgoda, before anything on it is changed."""

import ctypes.util
import importlib.util
import os
import platform
import shutil
import sys
import sysconfig
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from installer import environment, firewall, ssh, usb
from installer.places import read
from installer.tree import Tree
from installer.tunnels import tunnels

FREE_MB = 600
"""An environment takes 250 MB; for a moment there are two."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to have installed."""

    root: Path
    options: Collection[str] = ()
    programs: bool = True
    wheels: Path | None = None
    surroundings: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def here(self) -> bool:
        """Say whether it is this system, and not a tree of one."""
        return self.root == Path("/")


def problems(asked: Asked) -> list[str]:
    """Return what is in the way, a sentence each."""
    found = [*_system(asked), *_by_hand(asked), *_ssh(asked), *_tunnels(asked), *_usb(asked)]
    if asked.here and asked.programs:
        found += _packages(asked)
    return found


def _system(asked: Asked) -> Iterator[str]:
    if asked.here and os.geteuid() != 0:
        yield "Only root can install: sudo make install."
    told = _release(asked.root)
    version = told.get("VERSION_ID", "0")
    family = {told.get("ID"), *told.get("ID_LIKE", "").split()}
    if asked.here and ("debian" not in family or not version.isdigit() or int(version) < 12):
        name = told.get("PRETTY_NAME", "this system")
        yield f"Zgoda needs Debian or Raspberry Pi OS, 12 or newer, and this is {name}."
    if asked.here and platform.machine() not in {"x86_64", "aarch64"}:
        yield f"Zgoda needs a system of 64 bits, and this one is {platform.machine()}."
    if (asked.root / "var/lib/dpkg/info/zgoda.list").exists():
        yield "The Debian package is installed here; apt keeps it up to date."
    opt = asked.root / "opt/zgoda"
    if asked.programs and asked.here and opt.is_dir() and not opt.is_symlink():
        yield f"{opt} was made by hand: remove it (rm -r {opt}), and install again."


def _by_hand(asked: Asked) -> Iterator[str]:
    """Find copies that would hide what is installed: the system looks below /etc first."""
    ours = (path for path in read(asked.options).files if path.startswith("/usr/lib/"))
    hiding = (asked.root / f"etc/{path.removeprefix('/usr/lib/')}" for path in ours)
    if copied := sorted(str(path) for path in hiding if path.is_file()):
        yield f"These were copied by hand and would hide what is installed: rm {' '.join(copied)}"


def _ssh(asked: Asked) -> Iterator[str]:
    """Nobody is locked out."""
    options = asked.options
    yield from _closed(asked) if asked.here else ()
    if "firewall" in options and "firewall-ssh" in options and "ssh-off" not in options:
        tree = Tree(asked.root)
        for port in sorted(ssh.ports(asked.root)):
            if not firewall.lets_ssh_in(tree, options, port, None):
                yield (
                    f"sshd listens at port {port}, and --firewall ssh does not let it in: "
                    f"{_own_rule(port)}, or take --firewall no-ssh."
                )
    if "ssh-keys" in options and not _has_keys(asked.root):
        yield (
            "Nobody has an SSH key here (.ssh/authorized_keys), so without passwords nobody gets "
            "in: copy one first, with ssh-copy-id."
        )
    if "firewall" in options and not any(_program(asked.root, "nft")):
        yield "The firewall needs nft: apt install nftables."


def _closed(asked: Asked) -> Iterator[str]:
    """Say behind whom the door would be closed."""
    options = asked.options
    if not {"firewall", "ssh-off"} & set(options):
        return
    if not ssh.is_used(asked.root, asked.surroundings):
        return
    if "ssh-off" in options:
        yield (
            "Somebody is here through SSH, and --ssh off would close it behind them: do it at the "
            "box itself."
        )
        return
    tree, found = Tree(asked.root), ssh.connections(asked.root, asked.surroundings)
    if not found and "firewall-ssh" not in options:
        yield (
            "Somebody is here through SSH, and this would close it behind them. Take --firewall "
            "ssh, or do it at the box itself."
        )
    for each in sorted(found, key=str):
        if not firewall.lets_ssh_in(tree, options, each.port, each.peer):
            near = firewall.lets_ssh_in(tree, [*options, "firewall-ssh"], each.port, each.peer)
            rule = "take --firewall ssh" if near else _own_rule(each.port, each.peer)
            yield (
                f"Somebody is here through SSH, from {each.peer} at port {each.port}, and the "
                f"firewall would close it behind them: {rule}, or do it at the box itself."
            )


def _tunnels(asked: Asked) -> Iterator[str]:
    """A line that goes through a VPN is not cut."""
    if "firewall" not in asked.options:
        return
    tree = Tree(asked.root)
    for each in tunnels(asked.root):
        if not firewall.lets_pass(tree, each):
            dead = (
                "the telephones behind the bridge would be dead, for emergency calls too"
                if each.is_bridge
                else "nothing would be heard of it any more"
            )
            ip = "ip6" if each.peer.version == 6 else "ip"
            yield (
                f"The firewall would cut the line {each.line} from {each.peer}, and {dead}: write "
                f"the rule '{ip} daddr {each.peer} udp dport {each.port} accept' to "
                f"{firewall.OUT}/own.nft first, and one for the VPN's own packets if it ends here."
            )


def _usb(asked: Asked) -> Iterator[str]:
    """What hangs on USB and lets the owner in is let in itself."""
    if "usb" in asked.options:
        reached = "ssh-off" not in asked.options and any(_program(asked.root, "sshd"))
        yield from usb.locked_out(asked.root, ssh=reached)


def _own_rule(port: int, peer: ssh.Address | None = None) -> str:
    source = f"ip{'6' if peer.version == 6 else ''} saddr {peer}" if peer else "ip saddr @near4"
    return f"write the rule '{source} tcp dport {port} accept' to {firewall.IN}/own.nft"


def _has_keys(root: Path) -> bool:
    homes = [root / "root", *(root / "home").glob("*")]
    files = (home / ".ssh/authorized_keys" for home in homes)
    lines = (line for file in files if file.is_file() for line in file.read_bytes().splitlines())
    return any(line.strip() and not line.strip().startswith(b"#") for line in lines)


def _program(root: Path, name: str) -> Iterator[Path]:
    for folder in ("usr/sbin", "usr/bin"):
        if (root / folder / name).exists():
            yield root / folder / name


def _packages(asked: Asked) -> Iterator[str]:
    """Name Debian's packages that are missing, all at once."""
    missing = []
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    if ctypes.util.find_library("portaudio") is None:
        missing.append("libportaudio2")
    if asked.wheels is None and not has_programs(asked):
        missing += _builders()
    if any(Path(sys.base_prefix).resolve().is_relative_to(home) for home in ("/root", "/home")):
        yield (
            f"This Python lies in {sys.base_prefix}, where Zgoda's processes may not look: "
            "make install PYTHON=/usr/bin/python3"
        )
    if missing:
        yield f"Debian's own packages are missing: apt install {' '.join(missing)}"
    if shutil.disk_usage("/opt" if Path("/opt").is_dir() else "/").free < FREE_MB << 20:
        yield f"/opt has less than {FREE_MB} MB free."


def has_programs(asked: Asked) -> bool:
    """Say whether the programs in use were made of these very sources.

    Their wheels may have come from a folder that need not be there any more.
    """
    tree = Tree(asked.root)
    there = tree.at("/opt") / tree.record.environment / environment.READY
    made = tree.record.environment and tree.record.sources == environment.key(None)
    return bool(made) and there.exists()


def _builders() -> Iterator[str]:
    if shutil.which("gcc") is None:
        yield "gcc"
    if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
        yield "python3-dev"
    if not Path("/usr/include/portaudio.h").exists():
        yield "portaudio19-dev"


def _release(root: Path) -> dict[str, str]:
    try:
        lines = (root / "etc/os-release").read_text("utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name: value.strip('"') for name, _, value in pairs}

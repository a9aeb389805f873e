"""Install, upgrade and remove Zgoda on a system, or in a tree of one."""

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from installer import environment
from installer.checks import Asked, has_programs, problems
from installer.environment import Run
from installer.places import Now, Places, read
from installer.tree import Report, Tree, Wanted

BOOT_CONFIG, KERNEL_LINE = "/boot/firmware/config.txt", "/boot/firmware/cmdline.txt"
INCLUDE = "include zgoda.txt"
CONSOLES = ("console=serial0", "console=ttyAMA0", "console=ttyS0")
"""A login on the UART would talk to a line monitor there."""

UNITS = "/usr/lib/systemd/system/"
DATA, SETTINGS = "/var/lib/zgoda", "/etc/zgoda"
MEDIA = "/media/zgoda"
"""Where media for backups are mounted; tmpfiles.d makes it."""

_FIREWALL = "zgoda-firewall.service"
_USB_RULE = "/etc/udev/rules.d/71-zgoda-usb.rules"
_BY_HAND = ("zgoda-proxy.service", _FIREWALL)
"""Units that the owner may have enabled without an option."""

_NO_ROOT = "Users and folders are made at the first boot; the programs are not in this tree."


class Refused(Exception):
    """Nothing was changed; each line of the message says what is in the way."""


@dataclass(frozen=True, slots=True)
class Machine:
    """How the system is told."""

    run: Run = environment.run
    running: Callable[[], bool] = lambda: Path("/run/systemd/system").is_dir()
    """Says whether systemd runs here, and not only its files lie here."""


def install(asked: Asked, machine: Machine, hostname: str = "", undo: Collection[str] = ()) -> Tree:
    """Install or upgrade; twice is as good as once.

    Args:
        asked: where, and with which options; those of an earlier time hold on.
        machine: how commands are run.
        hostname: the machine's new name; empty leaves it.
        undo: options of an earlier time that are to hold no more.

    Returns:
        The tree, whose report tells what was done.

    Raises:
        Refused: something is in the way.
        TreeError: the same, found in the tree.
        EnvironmentFailed: the programs could not be installed; the earlier ones go on.
    """
    if hostname and "hostname" in undo:
        raise Refused("Give the machine a name or undo the one given: not both.")
    tree = Tree(asked.root)
    options = sorted((set(tree.record.options) | set(asked.options)) - set(undo))
    if found := problems(replace(asked, options=options)):
        raise Refused("\n".join(found))
    places = read(options)
    new = set(options) - set(tree.record.options)
    tree.check(_wanted(places, options))
    os.umask(0o022)  # the processes' users read what root lays
    name = _programs(tree, asked, machine, places) or tree.record.environment
    tree.lay(_wanted(places, options, name))
    _name(tree, hostname, asked, machine, back="hostname" in undo)
    tree.record.options, tree.record.environment = options, name
    if asked.here:
        tree.record.started = tree.record.started and not _changed(tree)
    tree.keep_record()
    if asked.here and not tree.record.started:
        os.sync()  # before the first process reads any of it
        _start(tree, machine, places, new)
        tree.record.started = True
        tree.keep_record()
    if not asked.here:
        tree.report.left.append(_NO_ROOT)
    return tree


def uninstall(asked: Asked, machine: Machine, data: Sequence[str] = ()) -> Tree:
    """Remove what was installed, and of the data only what is named.

    Args:
        asked: where.
        machine: how commands are run.
        data: DATA, SETTINGS or both: removed as well.

    Raises:
        Refused: nothing was installed here, not root, or another folder was named.
    """
    tree = Tree(asked.root)
    _see_that_it_may_go(tree, asked, data)
    running = asked.here and machine.running()
    if running:
        units = {unit: None for unit in (*_BY_HAND, *map(_unit_of, tree.record.links)) if unit}
        _softly(tree, machine, ["systemctl", "disable", "--now", *units])
        _open(tree, machine)
        if tree.at(_USB_RULE).exists():
            _softly(tree, machine, _USB_OPEN)
    _name(tree, "", asked, machine, back=True)
    tree.lay(Wanted({}, {}))
    for path in (*_environments(tree), *data):
        if (place := tree.at(path)).is_dir() and not place.is_symlink():
            shutil.rmtree(place)
            tree.report.removed.append(path)
    with contextlib.suppress(OSError):  # somebody's medium is mounted there, or it never was
        tree.at(MEDIA).rmdir()
    tree.drop_record()
    tree.report.left += [f"{path} stays." for path in (DATA, SETTINGS) if tree.at(path).is_dir()]
    if asked.here:
        tree.report.left.append("The users zgoda-… stay, so that nobody else gets their numbers.")
    if running:
        _softly(tree, machine, ["systemctl", "daemon-reload"])
        _softly(tree, machine, ["udevadm", "control", "--reload"])
    return tree


def _see_that_it_may_go(tree: Tree, asked: Asked, data: Sequence[str]) -> None:
    if asked.here and os.geteuid() != 0:
        raise Refused("Only root can remove it: sudo make uninstall.")
    if wrong := [path for path in data if path not in {DATA, SETTINGS}]:
        raise Refused(f"{wrong[0]} is not Zgoda's: only {DATA} and {SETTINGS} can be named.")
    if not tree.record.files and not tree.record.begun:
        raise Refused(f"Zgoda was not installed by this installer in {asked.root}.")


def _environments(tree: Tree, but: str = "") -> list[str]:
    return [f"/opt/{folder.name}" for folder in environment.others(tree.at("/opt"), but)]


def _wanted(places: Places, options: Collection[str], programs: str = "") -> Wanted:
    files = {path: source.read_bytes() for path, source in places.files.items()}
    links = dict(places.links)
    links |= {_wants(unit.name, places): f"{UNITS}{unit.name}" for unit in places.units}
    if programs:
        links[places.program] = programs
    lines = {BOOT_CONFIG: INCLUDE} if "board" in options else {}
    dropped = {KERNEL_LINE: CONSOLES} if "uart" in options else {}
    return Wanted(files, links, lines, dropped)


def _wants(unit: str, places: Places) -> str:
    """Return the link by which systemd starts a unit at boot, as `systemctl enable` makes it."""
    lines = places.files[f"{UNITS}{unit}"].read_text("utf-8").splitlines()
    (target,) = (line.partition("=")[2] for line in lines if line.startswith("WantedBy="))
    return f"/etc/systemd/system/{target}.wants/{unit}"


def _programs(tree: Tree, asked: Asked, machine: Machine, places: Places) -> str:
    """Install the programs beside those in use; return the name of their folder."""
    if not (asked.here and asked.programs):
        return ""
    if asked.wheels is None and has_programs(asked):
        return tree.record.environment
    name = f"zgoda-{environment.key(asked.wheels)}"
    tree.record.sources = environment.key(None)
    if environment.make(tree.at(places.program).parent, asked.wheels, name, machine.run):
        tree.report.laid.append(f"/opt/{name}")
    return name


def _name(tree: Tree, hostname: str, asked: Asked, machine: Machine, *, back: bool = False) -> None:
    """Give the machine a name, or its earlier one back."""
    now = _first_word(tree, "/etc/hostname")
    given, before = tree.record.hostname or ("", "")
    if back:
        hostname = before if given and now == given else ""
    if not hostname or hostname == now:
        return
    tree.write("/etc/hostname", f"{hostname}\n".encode())
    _name_in_hosts(tree, now, hostname)
    tree.record.hostname = None if back else (hostname, before or now)
    tree.report.laid.append(f"/etc/hostname: {hostname}")
    if asked.here and machine.running():
        machine.run(["hostnamectl", "set-hostname", hostname])


def _name_in_hosts(tree: Tree, before: str, name: str) -> None:
    """A machine finds its own name at 127.0.1.1, as Debian does it."""
    path = "/etc/hosts"
    place = tree.at(path)
    lines = place.read_text("utf-8").splitlines() if place.is_file() else ["127.0.0.1\tlocalhost"]
    kept = [line for line in lines if line.split()[:1] != ["127.0.1.1"] or before not in line]
    tree.write(path, "".join(f"{line}\n" for line in [*kept, f"127.0.1.1\t{name}"]).encode())


def _first_word(tree: Tree, path: str) -> str:
    place = tree.at(path)
    return (place.read_text("utf-8").split() or [""])[0] if place.is_file() else ""


AT_ONCE: Mapping[str, Sequence[str]] = {
    "no-swap": ("swapoff", "--all"),
    "ssh-keys": ("systemctl", "try-reload-or-restart", "ssh.service"),
    "ssh-off": ("systemctl", "stop", "ssh.socket", "ssh.service"),
    "uart": ("systemctl", "stop", "serial-getty@ttyAMA0.service", "serial-getty@ttyS0.service"),
    "usb": ("udevadm", "trigger", "--action=add", "--subsystem-match=usb"),
}
"""Option -> what makes it hold now, and not only from the next boot on."""


def _start(tree: Tree, machine: Machine, places: Places, new: Collection[str]) -> None:
    """Make users and folders; have the system take up what is new."""
    machine.run(["systemd-sysusers"])
    _softly(tree, machine, ["systemd-tmpfiles", "--create", "zgoda.conf"])
    if not machine.running():
        tree.report.left.append("systemd does not run here: everything starts at the next boot.")
        return
    for unit in filter(None, map(_unit_of, tree.report.removed)):
        _softly(tree, machine, ["systemctl", "stop", unit])
        if unit == _FIREWALL:
            _open(tree, machine)
    machine.run(["systemctl", "daemon-reload"])
    _take_up_rules(tree, machine)
    for option in sorted(AT_ONCE.keys() & set(new)):
        _softly(tree, machine, AT_ONCE[option])
    for unit in places.names(Now.RELOAD):
        machine.run(["systemctl", "reload-or-restart", unit])
    machine.run(["systemctl", "start", *places.names(Now.START)])
    machine.run(["systemctl", "restart", *places.names(Now.RESTART)])
    for unit in ("zgoda-proxy.service", "systemd-timesyncd.service"):
        _softly(tree, machine, ["systemctl", "try-restart", unit])
    for path in _environments(tree, tree.record.environment):
        shutil.rmtree(tree.at(path))
        tree.report.removed.append(path)


def _take_up_rules(tree: Tree, machine: Machine) -> None:
    _softly(tree, machine, ["udevadm", "control", "--reload"])
    if _USB_RULE in tree.report.removed:
        _softly(tree, machine, _USB_OPEN)


_USB_OPEN = ("/usr/bin/zgoda", "usb", "open")
"""Without it the buses would go on holding what is new until the next boot."""


def _softly(tree: Tree, machine: Machine, command: Sequence[str]) -> None:
    """Run what may fail, such as a restart of what is not installed; tell of it."""
    try:
        machine.run(command)
    except environment.EnvironmentFailed:
        tree.report.left.append(f"This had no effect: {' '.join(command)}")


def _open(tree: Tree, machine: Machine) -> None:
    """Remove the firewall's table: a unit that has failed over a rule leaves it when stopped."""
    if tree.at("/usr/sbin/nft").exists():
        _softly(tree, machine, ["nft", "add table inet zgoda; delete table inet zgoda"])


def _unit_of(link: str) -> str:
    """Return the unit that a link starts at boot; empty for any other link."""
    return Path(link).name if ".wants/" in link else ""


def _changed(tree: Tree) -> bool:
    return bool(tree.report.laid or tree.report.removed)


def told(report: Report) -> str:
    """Return what was done, for a person."""
    parts = [("Laid", report.laid), ("Removed", report.removed), ("Left alone", report.left)]
    lines = [f"{name}:\n" + "".join(f"  {each}\n" for each in what) for name, what in parts if what]
    if not report.laid and not report.removed:
        lines.insert(0, "Nothing had to be changed.\n")
    return "".join(lines)

"""Install and remove Zgoda, fetch its wheels, build its Debian package: the command line."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from installer.checks import Asked
from installer.environment import EnvironmentFailed, gather
from installer.install import Machine, Refused, install, told, uninstall
from installer.places import ListError
from installer.tree import TreeError

UNDO = ("board", "eeprom", "firewall", "hostname", "no-swap", "ssh", "uart", "usb", "watchdog")
_SEVERAL = {"ssh": ["ssh-keys", "ssh-off"], "firewall": ["firewall", "firewall-ssh"]}


def main(arguments: Sequence[str] | None = None, machine: Machine | None = None) -> int:
    """Do what is asked; return 0, or 1 with a sentence that says what is in the way."""
    asked = _parser().parse_args(arguments)
    try:
        asked.act(asked, machine or Machine())
    except (Refused, TreeError, EnvironmentFailed, ListError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'The system'}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


def _install(asked: argparse.Namespace, machine: Machine) -> None:
    options = [
        name
        for name in ("board", "eeprom", "no-swap", "uart", "usb", "watchdog")
        if _given(asked, name)
    ]
    undo = [full for name in asked.undo for full in _SEVERAL.get(name, [name])]
    if asked.firewall:
        options += ["firewall", "firewall-ssh"] if asked.firewall == "ssh" else ["firewall"]
        undo += ["firewall-ssh"] if asked.firewall == "no-ssh" else []
    if asked.ssh:
        options.append(f"ssh-{asked.ssh}")
        undo.append("ssh-off" if asked.ssh == "keys" else "ssh-keys")
    wish = Asked(
        root=asked.root, options=options, programs=not asked.no_programs, wheels=asked.wheels
    )
    tree = install(wish, machine, asked.hostname or "", undo)
    print(told(tree.report), end="")
    if asked.root == Path("/") and tree.report.laid:
        print("Restart the machine once, so that kernel and devices take up what is new.")
        print("The first page asks for a password: zgoda first-run --data /var/lib/zgoda")


def _uninstall(asked: argparse.Namespace, machine: Machine) -> None:
    tree = uninstall(Asked(root=asked.root), machine, asked.remove_data)
    print(told(tree.report), end="")


def _wheels(asked: argparse.Namespace, machine: Machine) -> None:
    gather(asked.folder, machine.run)
    print(f"{asked.folder} holds all that --wheels needs on a machine like this one.")


def _deb(asked: argparse.Namespace, _: Machine) -> None:
    from installer import deb  # noqa: PLC0415 - the same

    wish = deb.Wish(asked.architecture, asked.out, asked.wheels, asked.offline)
    print(deb.build(wish))


def _given(asked: argparse.Namespace, name: str) -> bool:
    return bool(getattr(asked, name.replace("-", "_")))


def _hostname(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", text):
        raise argparse.ArgumentTypeError("a host name has letters, digits and hyphens: zgoda")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="image-build/setup", description=__doc__)
    acts = parser.add_subparsers(required=True)
    _install_options(acts.add_parser("install", help="install, or upgrade"))
    away = acts.add_parser("uninstall", help="remove what was installed; the data stays")
    away.set_defaults(act=_uninstall)
    away.add_argument("--root", type=Path, default=Path("/"), help="a tree of a system")
    away.add_argument(
        "--remove-data",
        action="append",
        default=[],
        metavar="FOLDER",
        help="remove /var/lib/zgoda (the recordings) or /etc/zgoda (the settings) as well",
    )
    fetched = acts.add_parser("wheels", help="fetch and build all that --wheels needs")
    fetched.set_defaults(act=_wheels)
    fetched.add_argument("folder", type=Path)
    deb = acts.add_parser("deb", help="build the Debian package")
    deb.set_defaults(act=_deb)
    deb.add_argument("--architecture", choices=["amd64", "arm64"], default="amd64")
    deb.add_argument("--out", type=Path, default=Path("dist"), help="the package's folder")
    deb.add_argument("--wheels", type=Path, help="a folder with PyAudio's wheel and Zgoda's")
    deb.add_argument("--offline", action="store_true", help="that folder has all other wheels, too")
    return parser


def _install_options(here: argparse.ArgumentParser) -> None:
    here.set_defaults(act=_install)
    here.add_argument("--root", type=Path, default=Path("/"), help="a tree of a system")
    here.add_argument("--wheels", type=Path, help="a folder with every wheel: no network is needed")
    here.add_argument("--no-programs", action="store_true", help="files and units alone")
    touched = here.add_argument_group("touched only when asked for; holds until --undo")
    touched.add_argument(
        "--firewall",
        choices=["ssh", "no-ssh"],
        help="nothing comes in but the panel and mDNS, and SSH if you say so",
    )
    touched.add_argument("--ssh", choices=["keys", "off"], help="no passwords over SSH, or no SSH")
    touched.add_argument("--no-swap", action="store_true", help="no swap on the whole machine")
    touched.add_argument("--uart", action="store_true", help="no login on the header's serial port")
    touched.add_argument("--hostname", type=_hostname, help="the machine's name")
    touched.add_argument(
        "--board", action="store_true", help="a Raspberry Pi's settings: watchdog, clock, switch"
    )
    touched.add_argument(
        "--watchdog", action="store_true", help="systemd feeds the machine's watchdog, as --board"
    )
    touched.add_argument("--eeprom", action="store_true", help="the root's chip on the I2C bus")
    touched.add_argument(
        "--usb", action="store_true", help="no keyboard, network card or anything unknown over USB"
    )
    touched.add_argument(
        "--undo",
        action="append",
        default=[],
        choices=UNDO,
        help="an option that is to end",
    )

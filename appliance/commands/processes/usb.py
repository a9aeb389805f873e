"""Run ``zgoda usb``: let in what is plugged into USB (udev, as root), and show what was."""

import syslog
from pathlib import Path

import click

from appliance.commands.helpers.terminal import here
from appliance.errors import ZgodaError
from appliance.language import N_
from appliance.model.sentences.faults import in_words

HELD_BACK = N_("held back")


@click.group(short_help="Show what is plugged into USB, and what of it is let in.")
def command() -> None:
    """Let in what is plugged into USB, by the drivers that the kernel has for it."""


@command.command(epilog="Example: zgoda usb let-in /sys/devices/…/usb1/1-1")
@click.argument("device", type=click.Path(path_type=Path))
def let_in(device: Path) -> None:
    """Let DEVICE in, or hold it (run by udev's rule, as root). The journal tells what was held."""
    from appliance.card.usb import Usb

    try:
        decided = Usb().let_in(device)
    except OSError as error:
        _note(f"{device.name} is held: {error.strerror}.")
        held = in_words("usb_held", device=device.name, detail=error.strerror)
        raise ZgodaError(held) from error
    except ZgodaError as error:
        _note(f"{device.name} is held: {error}")
        raise
    for each in decided:
        if not each.let_in:
            _note(f"{each.name} is held: {_wanted(each.drivers)}")


@command.command("open", epilog="Example: zgoda usb open")
def open_() -> None:
    """Hold nothing any more (run by the installer, as root, once the rule is gone)."""
    from appliance.card.usb import Usb

    try:
        Usb().open()
    except OSError as error:
        raise ZgodaError(in_words("usb_stays", detail=error.strerror)) from error


@command.command(epilog="Example: zgoda usb show")
def show() -> None:
    """List what is plugged in, the drivers that want it, and whether it is let in."""
    from appliance.card.usb import Usb

    usb = Usb()
    for device in usb.devices():
        try:
            seen = usb.seen(device)
        except OSError:
            continue  # pulled out meanwhile
        if not seen:
            click.echo(f"{device.name}: {here(HELD_BACK)}")
        for each in seen:
            said = here(N_("let in")) if each.let_in else here(HELD_BACK)
            click.echo(f"{each.name}: {said}; {_wanted(each.drivers)}")


def _wanted(drivers: frozenset[str]) -> str:
    if not drivers:
        return here(N_("no driver wants it."))
    return here(N_("the driver %(names)s wants it."), names=", ".join(sorted(drivers)))


def _note(sentence: str) -> None:
    syslog.openlog("zgoda-usb", facility=syslog.LOG_DAEMON)
    syslog.syslog(syslog.LOG_WARNING, f"USB device {sentence}")

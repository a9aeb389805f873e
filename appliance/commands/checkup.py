"""What the doctor finds: each finding is fine, a warning or a failure, and says how to mend it."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from appliance.clock import Clock
from appliance.commands.machine import Machine, SerialPort
from appliance.config.folders import Folders
from appliance.config.settings import Config, Line, LineKind, Part
from appliance.errors import LineError
from appliance.lines.profiles import monitor_profile
from appliance.prompts.library import Library

SCARCE_BYTES = 2 << 30
"""Free room below which a warning is due: about 60 hours of calls."""

LEAST_BYTES = 256 << 20
"""Below this no recording starts."""


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    subject: str
    level: Literal["ok", "warn", "fail"]
    text: str


def ok(subject: str, text: str) -> Finding:
    """Find that all is well."""
    return Finding(subject=subject, level="ok", text=text)


def warn(subject: str, text: str) -> Finding:
    """Find something that should be mended."""
    return Finding(subject=subject, level="warn", text=text)


def fail(subject: str, text: str) -> Finding:
    """Find something that keeps the box from working."""
    return Finding(subject=subject, level="fail", text=text)


def examine_box(machine: Machine, folders: Folders, clock: Clock) -> Iterator[Finding]:
    """Look at what every box has: room, rights, time, memory, devices."""
    yield _room(machine, folders.data)
    yield _data_folder(machine, folders)
    yield _vault(folders)
    if clock.trusted():
        yield ok("clock", "The clock has been set.")
    else:
        yield warn("clock", "The clock has not been set since boot; connect a network or an RTC.")
    if machine.swap():
        yield warn("swap", "Memory can be swapped to disk; turn swap off (swapoff -a, /etc/fstab).")
    else:
        yield ok("swap", "No swap: what is in memory stays there.")
    yield from _devices(machine)


def _room(machine: Machine, data: Path) -> Finding:
    free = machine.free(data)
    told = f"{free / 1e9:.1f} GB are free for {data}"
    if free < LEAST_BYTES:
        return fail(
            "disk", f"{told}; no recording starts below 0.3 GB: erase, or use a larger disk."
        )
    if free < SCARCE_BYTES:
        return warn("disk", f"{told}; that is less than 60 hours of calls.")
    return ok("disk", f"{told}.")


def _data_folder(machine: Machine, folders: Folders) -> Finding:
    data = folders.data
    if data.exists() and not data.is_dir():
        return fail("data", f"{data} is no folder; name another with --data.")
    if not machine.writable(data):
        return fail(
            "data", f"{data} cannot be written by this user; run as its owner, or chown it."
        )
    if not data.exists():
        return ok("data", f"{data} is not there yet; it is made at the first start.")
    if not machine.private(data):
        return warn("data", f"{data} can be read by everybody on this machine; chmod o= {data}.")
    return ok("data", f"{data} is private.")


def _vault(folders: Folders) -> Finding:
    try:
        there = [copy.exists() for copy in folders.keyring]
    except OSError:
        return warn("vault", f"{folders.data} cannot be looked into; run as its owner.")
    if all(there):
        return ok("vault", "Both copies of the keyring are there.")
    if any(there):
        return warn(
            "vault", "One copy of the keyring is missing; the keeper restores it at its start."
        )
    return warn("vault", "Not set up yet: open the panel and follow the first run.")


def _devices(machine: Machine) -> Iterator[Finding]:
    ports = machine.serial_ports()
    for port in ports:
        yield ok("serial", f"{port.device}: {_described(port)}")
    if not ports:
        yield ok("serial", "No serial port is plugged in.")
    cards = machine.sound_cards()
    for card in cards:
        yield ok("sound", f"{card.id}: {card.description}")
    if not cards:
        yield ok("sound", "No sound card is plugged in.")
    chips = machine.gpio_chips()
    if chips:
        yield ok("gpio", f"{', '.join(chips)}: lamps and button can be used.")
    else:
        yield ok("gpio", "No GPIO here: lamps and button are simulated.")


def _described(port: SerialPort) -> str:
    return port.description if port.description not in {"", "n/a"} else "a port without a name"


def examine_config(machine: Machine, config: Config) -> Iterator[Finding]:
    """Look at what the configuration asks for: the vault's files, each line's devices, prompts."""
    yield ok(
        "configuration",
        f"Valid; lines: {len(config.lines)}, purposes: {len(config.purposes)}.",
    )
    if config.vault.eraser == "file":
        yield warn("eraser", "Level E0, a plain file: for a trial only; a stolen disk can be read.")
    elif Path(config.vault.board_secret).exists():
        yield ok("eraser", "Level E1: a file under the board's own secret.")
    else:
        secret = config.vault.board_secret
        yield fail("eraser", f"{secret}, the board's secret, is not there; start its boot service.")
    library = Library(config.vault.prompts)
    for line in config.lines:
        yield from _line(machine, config, line, library)


def _line(machine: Machine, config: Config, line: Line, library: Library) -> Iterator[Finding]:
    subject = f"line {line.name}"
    for role, part in (("hook", line.hook), ("audio", line.audio), ("prompt", line.prompt)):
        yield _part(machine, subject, role, part)
    if line.kind is not LineKind.PHONE:
        yield ok(subject, f"A {line.kind} line is never asked and never recorded.")
    elif not line.purposes:
        yield warn(subject, "No purpose: nothing is recorded; name some in purposes.")
    else:
        missing = library.missing(config, line)
        for sentence in missing:
            yield fail(subject, f"{sentence}.")
        if not missing:
            yield ok(subject, "Every prompt that it needs is there.")


def _part(machine: Machine, subject: str, role: str, part: Part) -> Finding:
    """Look for the device that plays one role of a line."""
    if importlib.util.find_spec(f"appliance.lines.{part.driver}") is None:
        return fail(subject, f"{role}: this version cannot drive a {part.driver} yet.")
    if part.driver == "exchange":
        return ok(subject, f"{role}: simulated.")
    port, card = part.options.get("port"), part.options.get("card")
    if port is not None:
        return _port(machine.serial_ports(), subject, role, part, port)
    if card is not None:
        return _card(machine, subject, role, card)
    return ok(subject, f"{role}: {part.driver}.")


def _port(ports: list[SerialPort], subject: str, role: str, part: Part, port: str) -> Finding:
    if not any(port in each.answers for each in ports):
        there = ", ".join(each.device for each in ports) or "none"
        return fail(subject, f"{role}: {port} is not plugged in; there are: {there}.")
    if part.driver == "monitor":
        try:
            monitor_profile(part.options["dialect"])
        except LineError as error:
            return fail(subject, f"{role}: {error}.")
    return ok(subject, f"{role}: {port} is plugged in.")


def _card(machine: Machine, subject: str, role: str, card: str) -> Finding:
    cards = [each.id for each in machine.sound_cards()]
    if card in cards:
        return ok(subject, f"{role}: sound card {card} is plugged in.")
    there = ", ".join(cards) or "none"
    return fail(subject, f"{role}: sound card {card} is not plugged in; there are: {there}.")

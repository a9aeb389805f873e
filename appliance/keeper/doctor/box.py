"""Examine what every box has: clock, disk, memory, versions."""

import sys
from collections.abc import Iterator
from pathlib import Path

from appliance import __version__
from appliance.clock import Clock
from appliance.keeper.doctor.machine import Machine, standing
from appliance.model.findings import Finding, find
from appliance.model.outside.sftp import key_digest
from appliance.vault.seal import ROOM_TO_GO_ON, ROOM_TO_START
from appliance.vault.timed_disk import SLOW_SYNC_SECONDS

SCARCE_BYTES = 2 << 30
"""Free bytes below which a warning is due: about 30 hours of calls."""

HOUR_BYTES = 2 * 30_000_000
"""The most an hour of a call takes, on two channels."""

LEAST_MEMORY = 100 << 20

NO_RIGHTS = frozenset({"vfat", "exfat", "msdos", "ntfs", "ntfs3", "fuseblk"})
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
ELSEWHERE = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"})


def examine_box(machine: Machine, data: Path, clock: Clock) -> Iterator[Finding]:
    """Yield the findings that need neither vault nor configuration."""
    yield from _clock(machine, clock)
    yield from _disk(machine, data, clock)
    yield from _memory(machine)
    if key := machine.ssh_key():
        yield find("ssh.root", key=key_digest(key))
    yield find("versions.told", zgoda=__version__, **machine.versions())
    if sys.maxsize <= 2**32:
        yield find("versions.narrow")


def _clock(machine: Machine, clock: Clock) -> Iterator[Finding]:
    yield find("clock.set" if clock.trusted() else "clock.unset")
    chip, kept = machine.clock_chip(), machine.synchronised()
    yield find("clock.kept" if kept else "clock.not_kept")
    yield find("clock.chip" if chip else "clock.no_chip")


def _disk(machine: Machine, data: Path, clock: Clock) -> Iterator[Finding]:
    try:
        there = data.exists()
        if there and not data.is_dir():
            yield find("disk.no_folder", path=data)
            return
        yield _room(machine, data)
        yield from _mount(machine, data)
    except OSError as error:
        yield find("disk.unknown", path=data, detail=error.strerror)
        return
    if not machine.writable(data):
        yield find("disk.denied", path=data)
    elif not there:
        yield find("disk.later", path=data)
    else:
        yield find("disk.private" if machine.private(data) else "disk.open", path=data)
        yield _writes(machine, data, clock)


def _room(machine: Machine, data: Path) -> Finding:
    free = machine.free(data)
    if free < ROOM_TO_GO_ON:
        return find("disk.stopped", free=size(free))
    if free < ROOM_TO_START:
        return find("disk.full", free=size(free))
    hours = (free - ROOM_TO_START) // HOUR_BYTES
    scarce = free < SCARCE_BYTES
    return find("disk.scarce" if scarce else "disk.room", hours=hours, free=size(free))


def _mount(machine: Machine, data: Path) -> Iterator[Finding]:
    mount = machine.mount(standing(data))
    if mount is None:
        return
    if mount.read_only:
        yield find("disk.read_only", path=data)
    kinds = {"disk.rights": NO_RIGHTS, "disk.gone": IN_MEMORY, "disk.far": ELSEWHERE}
    id = next((id for id, among in kinds.items() if mount.kind in among), "disk.kind")
    yield find(id, path=data, kind=mount.kind)


def _writes(machine: Machine, data: Path, clock: Clock) -> Finding:
    try:
        seconds = machine.write_seconds(data, clock)
    except OSError as error:
        return find("disk.broken", path=data, detail=error.strerror)
    id = "disk.slow" if seconds > SLOW_SYNC_SECONDS else "disk.writes"
    return find(id, ms=max(1, round(seconds * 1000)))


def _memory(machine: Machine) -> Iterator[Finding]:
    free = machine.free_memory()
    if free is not None:
        yield find("memory.scarce" if free < LEAST_MEMORY else "memory.room", free=size(free))
    yield find("memory.swap" if machine.swap() else "memory.no_swap")


def size(count: int) -> str:
    """Write a number of bytes for people."""
    return f"{count // 10**9} GB" if count >= 10**10 else f"{count // 10**6} MB"

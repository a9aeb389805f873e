"""A change that ends in the middle: killed, or failing, at each of its writes."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from appliance.config.kept import in_force
from appliance.errors import VaultError
from appliance.keeper.audit.lines import readable
from appliance.vault.disk import Disk
from tests.keeper.settings.changing import Office, settings_agree

WRITES = ("write", "sync", "sync_all", "rename", "sync_folder")


class Killed(BaseException):
    """The process ends here: nothing after it is done."""


@contextmanager
def ending_at(moment: int, how: Callable[[], BaseException], *, once: bool) -> Iterator[list[int]]:
    """Let one write, or it and all that follow, end the keeper's work."""
    count = [0]

    def counting(name: str) -> Any:
        work = getattr(Disk, name)

        def act(self: Disk, *given: Any, **named: Any) -> Any:
            count[0] += 1
            if count[0] == moment or (count[0] > moment and not once):
                raise how()
            return work(self, *given, **named)

        return act

    with mock.patch.multiple(Disk, **{name: counting(name) for name in WRITES}):
        yield count


@pytest.mark.parametrize("first", [True, False], ids=["first change", "later change"])
def test_killed_at_each_write_it_holds_whole_or_not_at_all(office: Office, *, first: bool) -> None:
    if not first:
        office.pause(2)
        office.pause(9)
        office.pause(2)
    moment, minutes, seen = 0, 2, set()
    while True:
        moment += 1
        before, minutes = minutes, 3 + moment % 9
        with ending_at(moment, Killed, once=False) as count:
            try:
                office.pause(minutes)
            except Killed:
                pass
        office.box.keeper._box.now = None  # it was killed: it signs and writes nothing more
        office.box.restart()
        office = Office(office.box, office.box.log_in())
        found = settings_agree(office.box, office.token)
        assert found in {before, minutes}
        seen.add("held" if found == minutes else "not")
        minutes = found
        if count[0] < moment:
            break
    assert seen == {"held", "not"}
    assert moment > 10
    never = [e for e, _ in readable(office.box.folders.audit) if e.type == "failed"]
    assert all((entry.detail or "").startswith("settings.v") for entry in never)
    assert first or never


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_write_that_fails_changes_nothing_or_is_told_as_held(office: Office, number: int) -> None:
    def fails() -> BaseException:
        return OSError(number, os.strerror(number))

    moment, failed = 0, 0
    while True:
        moment += 1
        before = in_force(office.box.folders, office.box.seed).config.office.pause_minutes
        minutes = 3 + moment % 9
        with ending_at(moment, fails, once=True) as count:
            try:
                answered = office.pause(minutes).version
            except VaultError:
                answered, failed = None, failed + 1
        now = in_force(office.box.folders, office.box.seed)
        assert now.config.office.pause_minutes == (before if answered is None else minutes)
        assert office.show().version == now.version
        if count[0] < moment:
            break
    assert failed
    office.box.restart()  # an entry whose sync failed is decided on at the next start
    settings_agree(office.box, office.box.log_in())

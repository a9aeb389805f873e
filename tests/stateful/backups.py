"""Copy the box onto a medium, cut copies off, and restore them: the rules of backups."""

from collections import Counter
from pathlib import Path
from shutil import rmtree
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from appliance.keeper.backup.medium import Medium
from tests.keeper.erasure.cuts import PowerCut, cut_at
from tests.stateful.box import Box
from tests.stateful.copies import (
    Copied,
    medium_agrees,
    note_copy,
    number_on,
    restored_agrees,
)

OPERATIONS = ("put", "sync", "rename", "remove", "make_folder", "remove_folder")
"""Of a medium: it may be gone before each."""


class BackupRules(RuleBasedStateMachine):
    """What is done with the medium; by itself the keeper also makes a copy a day."""

    box: Box
    done: ClassVar[Counter[str]]
    copied: Copied | None = None
    """What the copy in force must hold; None before the first."""

    finished = True
    """Whether everything else was removed from the medium."""

    away = False
    """Whether the medium is somewhere else."""

    def watch_copies(self) -> None:
        """Note what each copy must hold, as soon as it is made."""
        self.box.copied = self._noted

    def _noted(self) -> None:
        self.done["copies"] += 1
        self.copied, self.finished = note_copy(self.box), True

    @property
    def _stick(self) -> Path:
        return self.box.stick.with_name("away") if self.away else self.box.stick

    @precondition(lambda self: not self.away)
    @rule()
    def a_backup_is_made(self) -> None:
        """Somebody asks for it."""
        before = self.done["copies"]
        self.box.backups.ask()
        assert self.done["copies"] == before + 1, self.box.backups.seen().trouble
        self.the_medium_agrees()

    @precondition(lambda self: not self.away)
    @rule(at=st.integers(1, 60))
    def a_backup_is_cut_off(self, at: int) -> None:
        """The medium is pulled out within a copy: the one before counts, or the new one does."""
        number = self.copied.number if self.copied is not None else 0
        try:
            with cut_at(pytest.MonkeyPatch(), at, Medium, OPERATIONS):
                self.box.backups.ask()
        except PowerCut:
            self.done["copies cut"] += 1
            self.finished = False
            if self.copied is None and not (self.box.stick / "zgoda-backup" / "manifest").exists():
                return
            if number_on(self.box.stick) > number:
                self.copied = note_copy(self.box)
        self.the_medium_agrees()

    @rule()
    def the_medium_goes_or_comes(self) -> None:
        """Somebody takes it home, or brings it back."""
        before = self._stick
        self.away = not self.away
        before.rename(self._stick)

    def the_medium_agrees(self) -> None:
        """Compare the medium, wherever it is."""
        if self.copied is not None:
            medium_agrees(self.box, self._stick, self.copied, finished=self.finished)

    @precondition(lambda self: self.copied is not None)
    @rule()
    def the_box_burns_down(self) -> None:
        """Another board begins with the medium and the sheet; then the tale goes on without it."""
        assert self.copied is not None
        self.done["restored"] += 1
        there = self.box.stick.with_name("restored")
        try:
            restored_agrees(self.box, self._stick, self.copied, there)
        finally:
            rmtree(there, ignore_errors=True)

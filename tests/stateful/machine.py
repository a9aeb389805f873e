"""Do to a box whatever people, callers, clocks and power can do, in any order."""

import hashlib
from collections import Counter
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.link.operations import Role
from appliance.link.requests.calls import (
    EraseCall,
    EraseCalls,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    ReleaseHold,
    VerifyCalls,
)
from appliance.link.requests.time import AllowErasure, ConfirmTime, DueDay, GetTime
from appliance.model.records import Verdict
from appliance.recorder.recording.notes import Notes
from tests.keeper.boxes import OWNER
from tests.keeper.office import read_wav
from tests.stateful.agreement import agree, all_agree
from tests.stateful.backups import BackupRules
from tests.stateful.box import Box, refused
from tests.stateful.people import SOMETHING, PeopleRules, pick

MOST_CALLS = 8
"""Living at once: each is opened after each step."""

KEPT = {"service": 2, "training": 9, "quality": 40}
"""Purpose -> days."""

PURPOSES = st.sampled_from(sorted(KEPT))


class BoxMachine(PeopleRules, BackupRules):
    """One box, from its first call on."""

    done: ClassVar[Counter[str]] = Counter()
    """What was done to all boxes of this process."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(mkdtemp(prefix="stateful"))
        self.box = Box(self._folder)
        self.office = self.box.office
        self.watch_copies()
        self._seed = 0

    def teardown(self) -> None:
        """Look once more at everything that was ever erased."""
        calls = self.office.calls.values()
        self.done["boxes"] += 1
        self.done["recorded"] += len(calls)
        self.done["erased"] += sum(call.gone for call in calls)
        try:
            all_agree(self.box)
            self.the_medium_agrees()
        finally:
            self.box.close()
            rmtree(self._folder, ignore_errors=True)

    @invariant()
    def everything_agrees(self) -> None:
        """Let a second pass, then compare."""
        self.done["steps"] += 1
        self.box.later(1)
        agree(self.box)

    @initialize(
        some=st.lists(st.sets(PURPOSES, min_size=1), min_size=2, max_size=3), at_work=st.booleans()
    )
    def an_ordinary_day_begins(self, some: list[set[str]], at_work: bool) -> None:
        """Calls come in, and perhaps the owner is logged in; whatever rules are drawn later."""
        for purposes in some:
            self.a_whole_call(purposes, 1, "hang_up")
        if at_work:
            self.box.log_in(OWNER)

    # -- callers --------------------------------------------------------------------------------

    @precondition(lambda self: len(self.box.running) < 2 and self._room())
    @rule(
        purposes=st.sets(PURPOSES, min_size=1),
        channels=st.sampled_from((1, 2)),
    )
    def a_call_begins(self, purposes: set[str], channels: int) -> None:
        """Somebody agrees."""
        self._seed += 1
        self.box.begin({one: KEPT[one] for one in sorted(purposes)}, channels, self._seed)
        self.box.running[-1].speak(1)

    @precondition(lambda self: self._room())
    @rule(
        purposes=st.sets(PURPOSES, min_size=1),
        blocks=st.integers(1, 3),
        how=st.sampled_from(("hang_up", "hang_up", "hang_up", "cut", "withdraw")),
    )
    def a_whole_call(self, purposes: set[str], blocks: int, how: str) -> None:
        """From the consent to the take-up, with nothing in between."""
        self._seed += 1
        self.box.begin({one: KEPT[one] for one in sorted(purposes)}, 1, self._seed)
        self.box.running[-1].speak(blocks)
        self.box.end(self.box.running[-1], how)
        self.box.keeper.take_up()

    def _room(self) -> bool:
        there = [call for call in self.office.calls.values() if call.state in {"closed", "living"}]
        return len(there) + len(self.box.running) < MOST_CALLS and self.box.recorder.pool.ready

    @precondition(lambda self: self.box.running)
    @rule(which=SOMETHING, blocks=st.integers(1, 3), pause=st.booleans())
    def they_talk(self, which: int, blocks: int, pause: bool) -> None:
        """They talk on, perhaps after a pause."""
        call = pick(self.box.running, which)
        if pause:
            call.pause()
        call.speak(blocks)

    @precondition(lambda self: self.box.running and self._room())
    @rule(which=SOMETHING)
    def the_disk_stumbles(self, which: int) -> None:
        """A write fails: the call continues in another file."""
        pick(self.box.running, which).stumble()

    @precondition(lambda self: self.box.running)
    @rule(which=SOMETHING, how=st.sampled_from(("hang_up", "hang_up", "cut", "withdraw")))
    def a_call_ends(self, which: int, how: str) -> None:
        """They hang up, the recorder is killed, or the caller takes everything back."""
        self.box.end(pick(self.box.running, which), how)

    @precondition(lambda self: any(self._several(call) for call in self.box.running))
    @rule(which=SOMETHING)
    def a_purpose_ends(self, which: int) -> None:
        """The caller takes one of several purposes back."""
        pick([call for call in self.box.running if self._several(call)], which).end_purpose()

    @staticmethod
    def _several(call: Any) -> bool:
        return len(call.purposes) - len(call.ended) > 1

    @rule()
    def nobody_agrees(self) -> None:
        """A call is not recorded: one more is counted."""
        Notes(self.box.folders.notes, self.box.clock).write("Reception", "unrecorded", "refused")
        self.box.keeper.take_up()
        self.office.notes += 1

    # -- the keeper, the power, the clock -------------------------------------------------------

    @rule()
    def the_keeper_takes_up(self) -> None:
        """The recorder told it that something is closed."""
        self.box.keeper.take_up()
        self._everything_is_taken_up()

    def _everything_is_taken_up(self) -> None:
        """Hold the keeper to taking up, or erasing, all that is closed, at once."""
        for call in self.office.calls.values():
            if call.state == "closed":
                entry = self.box.opened.keyring.get(call.rid)
                # The comparison after this step sees whether one that has gone might go.
                assert entry is None or (entry.due_day is not None and not call.withdrawn)

    @rule(seconds=st.sampled_from((31, 31, 900, 3600, DAY, 3 * DAY, 12 * DAY)))
    def time_passes(self, seconds: float) -> None:
        """Nobody does anything for some time."""
        self.box.later(seconds)

    @rule(seconds=st.sampled_from((-40 * DAY, -3600, -60, 0, 0, 60, 82_800, 9 * DAY)))
    def the_wall_clock_is_set(self, seconds: float) -> None:
        """Whoever sets it: a time server, a liar, nobody."""
        self.done["clock set"] += 1
        self.box.clock.lie = seconds
        self.office.lied = self.office.lied or seconds > 60

    @rule()
    def the_keeper_restarts(self) -> None:
        """It ends in order and comes back."""
        self.done["starts"] += 1
        self.box.restart()
        self._everything_is_taken_up()

    @rule(off=st.sampled_from((30, 7200, 2 * DAY, 20 * DAY)))
    def the_power_fails(self, off: float) -> None:
        """Everything ends, and starts in another boot."""
        self.done["power cuts"] += 1
        self.box.power_cut(off)
        self._everything_is_taken_up()

    @precondition(lambda self: self.office.with_role(Role.ADMINISTRATOR))
    @rule()
    def an_administrator_confirms_the_time(self) -> None:
        """By their own watch, which is right."""
        who, box = self._with(Role.ADMINISTRATOR), self.box
        password = self.office.people[who].password
        box.ask(ConfirmTime(box.clock.true, box.clock.monotonic(), password), who)
        self.office.confirmed, self.office.boots, self.office.least_time = box.boot, 1, 0.0
        self.office.lied = box.clock.lie > 60
        box.swept = True

    @precondition(lambda self: self.office.with_role(Role.ADMINISTRATOR))
    @rule(wrong=st.integers(0, 4))
    def an_administrator_allows_an_erasure(self, wrong: int) -> None:
        """What waits goes, if it is what was shown."""
        who, box = self._with(Role.ADMINISTRATOR), self.box
        password = self.office.people[who].password
        due: tuple[DueDay, ...] = box.ask(GetTime(), who).due
        count = sum(day.recordings for day in due) + (wrong == 4)
        last = due[-1].day if due else 0
        try:
            box.ask(AllowErasure(last, count, password), who)
        except Refused as refusal:
            assert refusal.code in {"list_changed", "time_unconfirmed"}  # noqa: PT017 - either may be
            assert wrong == 4 or not due or box.clock.lie

    # -- what is done to calls ------------------------------------------------------------------

    def _with(self, *roles: Role) -> str:
        name = self.office.with_role(*roles)
        assert name is not None
        return name

    @precondition(lambda self: self.office.living and self.office.with_role(*Role))
    @rule(which=SOMETHING, who=SOMETHING)
    def a_call_is_handed_over(self, which: int, who: int) -> None:
        """By somebody who may, or not at all."""
        call = pick(self.office.living, which)
        name = pick([n for n, s in self.office.sessions.items() if not s.one_time], who)
        operation, parts = ExportCall(call.rid), self.office.together(call)
        restricted = any(part.restricted for part in parts)
        if Role.PRIVACY_OFFICER not in self.office.people[name].roles or restricted:
            with refused("forbidden", "restricted"):
                self.box.ask(operation, name)
            return
        raw = read_wav(self.box.ask(operation, name))
        if len(parts) == 1:
            assert hashlib.sha256(raw.tobytes()).hexdigest() == call.digest

    @precondition(lambda self: self.office.with_role(Role.PRIVACY_OFFICER, Role.ADMINISTRATOR))
    @rule()
    def everything_is_verified(self) -> None:
        """Frame by frame, against the audit."""
        who = self._with(Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)
        found = self.box.ask(VerifyCalls(), who).verdicts
        for call in self.office.calls.values():
            if call.alive:
                assert found.pop(call.rid) is (Verdict.COMPLETE if call.complete else Verdict.CUT)
            elif call.state == "erased":
                assert found.pop(call.rid) is Verdict.SHREDDED
        assert set(found.values()) <= {Verdict.SHREDDED}
        assert all(self.office.calls[rid].state == "erasing" for rid in found)

    @precondition(lambda self: self.office.living and self.office.with_role(Role.PRIVACY_OFFICER))
    @rule(which=SOMETHING, ground=st.sampled_from(list(HoldGround)))
    def a_call_is_held(self, which: int, ground: HoldGround) -> None:
        """Past its day."""
        call = pick(self.office.living, which)
        hold = HoldCall(call.rid, ground, "A lawsuit", "2099-12-31")
        self.box.ask(hold, self._with(Role.PRIVACY_OFFICER))
        for part in self.office.together(call):
            part.held = True

    @precondition(lambda self: self.office.living and self.office.with_role(Role.PRIVACY_OFFICER))
    @rule(which=SOMETHING)
    def a_hold_is_lifted(self, which: int) -> None:
        """If there is one."""
        call, who = pick(self.office.living, which), self._with(Role.PRIVACY_OFFICER)
        if call.held:
            self.box.ask(ReleaseHold(call.rid), who)
            for part in self.office.together(call):
                part.held = False
        else:
            with refused("not_held"):
                self.box.ask(ReleaseHold(call.rid), who)

    @precondition(lambda self: not self.office.unlocked() and self.office.living)
    @rule(which=SOMETHING, restricted=st.booleans())
    def a_call_is_restricted(self, which: int, restricted: bool) -> None:
        """Art. 18: it is only kept, with all its parts.

        No operation does this yet; the keyring's entries can say it.
        """
        parts = self.office.together(pick(self.office.living, which))
        self.box.opened.keyring.change(
            [part.rid for part in parts],
            lambda _, entry: structs.replace(entry, restricted=restricted),
        )
        for part in parts:
            part.restricted = restricted

    @precondition(lambda self: self.office.living and self.office.with_role(Role.PRIVACY_OFFICER))
    @rule(one=SOMETHING, other=SOMETHING, ground=st.sampled_from(list(Ground)))
    def several_calls_are_erased(self, one: int, other: int, ground: Ground) -> None:
        """All but those that are held."""
        who = self._with(Role.PRIVACY_OFFICER)
        named = list(dict.fromkeys(pick(self.office.living, which).rid for which in (one, other)))
        calls = [call for call in self.office.living if call.rid in named]
        operation = EraseCalls(tuple(named), ground, "Asked for it")
        kept = [call for call in calls if any(part.held for part in self.office.together(call))]
        if len(kept) == len(calls):
            with refused("held"):
                self.box.ask(operation, who)
            return
        done = self.box.ask(operation, who)
        assert {one.recording for one in done.kept} == {call.rid for call in kept}
        made = done.certificates
        assert [one.state for one in made] == ["erasing"] * (len(named) - len(kept))
        free = [call for call in calls if call not in kept]
        for part in (part for call in free for part in self.office.together(call)):
            part.state, part.ground = "erasing", ground.value

    @precondition(lambda self: self.office.living and self.office.with_role(Role.PRIVACY_OFFICER))
    @rule(which=SOMETHING, ground=st.sampled_from(list(Ground)))
    def a_call_is_erased(self, which: int, ground: Ground) -> None:
        """Unless it is held."""
        call, who = pick(self.office.living, which), self._with(Role.PRIVACY_OFFICER)
        operation, parts = EraseCall(call.rid, ground, "Asked for it"), self.office.together(call)
        if any(part.held for part in parts):
            with refused("held"):
                self.box.ask(operation, who)
            return
        made = self.box.ask(operation, who)
        assert made.state == "erasing"
        for part in parts:
            part.state, part.ground = "erasing", ground.value

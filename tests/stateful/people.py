"""Let people come, go, forget, choose and log in: the rules that change who may do what."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from appliance.link.operations import Role
from appliance.link.requests.login import LogIn, LogOut
from appliance.link.requests.me import BeginTotp, ChangePassword, ConfirmTotp, DropTotp
from appliance.link.requests.people import (
    AddPerson,
    ChangeRoles,
    RemovePerson,
    RemoveTotp,
    ResetPassword,
)
from tests.keeper.boxes import OWNER
from tests.stateful.box import Box, refused
from tests.stateful.dictionary import Office, Person, Session

NAMES = ("Jan Kowalski", "Maria Żak", "Piotr Lis")
PASSWORDS = ("purple monkey dishwasher", "seven wet umbrellas dance", "quiet zinc harbour plums")
SOMETHING = st.integers(0, 2**16)
"""Picks one of what there is."""


def pick(some: list[Any], which: int) -> Any:
    """Return one of several."""
    return some[which % len(some)]


class PeopleRules(RuleBasedStateMachine):
    """What people do about themselves and each other."""

    box: Box
    office: Office

    @precondition(lambda self: len(self.office.sessions) < len(self.office.people))
    @rule(which=SOMETHING)
    def somebody_logs_in(self, which: int) -> None:
        """With whatever they have."""
        out = [name for name in self.office.people if name not in self.office.sessions]
        self.box.log_in(pick(out, which))

    @precondition(lambda self: self.office.sessions)
    @rule(everybody=st.booleans(), which=SOMETHING)
    def somebody_logs_out(self, everybody: bool, which: int) -> None:
        """The last one locks the box."""
        names = list(self.office.sessions)
        for name in names if everybody else [pick(names, which)]:
            self.box.ask(LogOut(), name)
            del self.office.sessions[name]

    @precondition(lambda self: OWNER in self.office.sessions and self._free())
    @rule(roles=st.sets(st.sampled_from(list(Role)), min_size=1), which=SOMETHING)
    def somebody_comes(self, roles: set[Role], which: int) -> None:
        """The owner adds a person."""
        name = pick(self._free(), which)
        made = self.box.ask(AddPerson(name, tuple(roles), self._owners), OWNER)
        self.office.people[name] = Person(
            made.operator, made.password, frozenset(roles), made.until
        )

    def _free(self) -> list[str]:
        return [name for name in NAMES if name not in self.office.people]

    @property
    def _owners(self) -> str:
        return self.office.people[OWNER].password

    def _others(self) -> list[str]:
        return [name for name in self.office.people if name != OWNER]

    @precondition(lambda self: OWNER in self.office.sessions and self._others())
    @rule(which=SOMETHING)
    def somebody_leaves(self, which: int) -> None:
        """The owner removes a person."""
        name = pick(self._others(), which)
        person = self.office.people[name]
        self.box.ask(RemovePerson(person.operator, self._owners), OWNER)
        self.office.former.append((name, person.password))
        del self.office.people[name]
        self.office.sessions.pop(name, None)

    @precondition(lambda self: OWNER in self.office.sessions and self._others())
    @rule(roles=st.sets(st.sampled_from(list(Role)), min_size=1), which=SOMETHING)
    def somebody_gets_other_roles(self, roles: set[Role], which: int) -> None:
        """At once, also where they are logged in."""
        person = self.office.people[pick(self._others(), which)]
        self.box.ask(ChangeRoles(person.operator, tuple(roles), self._owners), OWNER)
        person.roles = frozenset(roles)

    @precondition(lambda self: OWNER in self.office.sessions and self._others())
    @rule(which=SOMETHING)
    def somebody_forgot_the_password(self, which: int) -> None:
        """The owner gives them a one-time password."""
        name = pick(self._others(), which)
        person = self.office.people[name]
        made = self.box.ask(ResetPassword(person.operator, self._owners), OWNER)
        self.office.former.append((name, person.password))
        person.password, person.one_time_until = made.password, made.until
        self.office.sessions.pop(name, None)

    @precondition(lambda self: self.office.sessions)
    @rule(which=SOMETHING, chosen=st.sampled_from(PASSWORDS))
    def somebody_chooses_a_password(self, which: int, chosen: str) -> None:
        """In place of their old or one-time one, unless that one has expired meanwhile."""
        name = pick(list(self.office.sessions), which)
        person = self.office.people[name]
        password = f"{chosen} {len(self.office.former)}"
        if 0 < person.one_time_until < self.box.clock.now():
            with refused("one_time_expired"):
                self.box.ask(ChangePassword(person.password, password), name)
            return
        made = self.box.ask(ChangePassword(person.password, password), name)
        self.office.former.append((name, person.password))
        person.password, person.one_time_until = password, 0.0
        now = self.box.clock.monotonic()
        self.office.sessions[name] = Session(made.token, now, now)

    def _with_app(self, has: bool) -> list[str]:
        return [
            name
            for name, one in self.office.sessions.items()
            if not one.one_time and name != OWNER and bool(self.office.people[name].totp) == has
        ]

    @precondition(lambda self: self._with_app(False))
    @rule(which=SOMETHING)
    def somebody_sets_an_app_up(self, which: int) -> None:
        """From now on each login asks for a code."""
        name = pick(self._with_app(False), which)
        person = self.office.people[name]
        person.totp_last = 0
        secret = self.box.ask(BeginTotp(person.password), name).secret
        trial = Person("", "", frozenset(), totp=secret)
        code = self.box.code(trial)
        assert code is not None
        self.box.ask(ConfirmTotp(code), name)
        self.box.use_code(trial, code)
        person.totp, person.totp_last = secret, trial.totp_last

    @precondition(lambda self: self._with_app(True))
    @rule(which=SOMETHING)
    def somebody_drops_the_app(self, which: int) -> None:
        """With a last code, if the app shows one that was not used."""
        name = pick(self._with_app(True), which)
        person = self.office.people[name]
        self.box.later(60)
        code = self.box.code(person)
        if code is None or name not in self.office.sessions:
            return
        self.box.ask(DropTotp(person.password, code), name)
        person.totp = ""

    @precondition(
        lambda self: (
            OWNER in self.office.sessions
            and any(self.office.people[name].totp for name in self._others())
        )
    )
    @rule(which=SOMETHING)
    def somebody_lost_the_device(self, which: int) -> None:
        """The owner removes their second factor."""
        name = pick([n for n in self._others() if self.office.people[n].totp], which)
        person = self.office.people[name]
        self.box.ask(RemoveTotp(person.operator, self._owners), OWNER)
        person.totp = ""

    @precondition(lambda self: self.office.former)
    @rule(which=SOMETHING)
    def somebody_tries_what_is_over(self, which: int) -> None:
        """A removed person, or an old password."""
        name, password = pick(self.office.former, which)
        with refused("wrong_password"):
            self.box.ask(LogIn(name, password))
        self.box.later(1)

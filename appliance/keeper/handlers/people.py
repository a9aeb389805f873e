"""Manage other people's accounts, as an administrator.

Administrators type their own password for each change: a passer-by at an open browser must not hand
out roles. To add a person or give a new password, the process that proved theirs wraps the
reading key for the other person. There is always an administrator, with a password of their own
choice, and a privacy officer, since a box where nobody can erase breaks the law. No one can remove
themselves, so the last one cannot go.
"""

from collections.abc import Iterable

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.audit.subjects import about
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.handlers.login import refresh
from appliance.keeper.people.operators import check_name, drop_factor, named, roles_of
from appliance.keeper.people.passwords import drawn_password
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done, Role
from appliance.link.requests import people as ask
from appliance.vault.opening.content import KeyringContent, OperatorEntry

ONE_TIME_SECONDS = 7 * DAY
"""How long a one-time password may wait to be used."""

MOST_PEOPLE = 100
"""Accounts; an office has ten."""


class Staff:
    """The handlers of other people's accounts."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(ask.ListPeople)
    def listed(self, operation: ask.ListPeople, who: Caller) -> ask.PeopleList:
        """Return the people, and whether old passwords are useless."""
        box = self._box.opened()
        people = sorted(box.keyring.content.operators.values(), key=lambda e: e.name.casefold())
        return ask.PeopleList(
            people=tuple(self._person(entry) for entry in people),
            old_keys=box.records.old_keys,
            level=box.keyring.level,
        )

    def _person(self, entry: OperatorEntry) -> ask.Person:
        return ask.Person(
            operator=entry.id,
            name=entry.name,
            roles=tuple(role for role in Role if role in roles_of(entry)),
            totp=bool(entry.totp),
            one_time=entry.one_time_until > 0,
            expired=0 < entry.one_time_until < self._box.around.clock.now(),
            sessions=len(self._box.sessions.of(entry.id)),
        )

    @handles(ask.NamePeople)
    def names(self, operation: ask.NamePeople, who: Caller) -> ask.Names:
        """Return the names behind the audit's ids, of people who still have an account."""
        people = self._box.opened().keyring.content.operators.values()
        return ask.Names({entry.id: entry.name for entry in people})

    @handles(ask.AddPerson)
    def add(self, operation: ask.AddPerson, who: Caller) -> ask.OneTime:
        """Add a person, with a one-time password."""
        box = self._box.opened()
        name, roles = check_name(operation.person_name), _roles(operation.person_roles)
        _, proof = box.operators.prove_again(who, operation.password)
        try:
            _check_free(box.keyring.content, name)  # before the audit names anyone
            password, until = self._one_time()
            entry = box.operators.new(name, password, roles, proof)
        finally:
            proof.end()
        entry.one_time_until, entry.given = until, _counted(box)
        box.audit.append("person_added", who.actor, detail=about(entry.id, roles))
        try:
            with box.keyring.changing() as draft:
                _check_still_administrator(draft, who)
                _check_free(draft, name)  # again: a button pressed twice must not make two
                if len(draft.operators) >= MOST_PEOPLE:
                    raise Refused("too_many_people", most=MOST_PEOPLE)
                draft.operators[entry.id] = entry
        except Exception:
            box.audit.append("failed", who.actor, detail=about(entry.id))
            raise
        return ask.OneTime(entry.id, name, password, until)

    @handles(ask.ChangeRoles)
    def change_roles(self, operation: ask.ChangeRoles, who: Caller) -> Done:
        """Give a person other roles, at once."""
        box, roles = self._box.opened(), _roles(operation.person_roles)
        box.prove(who, operation.password)
        with box.keyring.changing() as draft:
            _check_still_administrator(draft, who)
            _subject(draft, operation.operator).roles = tuple(sorted(roles))
            _check_duties(draft)
        refresh(box, self._box.sessions, operation.operator)
        return Done()

    @handles(ask.ResetPassword)
    def reset_password(self, operation: ask.ResetPassword, who: Caller) -> ask.OneTime:
        """Give a person a one-time password in place of one forgotten or too old.

        The second factor stays: ``remove_totp`` is for an app that is lost as well.
        """
        box, entry = self._other(operation.operator, who)
        _, proof = box.operators.prove_again(who, operation.password)
        try:
            password, until = self._one_time()
            fresh = box.operators.wrapped(entry, password, proof)
        finally:
            proof.end()

        def change(draft: KeyringContent) -> None:
            _check_still_administrator(draft, who)
            theirs = _subject(draft, entry.id)
            theirs.wrap, theirs.one_time_until = fresh.wrap, until
            theirs.given = _counted(box)

        try:
            box.records.renew(change, who.actor)
        finally:
            theirs = box.keyring.content.operators.get(entry.id)
            if theirs is None or theirs.wrap == fresh.wrap:  # even if a later step failed
                self._send_away(box, entry)
        return ask.OneTime(entry.id, entry.name, password, until)

    @handles(ask.RemoveTotp)
    def remove_totp(self, operation: ask.RemoveTotp, who: Caller) -> Done:
        """Remove a person's second factor: their device is lost."""
        box, entry = self._other(operation.operator, who)
        box.prove(who, operation.password)
        with box.keyring.changing() as draft:
            _check_still_administrator(draft, who)
            theirs = _subject(draft, entry.id)
            if not theirs.totp:
                raise Refused("no_second_factor")
            drop_factor(theirs)
        self._box.halves.end_those_of(entry.id)
        return Done()

    @handles(ask.EndSessions)
    def end_sessions(self, operation: ask.EndSessions, who: Caller) -> Done:
        """Log a person out everywhere: a browser of theirs was left open, or is lost."""
        box, entry = self._other(operation.operator, who)
        box.prove(who, operation.password)
        self._box.halves.end_those_of(entry.id)
        self._box.sessions.close_operator(entry.id)
        return Done()

    @handles(ask.RemovePerson)
    def remove(self, operation: ask.RemovePerson, who: Caller) -> Done:
        """Remove a person, and make their wrap useless."""
        box, entry = self._other(operation.operator, who)
        box.prove(who, operation.password)

        def change(draft: KeyringContent) -> None:
            _check_still_administrator(draft, who)
            _subject(draft, entry.id)
            del draft.operators[entry.id]
            _check_duties(draft)

        try:
            box.records.renew(change, who.actor)
        finally:
            if entry.id not in box.keyring.content.operators:  # even if a later step failed
                self._send_away(box, entry)
        return Done()

    def _other(self, operator: str, who: Caller) -> tuple[OpenBox, OperatorEntry]:
        """Return the person that an act is about; refuse if it is the caller."""
        box = self._box.opened()
        if operator == who.operator:
            raise Refused("yourself")
        return box, _subject(box.keyring.content, operator)

    def _one_time(self) -> tuple[str, float]:
        return drawn_password(), self._box.around.clock.now() + ONE_TIME_SECONDS

    def _send_away(self, box: OpenBox, entry: OperatorEntry) -> None:
        """End a person's sessions and half logins; unlock their name for the new password."""
        self._box.halves.end_those_of(entry.id)
        self._box.sessions.close_operator(entry.id)
        box.operators.unlock(entry.name)


def _counted(box: OpenBox) -> float:
    """Return when a password is given, in counted seconds: its owner confirms nothing for a day."""
    return box.records.time.counted() or 0.0


def _roles(asked: Iterable[Role]) -> frozenset[Role]:
    roles = frozenset(asked)
    if not roles:
        raise Refused("no_role")
    return roles


def _subject(content: KeyringContent, operator: str) -> OperatorEntry:
    entry = content.operators.get(operator)
    if entry is None:
        raise Refused("no_person")
    return entry


def _check_free(content: KeyringContent, name: str) -> None:
    if named(content, name) is not None:
        raise Refused("name_taken")


def _check_still_administrator(draft: KeyringContent, who: Caller) -> None:
    """Check again inside the change: two who remove each other must not both win."""
    mine = draft.operators.get(who.operator)
    if mine is None or mine.one_time_until or Role.ADMINISTRATOR not in roles_of(mine):
        raise Refused("not_administrator")


def _check_duties(draft: KeyringContent) -> None:
    """Refuse a change that leaves no administrator or no privacy officer."""
    everybody = draft.operators.values()
    chosen = [entry for entry in everybody if not entry.one_time_until]
    if not any(Role.ADMINISTRATOR in roles_of(entry) for entry in chosen):
        raise Refused("administrator_needed")
    if not any(Role.PRIVACY_OFFICER in roles_of(entry) for entry in everybody):
        raise Refused("privacy_officer_needed")

"""Manage other people's accounts, as an administrator.

To add a person or give a new password, administrators prove their own: it opens the reading key,
which is then wrapped for the other person. The one-time password in the answer is shown once and
stored nowhere; with it one can only choose a password of one's own.
"""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, Secret

OldKeys = Literal["gone", "going", "failed"]
"""Whether changed and removed passwords still open an old copy of the keyring."""


class Person(Message, frozen=True):
    """A person who may log in."""

    operator: str  # 8 hex digits, all that the audit names
    name: str
    roles: tuple[Role, ...]
    totp: bool  # login asks for a code
    one_time: bool  # no password of their own yet
    expired: bool  # and the one-time password is too old
    sessions: int  # open now


class PeopleList(Message, frozen=True):
    """All people, by name."""

    people: tuple[Person, ...]
    old_keys: OldKeys
    level: str  # of the eraser: E0, E1, E2


class ListPeople(Operation[PeopleList], frozen=True, tag="operators.list"):
    """List the people who may log in."""

    roles = frozenset({Role.ADMINISTRATOR})


class OneTime(Message, frozen=True):
    """A one-time password, shown once."""

    operator: str
    name: str
    password: str
    until: float  # UTC


class AddPerson(Operation[OneTime], frozen=True, tag="operators.add"):
    """Add a person; answer with their one-time password."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "person_added"
    audited = "inside"  # who is added has an id only then
    person_name: str
    person_roles: tuple[Role, ...]
    password: Secret  # the administrator's own


class ChangeRoles(Operation[Done], frozen=True, tag="operators.roles"):
    """Give a person other roles; open sessions have them at once."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "roles_changed"
    operator: str
    person_roles: tuple[Role, ...]
    password: Secret  # the administrator's own


class ResetPassword(Operation[OneTime], frozen=True, tag="operators.reset_password"):
    """Give another person a one-time password in place of one forgotten or seen by others."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "password_reset"
    operator: str
    password: Secret  # the administrator's own


class RemoveTotp(Operation[Done], frozen=True, tag="operators.remove_totp"):
    """Remove another person's second factor: their device is lost."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "totp_removed"
    operator: str
    password: Secret  # the administrator's own


class EndSessions(Operation[Done], frozen=True, tag="operators.end_sessions"):
    """Log another person out everywhere; their password stays."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "sessions_ended"
    operator: str
    password: Secret  # the administrator's own


class RemovePerson(Operation[Done], frozen=True, tag="operators.remove"):
    """Remove a person: their sessions end and their password opens nothing."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "person_removed"
    operator: str
    password: Secret  # the administrator's own


class Names(Message, frozen=True):
    """The names of the people who still have an account, by operator id."""

    names: dict[str, str]


class NamePeople(Operation[Names], frozen=True, tag="operators.names"):
    """Ask for the names behind the audit's ids; a listener sees who else handled a call."""

    roles = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})

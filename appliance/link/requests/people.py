"""Who may use the box: what an administrator does about other people.

Whoever adds a person or gives a new password proves their own: it opens the reading key, which is
then wrapped for the other one. The one-time password that comes back is shown once and kept
nowhere; whoever logs in with it can do nothing but choose a password of their own.
"""

from typing import Literal

from msgspec import Struct

from appliance.link.operations import Done, Operation, Role

OldKeys = Literal["gone", "going", "failed"]
"""What became of the passwords that were changed or taken away: do they open an old copy?"""


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who may log in."""

    operator: str  # 8 hex digits, all that the audit says
    name: str
    roles: tuple[Role, ...]
    totp: bool  # a code from an app is asked
    one_time: bool  # has not chosen a password yet
    expired: bool  # and the one-time password is too old to do so
    sessions: int  # open now


class PeopleList(Struct, frozen=True, forbid_unknown_fields=True):
    """Everybody, by name."""

    people: tuple[Person, ...]
    old_keys: OldKeys
    level: str  # of the eraser: E0, E1, E2


class ListPeople(Operation[PeopleList], frozen=True, tag="operators.list"):
    """List everybody who may log in."""

    roles = frozenset({Role.ADMINISTRATOR})


class OneTime(Struct, frozen=True, forbid_unknown_fields=True):
    """A one-time password, told this once."""

    operator: str
    name: str
    password: str
    until: float  # UTC


class AddPerson(Operation[OneTime], frozen=True, tag="operators.add"):
    """Let somebody in; answers with their one-time password."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "person_added"
    audited = "inside"  # who is added has an id only then
    name: str
    person_roles: tuple[Role, ...]
    password: str  # the administrator's own


class ChangeRoles(Operation[Done], frozen=True, tag="operators.roles"):
    """Give somebody other roles; sessions that are open have them at once."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "roles_changed"
    operator: str
    person_roles: tuple[Role, ...]


class ResetPassword(Operation[OneTime], frozen=True, tag="operators.reset_password"):
    """Give somebody else a new one-time password in place of one forgotten or locked."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "password_reset"
    operator: str
    password: str  # the administrator's own


class RemoveTotp(Operation[Done], frozen=True, tag="operators.remove_totp"):
    """Let somebody else log in without the device that they lost."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "totp_removed"
    operator: str
    password: str  # the administrator's own


class RemovePerson(Operation[Done], frozen=True, tag="operators.remove"):
    """Let somebody in no more; their sessions end and their password opens nothing."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "person_removed"
    operator: str


class Names(Struct, frozen=True, forbid_unknown_fields=True):
    """Operator id to name, of those who are still here."""

    names: dict[str, str]


class NamePeople(Operation[Names], frozen=True, tag="operators.names"):
    """Ask who the audit's ids are."""

    roles = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})

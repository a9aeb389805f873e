"""No answer that a person gets holds a secret, but for those that are shown once."""

from collections.abc import Iterator

from msgspec import Struct, inspect

from appliance.link.operations import WithoutRole
from appliance.link.registry import operations, tag

SECRETS = {"password", "secret", "token", "codes", "groups", "private"}

SHOWN = {
    "OneTime.password": "a one-time password, which only chooses another",
    "TotpSetup.secret": "for the authenticator app, until a code was typed back",
    "BackupCodes.codes": "shown once",
    "RecoverySheet.groups": "the sheet, before it is typed back",
    "RecoverySheet.token": "the owner's own session",
    "Session.token": "the person's own",
    "KeptStamp.token": "what an authority signed, for anybody to check",
}
"""What is shown, and why."""


def structs(kind: inspect.Type, seen: set[type[Struct]]) -> Iterator[inspect.StructType]:
    """Yield every struct inside a kind."""
    if isinstance(kind, inspect.StructType) and kind.cls not in seen:
        seen.add(kind.cls)
        yield kind
        for field in kind.fields:
            yield from structs(field.type, seen)
    for name in ("type", "item_type", "key_type", "value_type"):
        inner = getattr(kind, name, None)
        if isinstance(inner, inspect.Type):
            yield from structs(inner, seen)
    for name in ("types", "item_types"):
        for inner in getattr(kind, name, ()):
            yield from structs(inner, seen)


def test_answers_to_people_hold_no_secret() -> None:
    found: set[str] = set()
    for operation in operations():
        if operation.roles not in {WithoutRole.PROCESS, WithoutRole.COURIER}:
            inside = list(structs(inspect.type_info(operation.reply()), set()))
            assert inside, tag(operation)
            found |= {
                f"{each.cls.__name__}.{field.name}"
                for each in inside
                for field in each.fields
                if field.name in SECRETS
            }
    assert found == SHOWN.keys()

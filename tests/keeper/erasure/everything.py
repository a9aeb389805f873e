"""Provide a whole keeper, its people, and the acts of erasing everything."""

from typing import Any

from appliance.errors import Refused
from appliance.keeper.handlers.erase_all import certificate_of
from appliance.link.operations import Role
from appliance.link.requests.calls import Ground
from appliance.link.requests.erase_all import (
    AskEraseAll,
    ConfirmEraseAll,
    EraseAllCertificate,
    EraseAllState,
    GetEraseAll,
)
from appliance.link.requests.login import WhoAmI
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox
from tests.vaults import Vault

OFFICER, SECOND, LISTENER = "Ola Officer", "Adam Admin", "Lena Listener"
PEOPLE = {
    OFFICER: frozenset({Role.PRIVACY_OFFICER}),
    SECOND: frozenset({Role.ADMINISTRATOR}),
    LISTENER: frozenset({Role.LISTENER}),
}


TOKENS: dict[str, str] = {}
"""Open sessions by name: each login after a lock starts a process."""


def token_of(box: KeeperBox, name: str) -> str:
    """Return the session that somebody has, or log them in."""
    try:
        box.ask(WhoAmI(), TOKENS[name])
    except (KeyError, Refused):
        TOKENS[name] = box.log_in(name)
    return TOKENS[name]


def recorder(box: KeeperBox) -> Vault:
    assert box.keeper.box is not None
    return Vault(box.folders, bytearray(), box.keeper.box.keyring, box.keeper.box.eraser)


def record(box: KeeperBox, calls: int = 1) -> list[str]:
    rids = [recorder(box).record().rid for _ in range(calls)]
    box.keeper.take_up()
    return rids


def state(box: KeeperBox, name: str = OWNER) -> EraseAllState:
    return box.ask(GetEraseAll(), token_of(box, name))


def done_of(box: KeeperBox) -> EraseAllCertificate | None:
    """Return the certificate as people see it, without anybody logged in."""
    done = keyring(box).content.erased_all
    return certificate_of(done) if done is not None else None


def ask(box: KeeperBox, *held: str, name: str = OWNER) -> str:
    token = token_of(box, name)
    box.ask(AskEraseAll(Ground.NO_LONGER_NEEDED, held, PASSWORD), token)
    order = box.ask(GetEraseAll(), token).order
    assert order is not None
    return order.id


def confirm(box: KeeperBox, order: str, name: str = OFFICER) -> str:
    token = token_of(box, name)
    box.ask(ConfirmEraseAll(order, PASSWORD), token)
    return token


def pass_time(box: KeeperBox, seconds: float) -> None:
    """Let the box count so many seconds, and do its chores once."""
    box.clock.advance(seconds)
    tick(box)


def tick(box: KeeperBox) -> None:
    assert box.keeper.box is not None
    box.keeper.box.records.look_at_the_time()
    box.keeper.box.records.tick()


def keyring(box: KeeperBox) -> Any:
    assert box.keeper.box is not None
    return box.keeper.box.keyring

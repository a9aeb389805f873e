"""Let a keeper act until it is killed: each act by itself, prepared before it counts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from appliance.clock import DAY
from appliance.config.folders import Folders
from appliance.keeper.service import Keeper
from appliance.link.operations import Role
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    Recipient,
    ReleaseHold,
)
from appliance.link.requests.first_run import RecoverySheet
from appliance.link.requests.me import ChangePassword
from appliance.link.requests.people import AddPerson
from appliance.link.requests.settings import ChangeSettings, GoBack, ShowSettings
from appliance.vault.opening.refill import refill
from tests.boxes import CHEAP, PASSWORD
from tests.clocks import ManualClock
from tests.files import whole_file
from tests.keeper.boxes import KeeperBox, seed_of
from tests.keeper.chips import BOOT
from tests.keeper.office import START
from tests.samples import PAPER

LATER = START + 3600
"""When the keeper that is killed works."""

NEW_PASSWORD = "purple monkey dishwasher"
POOL_AHEAD = 12
PAUSES = (5, 7)

Arm = Callable[[], None]
Act = Callable[[Path, Arm], None]


def keeper_at(data: Path, *, now: float = LATER) -> KeeperBox:
    """Put a keeper together, not open yet."""
    seed = seed_of()
    config = seed.config()
    config = replace(config, vault=replace(config.vault, pool_ahead=POOL_AHEAD))
    folders, clock = Folders(data), ManualClock(now)
    keeper = Keeper(config, folders, clock, cost=CHEAP, boot=BOOT, seed=seed)
    return KeeperBox(config, folders, clock, keeper, seed)


def opened(data: Path) -> KeeperBox:
    """Open one."""
    box = keeper_at(data)
    box.keeper.open()
    return box


def later(box: KeeperBox, seconds: float) -> None:
    """Let time pass and have the keeper do what is due by then."""
    chores = box.keeper.chores()
    box.clock.advance(seconds)
    chores.run_due()


def first_listed(box: KeeperBox, token: str) -> str:
    """Return the recording that an act is done to."""
    return min(call.recording for call in box.ask(ListCalls(per_page=200), token).calls)


def start(data: Path, arm: Arm) -> None:
    """Open on a folder in which recordings, a withdrawal and notes wait."""
    box = keeper_at(data)
    arm()
    box.keeper.open()
    later(box, 31)


def listing(data: Path, arm: Arm) -> None:
    """Log in, which puts on shelves what waits."""
    box = opened(data)
    arm()
    box.log_in()


def export(data: Path, arm: Arm) -> None:
    """Hand a recording over."""
    box = opened(data)
    token = box.log_in()
    rid = first_listed(box, token)
    arm()
    box.ask(ExportCall(rid, "flac"), token)


def copies(data: Path, arm: Arm) -> None:
    """Hand two calls over in one act that is silent; both are held for it."""
    box = opened(data)
    token = box.log_in()
    rids = sorted(call.recording for call in box.ask(ListCalls(per_page=200), token).calls)[:2]
    for rid in rids:
        box.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"), token)
    police = ExportCall(
        rids[0],
        recipient=Recipient.AUTHORITY,
        words="KMP Warszawa",
        silent_until="2027-06-30",
        **PAPER,
    )
    arm()
    answer: Any = box.keeper.handle(police, token)
    joins = whole_file(answer)[0].case
    answer = box.keeper.handle(
        ExportCall(rids[1], recipient=Recipient.AUTHORITY, joins=joins), token
    )
    whole_file(answer)


def erase(data: Path, arm: Arm) -> None:
    """Erase a recording to the end."""
    box = opened(data)
    token = box.log_in()
    rid = first_listed(box, token)
    arm()
    box.ask(EraseCall(rid, Ground.OBJECTION, "Asked for it"), token)
    later(box, 31)


def sweep(data: Path, arm: Arm) -> None:
    """Erase everything, for it is due."""
    box = opened(data)
    arm()
    later(box, 100 * DAY)
    box.keeper.close()


def hold(data: Path, arm: Arm) -> None:
    """Hold a recording."""
    box = opened(data)
    token = box.log_in()
    rid = first_listed(box, token)
    arm()
    box.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"), token)


def release(data: Path, arm: Arm) -> None:
    """Let a hold go."""
    box = opened(data)
    token = box.log_in()
    rid = first_listed(box, token)
    box.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"), token)
    arm()
    box.ask(ReleaseHold(rid), token)


def pool(data: Path, arm: Arm) -> None:
    """Make more keys ahead."""
    box = opened(data)
    assert box.keeper.box is not None
    arm()
    refill(box.keeper.box.keyring, box.folders, 60)


def password(data: Path, arm: Arm) -> None:
    """Change a password, which renews the root of all keys."""
    box = opened(data)
    token = box.log_in()
    arm()
    box.ask(ChangePassword(PASSWORD, NEW_PASSWORD), token)
    later(box, 31)


def person(data: Path, arm: Arm) -> None:
    """Let somebody in."""
    box = opened(data)
    token = box.log_in()
    arm()
    box.ask(AddPerson("Jan Kowalski", (Role.LISTENER,), PASSWORD), token)


def versions(data: Path, arm: Arm) -> None:
    """Change the settings twice, and go back to what they were."""
    box = opened(data)
    token = box.log_in()
    arm()
    for minutes in PAUSES:
        set_pause(box, token, minutes)
    box.ask(GoBack(box.ask(ShowSettings(), token).version, 2), token)


def set_pause(box: KeeperBox, token: str, minutes: int) -> None:
    """Change one setting."""
    now = box.ask(ShowSettings(), token)
    values = now.values
    values["office"]["pause_minutes"] = minutes
    box.keeper.handle(ChangeSettings(now.version), token, msgspec.json.encode(values))


def first_run(data: Path, arm: Arm) -> None:
    """Make the vault."""
    box = opened(data)
    arm()
    box.first_run()


def sheet(data: Path, arm: Arm) -> None:
    """Have another sheet shown, since the first one was lost, and type a part of it back."""
    box = opened(data)
    box.first_run()
    arm()
    shown: RecoverySheet = box.first_run()
    box.confirm(shown)


ACTS: Mapping[str, Act] = {
    act.__name__: act
    for act in (
        *(start, listing, export, copies, erase, sweep, hold, release),
        *(pool, password, person, versions, first_run, sheet),
    )
}

"""Find what an office with a real keeper can have said, wherever its backups go."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

from msgspec import structs

from appliance.config.read import trial_text
from appliance.errors import Refused
from appliance.link.requests.outside.sftp import ChangeSftp, SftpPlace, StopSftp
from tests.boxes import PASSWORD
from tests.keeper.boxes import set_up
from tests.keeper.settings.changing import Office
from tests.promises.spoken.drawn import ANSWERS, Backups

WHOSE = ("", "own", "other")
"""Of the server that backups go to; empty: they go to none."""

EVERY = ("", "week", "hand")
"""How often backups are made; empty: none are."""

DAYS = (0, 31)
"""Within which a person renews backups; 0: nobody has said."""

_PLACE = SftpPlace("127.0.0.1", 1, "zgoda", "", "week", "other")


def reached(data: Path) -> Backups:
    """Return every answer that the keeper lets stand, each beside what is so of the backups.

    It is asked for everything in either order; what it refuses is not so.
    """
    line = 'recipients = "nobody"'
    silent = "\n".join(each for each in trial_text().splitlines() if line not in each)
    made = set_up(data, seed_text=f"{silent}\n")
    try:
        office = Office(made, made.log_in())
        by_hand = frozenset(_by_hand(office))
        return Backups(frozenset(_walked(office)), by_hand)
    finally:
        made.keeper.close()


def _by_hand(office: Office) -> Iterator[tuple[int, bool]]:
    for days, every in product(DAYS, EVERY):
        for _ in range(2):  # the backups come after the answer, and before it
            _renew(office, days)
            yield _renewed(office)
            _move(office, "own" if every else "", every)
            yield _renewed(office)
    _move(office, "")
    _renew(office, 0)


def _renew(office: Office, days: int) -> None:
    values = office.values()
    values["office"].pop("backup_days", None)
    if days:
        values["office"]["backup_days"] = days
    office.change(values, "words")


def _renewed(office: Office) -> tuple[int, bool]:
    assert office.box.keeper.box is not None
    sftp = office.box.keeper.box.keyring.content.sftp
    days = office.values()["office"].get("backup_days", 0)
    return days, sftp is not None and sftp.every == "hand"


def _walked(office: Office) -> Iterator[tuple[str, bool]]:
    for whose in WHOSE:
        _move(office, whose)
        yield _standing(office)
    for answer, whose in product(ANSWERS, WHOSE):
        for _ in range(2):  # the server comes after the answer, and before it
            _say(office, ANSWERS[answer])
            yield _standing(office)
            _move(office, whose)
            yield _standing(office)


def _say(office: Office, answer: Mapping[str, Any]) -> None:
    values = office.values()
    for key, said in answer.items():
        values["office"].pop(key, None)
        if said:
            values["office"][key] = said
    office.change(values, "words")


def _move(office: Office, whose: str, every: str = "week") -> None:
    with suppress(Refused):
        if whose:
            place = structs.replace(_PLACE, whose=whose, every=every)
            office.box.ask(ChangeSftp(place, PASSWORD), office.token)
        else:
            office.box.ask(StopSftp(PASSWORD), office.token)


def _standing(office: Office) -> tuple[str, bool]:
    said = office.values()["office"]
    for answer, settings in ANSWERS.items():
        if all(said.get(key, type(what)()) == what for key, what in settings.items()):
            assert office.box.keeper.box is not None
            content = office.box.keeper.box.keyring.content
            return answer, bool(content.backups_elsewhere)
    raise AssertionError(said)

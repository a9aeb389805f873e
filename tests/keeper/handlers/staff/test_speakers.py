"""Names of those who speak are for administrators and privacy officers; one vouches."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from appliance.errors import Refused
from appliance.link.operations import Role
from appliance.link.registry import AnyOperation
from appliance.link.requests.papers.speakers import (
    AddSpeaker,
    RemoveSpeaker,
    ShowSpeakers,
    VouchSpeakers,
)
from tests.keeper.boxes import KeeperBox, set_up

LINE, EARLIER = "Reception", "2026-09-01"
SEED = Path("appliance/config/trial.toml").read_text("utf-8").replace('"PL"', '"DE"')
PEOPLE = {
    "Adam": frozenset({Role.ADMINISTRATOR}),
    "Olga": frozenset({Role.PRIVACY_OFFICER}),
    "Lena": frozenset({Role.LISTENER}),
    "Otto": frozenset({Role.OPERATOR}),
}


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data", PEOPLE, seed_text=SEED)
    yield made
    made.keeper.close()


ASKED: tuple[AnyOperation, ...] = (
    ShowSpeakers(),
    AddSpeaker(line=LINE, person_name="Anna", day=EARLIER),
    RemoveSpeaker(line=LINE, person_name="Anna"),
    VouchSpeakers(line=LINE, mark=""),
)


@pytest.mark.parametrize(("name", "asked"), list(product(PEOPLE, ASKED)))
def test_who_may(box: KeeperBox, name: str, asked: AnyOperation) -> None:
    may = {Role.ADMINISTRATOR}
    may |= set() if isinstance(asked, VouchSpeakers) else {Role.PRIVACY_OFFICER}
    code = ""
    try:
        box.ask(asked, box.log_in(name))
    except Refused as refusal:
        code = refusal.code
    if may & PEOPLE[name]:
        assert code in {"", "no_speaker", "speakers_none"}
    else:
        assert code == "forbidden"
        assert box.acts()[-1] == "denied"

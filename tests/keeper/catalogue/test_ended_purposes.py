"""A purpose that was taken back after the call: no list names it, nobody listens for it."""

from itertools import product
from pathlib import Path

import pytest
from msgspec import structs

from appliance.errors import FileFormatError, Refused
from appliance.link.requests import calls as ask
from appliance.vault.opening.entry import RecordingEntry, taken_back
from tests.keeper.office import TODAY, Office, make_office
from tests.samples import META

PURPOSES = (("training", 90), ("service", 30), ("quality", 60))
NAMES = tuple(name for name, _ in PURPOSES)
DAYS = dict(PURPOSES)


def end(office: Office, rid: str, mask: int, **more: object) -> None:
    """Take purposes back, as the keyring keeps it; the due day follows, if any is left."""
    left = [days for bit, (_, days) in enumerate(PURPOSES) if not mask >> bit & 1]
    due = TODAY + max(left) if left else TODAY

    def put(_: str, entry: RecordingEntry) -> RecordingEntry:
        fresh = structs.replace(entry, ended_purposes=mask, ended_day=TODAY, due_day=due)
        return structs.replace(fresh, **more)

    assert office.keyring.change([rid], put)


def left_of(mask: int) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(NAMES) if not mask >> bit & 1)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office whose calls are listed."""
    office = make_office(tmp_path_factory.mktemp("ended") / "data")
    office.unlock()
    return office


@pytest.mark.parametrize("mask", range(1, 8))
def test_only_what_is_left_can_be_listened_for(kept: Office, mask: int) -> None:
    rid = kept.record(purposes=PURPOSES)
    end(kept, rid, mask)
    detail, left = kept.ask(ask.ShowCall(rid)), left_of(mask)
    assert (detail.open_purposes, detail.call.meta.purposes) == (left, left)
    assert detail.call.meta.due_days == {name: TODAY + DAYS[name] for name in left}
    for name in NAMES:
        if name in left:
            assert kept.ask(ask.OpenPlayback(rid, name)).bytes
        else:
            with pytest.raises(Refused) as refused:
                kept.ask(ask.OpenPlayback(rid, name))
            assert refused.value.code == "purpose_closed"


def test_the_ground_of_a_hold_is_no_purpose_of_the_call(kept: Office) -> None:
    rid = kept.record(purposes=PURPOSES)
    kept.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "Pozew z maja", "2027-06-30"))
    end(kept, rid, 7)
    assert kept.ask(ask.ShowCall(rid)).open_purposes == ("claims",)
    assert kept.keyring.entry(rid).held


@pytest.mark.parametrize(("mask", "listed_before"), list(product((1, 4, 5, 7), (True, False))))
def test_a_list_names_none_that_was_taken_back(
    tmp_path: Path, mask: int, listed_before: bool
) -> None:
    """Whether its row was made before or after, or is made again from the recording."""
    office = make_office(tmp_path / "data")
    if listed_before:
        office.unlock()
    rid = office.record(purposes=PURPOSES)
    end(office, rid, mask)
    due = office.keyring.entry(rid).due_day
    if not listed_before:
        office.unlock()
    for again in (False, True):
        if again:
            office.records.lock()
            for path in office.folders.shelves.iterdir():
                path.unlink()
            office.build()
            office.unlock()
        (call,) = office.ask(ask.ListCalls()).calls
        assert set(call.purposes) <= set(left_of(mask))
        assert office.keyring.entry(rid).due_day == call.due_day == due
        assert (office.keyring.entry(rid).ended_purposes, office.keyring.entry(rid).ended_day) == (
            mask,
            TODAY,
        )
    office.close()


def test_a_bit_of_no_purpose_of_the_call_plays_nothing(kept: Office) -> None:
    rid = kept.record(purposes=PURPOSES)
    end(kept, rid, 8)
    with pytest.raises(FileFormatError):
        taken_back(
            META, RecordingEntry(TODAY, ended_purposes=1 << len(META.purposes), ended_day=TODAY)
        )
    for name in NAMES:
        with pytest.raises(Refused):
            kept.ask(ask.OpenPlayback(rid, name))
    (call,) = [one for one in kept.ask(ask.ListCalls(per_page=200)).calls if one.recording == rid]
    assert call.purposes == ()

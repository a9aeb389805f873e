"""A recording seals the entry of the audit that the keeper told last, or none."""

import msgspec
import pytest

from appliance.exchange.scene import Scene
from appliance.link.requests.processes.news import TellEntry
from appliance.model.records import AuditPlace
from tests.boxes import TrialBox
from tests.recorder.line.test_following_settings import Office

CALL = Scene.ordinary("+48223334455", "1", talk=1.0)


def after(office: Office, box: TrialBox) -> AuditPlace | None:
    """Record a call; return the entry that its META names."""
    before = set(box.recordings())
    office.let_call(CALL)
    office.recorder.line("Reception").thread.settle()
    (rid,) = set(box.recordings()) - before
    with box.open(rid) as reader:
        return reader.meta.after


def test_meta_names_the_entry_that_was_told_last(trial_box: TrialBox) -> None:
    office = Office(trial_box)
    try:
        office.recorder.start()
        assert after(office, trial_box) is None, "the keeper has told none"
        for seq in (1, 9):
            place = AuditPlace(seq=seq, hash=f"{seq:064x}")
            office.recorder.handle(TellEntry(place), None, b"")
            assert after(office, trial_box) == place
    finally:
        office.recorder.close()


@pytest.mark.parametrize(
    ("seq", "digest"), [(0, "ab" * 32), (-1, "ab" * 32), (1, "AB" * 32), (1, "ab" * 31), (1, "")]
)
def test_what_names_no_entry_is_refused(seq: int, digest: str) -> None:
    for place, right in (
        (AuditPlace(seq=1, hash="ab" * 32), True),
        (AuditPlace(seq=seq, hash=digest), False),
    ):
        raw = msgspec.json.encode(TellEntry(place))
        if right:
            assert msgspec.json.decode(raw, type=TellEntry) == TellEntry(place)
        else:
            with pytest.raises(msgspec.ValidationError):
                msgspec.json.decode(raw, type=TellEntry)

"""A list of speakers in a backup: it comes back, and nobody vouches for it any more."""

from pathlib import Path

import pytest
from msgspec import structs

from appliance.keeper.backup.medium import FOLDER
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.recordings.speakers.vouches import ENDED
from appliance.link.requests.calls import Recipient
from appliance.link.requests.papers.speakers import RemoveSpeaker
from appliance.link.requests.proof import ShowProof
from tests import vaults
from tests.keeper.backup.copies import backups, point_to
from tests.keeper.backup.restored import FRESH, begin_again, new_keeper
from tests.keeper.boxes import OWNER, KeeperBox, set_up
from tests.keeper.erasure.everything import PEOPLE, record
from tests.keeper.recordings.speakers.asked import LINE, SEED, add, shown, told, vouch, written
from tests.samples import RULE


def german_box(folder: Path) -> tuple[KeeperBox, Path]:
    """Set a German box up whose backups go to a prepared medium; return both."""
    stick = folder / "stick"
    stick.mkdir()
    prepare(stick).close()
    box = set_up(folder / "data", PEOPLE, seed_text=SEED)
    point_to(box, stick)
    return box, stick / FOLDER


def names(box: KeeperBox, rid: str, reader: Recipient, token: str) -> list[str] | None:
    """Return who spoke for the office in a recording, as its annex for a reader says it."""
    lists = box.ask(ShowProof(rid, reader), token).annex.speakers
    if lists is None:
        return None
    return [one.name for each in lists if each.whole is not None for one in each.whole.people]


@pytest.mark.parametrize("left", [False, True])
def test_a_restored_list_is_there_and_vouched_for_by_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: bool
) -> None:
    """Who left after the copy is on its list again: so a person has to look first."""
    old, medium = german_box(tmp_path)
    token = old.log_in()
    add(old, token, "Jörg Müller")
    add(old, token, "Anna Nowak")
    vouch(old, token)
    assert told(old) == {LINE: 2}
    sealed = written(old).lines[LINE].sealed
    rule = structs.replace(RULE, country="DE", speakers=sealed)
    monkeypatch.setattr(vaults, "RULE", rule)
    (rid,) = record(old)
    backups(old).run()
    if left:
        old.ask(RemoveSpeaker(line=LINE, person_name="Jörg Müller"), token)
        assert told(old) == {}
    old.keeper.close()

    begin_again(old, medium, tmp_path / "new")
    new = new_keeper(old, tmp_path / "new")
    assert told(new) == {}, "the line records nothing"
    assert new.acts().count(ENDED) == 1
    assert new.sound_audit()
    token = new.log_in(OWNER, FRESH)
    listed = shown(new, token)
    assert (listed.state, listed.readable, listed.by) == ("open", "yes", "")
    assert [one.name for one in listed.people] == ["Anna Nowak", "Jörg Müller"]
    assert names(new, rid, Recipient.OFFICE, token) == ["Anna Nowak", "Jörg Müller"]
    assert names(new, rid, Recipient.CALLER, token) is None

    new.ask(RemoveSpeaker(line=LINE, person_name="Jörg Müller"), token)
    vouch(new, token)
    assert told(new) == {LINE: 1}
    assert names(new, rid, Recipient.OFFICE, token) == ["Anna Nowak", "Jörg Müller"]
    new.restart()
    assert told(new) == {LINE: 1}
    new.keeper.close()

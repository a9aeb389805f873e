"""The page about backups by SFTP: set up with password, the key compared, shown, stopped."""

import re
from typing import Any

import pytest
from msgspec import structs
from werkzeug.test import TestResponse

from appliance.keeper.backup.backups import Backups
from appliance.model.outside.sftp import TROUBLES, fingerprint
from appliance.model.sentences.faults import device_fault
from appliance.vault.opening.content import MediumState, SftpState
from tests.boxes import PASSWORD
from tests.keeper.backup.copies import keyring
from tests.keeper.desks import far_of, server_of
from tests.web.conftest import Browser, Panel
from web.words.sftp import TROUBLES as SAID

ADAM = "Adam Admin"
FORM = {
    "server": "127.0.0.1",
    "port": "1",
    "user": "zgoda",
    "folder": "srv/zgoda",
    "every": "week",
    "whose": "own",
    "password": PASSWORD,
}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHjJWVWMd5TgUnPcYWhlBkHKoBeQjgYyqBOVYqPVGTLA"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
PRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


def shown(browser: Browser, done: str = "", language: str = "en") -> str:
    return browser.get(f"/backup/sftp?done={done}", Accept_Language=language).text


def set_up(browser: Browser, **changes: str) -> TestResponse:
    return browser.send("/backup/sftp", **FORM | changes)


def kept(panel: Panel) -> SftpState | None:
    assert panel.box.keeper.box is not None
    return panel.box.keeper.box.keyring.content.sftp


def far(panel: Panel) -> Backups:
    assert panel.box.keeper.box is not None
    return far_of(panel.box.keeper)


def shows_its_key(panel: Panel) -> None:
    """The server has answered."""
    assert panel.box.keeper.box is not None
    server = server_of(panel.box.keeper)
    server.ferry.close()
    if server._looking is not None:
        server._looking.join()
    server.code, server.offered = "", KEY


def test_it_is_set_up_and_the_boxs_line_is_shown_without_its_key(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    assert "Set it up" in shown(adam)
    assert set_up(adam).status_code == 303
    state = kept(panel)
    assert state is not None
    assert (state.port, state.every, state.host_key) == (1, "week", "")
    page = shown(adam, "set")
    assert "restrict,command=&#34;internal-sftp&#34; ssh-ed25519 " in page
    assert state.key.hex() not in page
    assert "none yet: nothing goes there" in page
    assert "Make a backup now" not in page
    assert adam.send("/backup/sftp/start").status_code == 409


def test_a_key_that_was_compared_is_accepted_with_a_password(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam)
    shows_its_key(panel)
    found = PRINT.search(shown(adam))
    assert found is not None
    good = {"fingerprint": found[0], "sure": "yes", "password": PASSWORD}
    assert adam.send("/backup/sftp/accept", **good | {"sure": ""}).status_code == 400
    assert adam.send("/backup/sftp/accept", **good | {"password": ""}).status_code == 400
    other = {"fingerprint": "SHA256:" + "a" * 43}
    assert adam.send("/backup/sftp/accept", **good | other).status_code == 409
    panel.box.clock.advance(60)
    assert adam.send("/backup/sftp/accept", **good | {"password": "x" * 20}).status_code == 400
    state = kept(panel)
    assert state is not None
    assert not state.host_key
    panel.box.clock.advance(60)
    assert adam.send("/backup/sftp/accept", **good).status_code == 303
    state = kept(panel)
    assert state is not None
    assert state.host_key == KEY
    assert "Accept this key" not in shown(adam)


def test_all_mistakes_are_named_at_once_and_what_was_typed_stays(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    wrong = {"server": "not a server", "port": "x", "user": "-o", "folder": "../..", "every": "x"}
    wrong["whose"] = "nobody"
    answer = set_up(adam, **wrong, password="")
    assert answer.status_code == 400
    for field in ("server", "port", "user", "folder", "whose", "password"):
        assert f'id="{field}-mistake"' in answer.text, field
    assert 'value="not a server"' in answer.text
    assert 'id="port" name="port" value="x"' in answer.text
    assert kept(panel) is None


@pytest.mark.parametrize("field", ["server", "user", "folder"])
@pytest.mark.parametrize("evil", ["a\r\nb", "a b", "-oProxyCommand=x", "a;b", "`id`"])
def test_nothing_but_plain_names_is_taken(panel: Panel, field: str, evil: str) -> None:
    adam = panel.log_in(ADAM)
    if (field, evil) != ("folder", "-oProxyCommand=x"):  # "=" is in no folder either
        assert set_up(adam, **{field: evil}).status_code == 400
    assert kept(panel) is None


def test_a_wrong_password_changes_nothing(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    assert set_up(adam, password="x" * 20).status_code == 400
    assert kept(panel) is None
    assert "sftp_changed" not in panel.box.acts()


def test_another_server_or_user_gets_another_key_and_has_to_be_accepted(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam)
    first = kept(panel)
    panel.box.clock.advance(60)
    set_up(adam, folder="elsewhere")
    same = kept(panel)
    panel.box.clock.advance(60)
    set_up(adam, user="other")
    other = kept(panel)
    assert first is not None
    assert same is not None
    assert other is not None
    assert same.key == first.key != other.key
    assert len({first.medium, same.medium, other.medium}) == 3


def test_it_is_stopped_with_a_password_and_the_key_forgotten(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam)
    assert adam.send("/backup/sftp/stop").status_code == 400
    panel.box.clock.advance(60)
    assert adam.send("/backup/sftp/stop", password=PASSWORD).status_code == 303
    assert kept(panel) is None
    assert "has removed its key" in shown(adam, "stopped")
    assert panel.box.acts()[-2:] == ["sftp_stopped", "keys_renewed"]


def accepted(panel: Panel, adam: Browser) -> SftpState:
    """Set it up, and accept the key that the server shows."""
    set_up(adam)
    shows_its_key(panel)
    panel.box.clock.advance(60)
    good = {"fingerprint": fingerprint(KEY), "sure": "yes", "password": PASSWORD}
    assert adam.send("/backup/sftp/accept", **good).status_code == 303
    thread = far(panel)._thread
    assert thread is not None
    thread.join()
    far(panel)._seen = "", "", ()
    state = kept(panel)
    assert state is not None
    return state


def knows(panel: Panel, medium: str, **changes: Any) -> None:
    """Let a copy have been made there."""
    made = MediumState(3, 3, 1_795_000_000.0, None, 0, 0, 0, 338, 713_000, far=True)
    with keyring(panel.box).changing() as draft:
        draft.media = {medium: structs.replace(made, **changes)}


def test_a_server_that_holds_a_backup_is_not_left_before_the_office_has_answered(
    panel: Panel,
) -> None:
    adam = panel.log_in(ADAM)
    state = accepted(panel, adam)
    knows(panel, state.medium)
    for sent in (
        set_up(adam, folder="other"),
        adam.send("/backup/sftp/stop", password=PASSWORD),
        set_up(adam, every="hand"),
    ):
        assert sent.status_code == 409
        assert 'href="/settings/office#backup_days"' in sent.text
    assert kept(panel) == state


def test_until_the_first_copy_is_finished_the_page_follows_it_and_then_shows_it(
    panel: Panel,
) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam)
    assert "Nothing goes there yet." in shown(adam)
    panel.box.clock.advance(60)
    state = accepted(panel, adam)
    page = shown(adam, "accepted")
    assert "No backup was finished there yet." in page
    assert "data-again" in page
    knows(panel, state.medium)
    page = shown(adam)
    assert "number 3" in page
    assert "338" in page
    assert "data-again" not in page


def test_after_a_restore_it_says_what_the_box_does_not_know_and_what_it_waits_for(
    panel: Panel,
) -> None:
    adam = panel.log_in(ADAM)
    state = accepted(panel, adam)
    knows(panel, state.medium, unknown=True)
    assert "does not know what this server holds now" in shown(adam)
    knows(panel, state.medium, unknown=True, waits=True)
    page = shown(adam)
    assert "The restore left out recordings as due for erasure" in page
    assert "does not know" not in page
    far(panel)._seen = "", "late", ()
    page = shown(adam)
    assert "The server took too long." in page
    assert "tried again by itself" not in page, "nothing is made until somebody asks"


def test_while_the_server_shows_another_key_no_copy_is_offered(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    accepted(panel, adam)
    far(panel)._seen = "", "host_key", ()
    assert "Make a backup now" in shown(adam), "it may have been somebody in the middle"
    assert panel.box.keeper.box is not None
    server_of(panel.box.keeper).offered = OTHER
    page = shown(adam)
    assert "Make a backup now" not in page
    assert "Accept this key" in page


def test_each_trouble_has_a_sentence_and_the_servers_own_words_are_nowhere(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam)
    shows_its_key(panel)
    for code in sorted(
        {*TROUBLES, "other_box", "unmarked", "newer", "damaged", "waits", "made_up"}
    ):
        says = device_fault("system_says", detail="The server says: <b>hello</b>").fault
        far(panel)._seen = "", code, (says,)
        page = shown(adam)
        assert 'role="alert"' in page
        assert "hello" not in page
        assert str(SAID.get(code, SAID["odd"])) in page

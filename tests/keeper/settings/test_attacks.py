"""Attack the settings: other processes' files, huge and poisoned input, foreign sessions."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from appliance.config.kept import SEED, encode_kept, in_force, read_kept
from appliance.config.mistakes import MistakesFound
from appliance.config.read import LONGEST_FILE
from appliance.errors import Refused
from appliance.link.operations import Role
from appliance.link.requests.doctor import Examine
from appliance.link.requests.settings import (
    Changed,
    GetPanelPart,
    ListVersions,
    PanelPart,
    ShowVersion,
    WatchPanelPart,
)
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.settings.changing import Office, plain
from tests.model.refusals import refuses

SECRET = "root:$6$verysecret"


def places(changed: Changed) -> set[str]:
    return {".".join(map(str, each.place)) for each in changed.mistakes}


def test_the_vaults_files_are_not_the_panels_to_name(office: Office) -> None:
    ledger = str(office.box.folders.ledger)
    for vault, wrong in (
        (
            {"eraser": "eeprom", "eeprom": ledger, "pool_ahead": 16},
            {"vault.eraser", "vault.eeprom"},
        ),
        ({"pool_ahead": 16, "prompts": "/root"}, {"vault.prompts"}),
        ({"pool_ahead": 64}, {"vault.pool_ahead"}),
        ({}, {"vault.pool_ahead"}),
    ):
        values = office.values()
        values["vault"] = vault
        assert places(office.change(values)) == wrong
    assert office.show().version == SEED


def test_a_key_elsewhere_is_neither_taken_nor_read(office: Office, tmp_path: Path) -> None:
    other = tmp_path / "shadow"
    other.write_text(SECRET)
    for path in (str(other), f"/etc/zgoda/tls/../../../{other}", "/etc/zgoda/tls/sub/key"):
        values = office.values()
        values["panel"] = {"certificate": path, "key": path}
        changed = office.change(values)
        assert places(changed) == {"panel.certificate", "panel.key"}
        assert "verysecret" not in repr(changed)
    values["panel"] = {"certificate": "/etc/zgoda/tls/a.pem", "key": "/etc/zgoda/tls/b.pem"}
    assert office.change(values).version == 2
    assert "verysecret" not in repr(office.box.ask(Examine(), office.token))


def test_a_port_is_a_device(fresh: Office) -> None:
    for port in ("/etc/passwd", "/dev/../etc/passwd", "/dev/", "/dev"):
        values = fresh.values()
        values["line"][0] |= {
            "hook": {"driver": "monitor", "dialect": "lm1", "port": port},
            "audio": {"driver": "sound", "card": "LineTap"},
            "prompt": {"driver": "sound", "card": "LineTap"},
        }
        assert places(fresh.change(values)) == {"line.0.hook.port"}, port
    hook = values["line"][0]["hook"]
    hook["port"] = "/dev/serial/by-id/usb-1"
    for beside in ({"caller": "modem"}, {}):
        values["line"][0]["hook"] = hook | beside | {"caller_port": "/etc/passwd"}
        assert places(fresh.change(values)) == {"line.0.hook.caller_port"}
    values["line"][0]["hook"] = hook | {"caller_port": "/dev/serial/by-id/usb-2"}
    assert fresh.change(values).version == 2


def test_toml_in_a_field_stays_a_text(office: Office) -> None:
    evil = 'x"\n[vault]\nprompts = "/root"\n[office]\nname = "y'
    values = office.values()
    values["office"]["name"] = evil
    assert places(office.change(values)) == {"office.name"}, "no line breaks in a name"
    values["office"]["name"] = 'x" # [vault] prompts = \'/root\' \\u0022 """'
    assert office.change(values).version == 2
    assert plain(office.text())["office"]["name"] == values["office"]["name"]
    assert "prompts" not in plain(office.text())["vault"]


def test_huge_and_broken_drafts_are_refused_in_a_sentence(office: Office) -> None:
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    for sent, draft in ((deep, "values"), (b"{", "values"), (b"[1]", "values"), (b"\xff", "text")):
        with pytest.raises(Refused) as refused:
            office.attempt(sent, draft)
        assert refused.value.code == "no_draft"
    for text in (b"[" * 9000, b"a = " + b"[" * 9000, b"x = 1\nx = 2\n", b"\x00"):
        tried = office.attempt(text, "text")
        assert tried.mistakes, text[:10]
        assert "Traceback" not in repr(tried)
    huge = office.attempt(b"# " + b"x" * LONGEST_FILE, "text")
    assert [each.code for each in huge.mistakes] == ["too_large"]
    many = json.dumps({f"k{index}": index for index in range(5000)}).encode()
    assert len(office.attempt(many).mistakes) <= 200


@pytest.mark.parametrize("role", [Role.LISTENER, Role.OPERATOR, Role.PRIVACY_OFFICER])
def test_nobody_but_an_administrator_sees_or_changes_them(tmp_path: Path, role: Role) -> None:
    box = set_up(tmp_path / "data", {"Lena": frozenset({role})})
    lena = Office(box, box.log_in("Lena"))
    ways = (
        lena.show,
        lambda: lena.change({}, base=SEED),
        lambda: lena.write("", base=SEED),
        lambda: lena.attempt({}),
        lambda: box.ask(ListVersions(), lena.token),
        lambda: box.ask(ShowVersion(1), lena.token),
    )
    for way in ways:
        with pytest.raises(Refused) as refused:
            way()
        assert refused.value.code == "forbidden"
    assert not box.folders.settings_now.exists()
    assert "denied" in box.acts()
    box.keeper.close()


def test_the_panels_part_holds_no_secret_and_streams_each_change(office: Office) -> None:
    part = office.box.ask(GetPanelPart())
    assert isinstance(part, PanelPart)
    assert "justification" not in repr(part)
    stream: Any = office.box.keeper.handle(WatchPanelPart())
    assert next(stream).version == SEED
    office.pause(5)
    assert next(stream).version == 2


def test_two_who_save_at_once_make_one_version_and_one_refusal(office: Office) -> None:
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def save(minutes: int) -> None:
        values = office.values()
        values["office"]["pause_minutes"] = minutes
        barrier.wait()
        try:
            office.change(values, base=SEED)
            outcomes.append("held")
        except Refused as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=save, args=(minutes,)) for minutes in (5, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held", "settings_changed"]
    assert office.show().version == 2
    assert office.box.acts().count("settings_changed") == 1


def test_a_poisoned_file_holds_for_nobody(office: Office) -> None:
    office.pause(5)
    folders = office.box.folders
    good = folders.settings_now.read_bytes()
    text = read_kept(folders.settings_now).text
    poisoned = (
        text.replace('basis = "consent"', 'basis = "vital_interests"').encode(),
        good.replace(b"retention_days = 90", b"retention_days = 99"),
        good + b"\n",
        good + good,
        b"",
        bytes(300_000),
    )
    for bad in poisoned:
        folders.settings_now.write_bytes(bad)
        assert in_force(folders, office.box.seed).text == text
    folders.settings_now.unlink()
    folders.settings_now.symlink_to("/dev/zero")
    assert in_force(folders, office.box.seed).text == text
    folders.settings_now.unlink()
    folders.settings_now.mkdir()
    assert in_force(folders, office.box.seed).text == text
    folders.settings_now.rmdir()
    os.mkfifo(folders.settings_now)
    assert in_force(folders, office.box.seed).text == text


def test_a_version_that_was_cut_is_not_gone_back_to(office: Office) -> None:
    office.pause(5)
    office.pause(6)
    path = office.box.folders.settings_versions / "000002.toml"
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with refuses("version_unreadable"):
            office.back(2)
    path.write_bytes(encode_kept(2, "[office]\n"))
    assert office.back(2).mistakes, "whole, but no settings any more"
    assert plain(office.text())["office"]["pause_minutes"] == 6


def test_an_older_version_never_comes_back_by_itself(office: Office) -> None:
    office.pause(5)
    office.pause(6)
    folders = office.box.folders
    for path in (folders.settings_now, folders.settings_versions / "000003.toml"):
        path.write_bytes(b"")
    with pytest.raises(MistakesFound) as found:
        in_force(folders, office.box.seed)
    assert [each.code for each in found.value.mistakes] == ["kept_cut", "kept_cut"]


def test_settings_that_may_not_be_read_are_not_taken_for_none(box: KeeperBox) -> None:
    office = Office(box, box.log_in())
    office.pause(5)
    box.folders.settings_now.unlink()
    (box.folders.settings_versions / "000002.toml").unlink()
    (box.folders.settings_versions / "000002.toml").mkdir()
    with pytest.raises(MistakesFound) as found:
        in_force(box.folders, box.seed)
    assert [each.code for each in found.value.mistakes] == ["file_missing", "file_unreadable"]


@pytest.mark.parametrize("number", [2, 3, 99])
def test_settings_that_nobody_ordered_are_put_back_though_their_digest_fits(
    office: Office, number: int
) -> None:
    office.pause(5)
    folders = office.box.folders
    good = folders.settings_now.read_bytes()
    text = read_kept(folders.settings_now).text.replace("= 5", "= 9")
    for path in (folders.settings_now, folders.settings_versions / f"{number:06}.toml"):
        if number != 2 or path == folders.settings_now:
            path.write_bytes(encode_kept(number, text))
    office.box.restart()
    assert folders.settings_now.read_bytes() == good
    assert "settings_restored" in office.box.acts()
    assert Office(office.box, office.box.log_in()).show().version == 2

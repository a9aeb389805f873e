"""A box begins anew from a backup in its panel, in place of the first run."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.card.sticks import Sticks
from appliance.config.kept import Seed, digest
from appliance.config.outside import Backup
from appliance.errors import Refused
from appliance.keeper.backup import restoring
from appliance.keeper.backup.wanted import RestoreWishes
from appliance.keeper.storage.settings_rows import VersionRow
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.login import Browser
from appliance.link.requests.recovery.restore import (
    GetRestore,
    GetRestored,
    RestoredBox,
)
from appliance.vault.opening.keys import new_secret, sheet_text
from tests.boxes import PASSWORD
from tests.keeper.backup.copies import backed_up_box, backups, keyring, manifest
from tests.keeper.backup.restored import FRESH
from tests.keeper.boxes import OWNER, make_keeper
from tests.keeper.desks import settings_of
from tests.keeper.erasure.cuts import PowerCut
from tests.keeper.erasure.everything import OFFICER, SECOND, record
from tests.keeper.handlers.recovery.bench import Bench


def test_it_comes_back_with_its_recordings_and_one_password(bench: Bench) -> None:
    before = bench.new.ask(GetRestore(look=True))
    assert (before.medium, before.cut, before.running, before.code) == (True, False, False, "")
    bench.begin()

    assert bench.desk.restoring.seen.why is None
    state = bench.new.ask(GetBoxState())
    assert (state.set_up, state.sheet_confirmed, state.locked) == (True, True, True)
    assert not bench.new.folders.first_run_code.exists(), "the one-time password is gone"
    assert not bench.new.folders.restoring.exists()
    with pytest.raises(Refused):
        bench.new.log_in(OWNER, PASSWORD)
    bench.new.clock.advance(60)
    token = bench.new.log_in(OWNER, FRESH)
    assert bench.new.ask(ListCalls(), token).total == 1
    assert bench.new.sound_audit()
    assert bench.new.acts().count("restored") == 1
    result = bench.new.ask(GetRestored(), token)
    assert (result.known, result.recordings, result.bad) == (True, 3, ())
    assert set(result.without_password) == {OFFICER, SECOND, "Lena Listener"}
    bench.new.restart()
    token = bench.new.log_in(OWNER, FRESH)
    assert bench.new.ask(GetRestored(), token) == RestoredBox(known=False)


def test_what_comes_back_records_again_and_is_backed_up(bench: Bench) -> None:
    bench.begin()
    (more,) = record(bench.new)
    backups(bench.new)._wanted = True

    assert more in keyring(bench.new)
    assert backups(bench.new).run(), backups(bench.new).seen().trouble
    assert manifest(bench.medium).number == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "AAAA-AAAA"}, "wrong_one_time_password"),
        ({"code": ""}, "wrong_one_time_password"),
        ({"sheet": ""}, "sheet_letters"),
        ({"sheet": "A" * 65}, "wrong_groups"),
        ({"sheet": sheet_text(new_secret())}, "wrong_backup_sheet"),
        ({"name": "Nobody"}, "no_administrator_there"),
        ({"name": OFFICER}, "no_administrator_there"),
        ({"password": "short"}, "password_short"),
        ({"today": "28.11.2026"}, "no_day"),
        ({"today": "9999-99-99"}, "no_day"),
        ({"today": "2001-01-01"}, "ahead"),
    ],
)
def test_what_does_not_fit_changes_nothing(
    bench: Bench, changes: dict[str, object], code: str
) -> None:
    assert bench.refused(**changes) == code
    assert not bench.new.folders.restoring.exists()
    assert not any(path.exists() for path in bench.new.folders.keyring)
    assert bench.new.ask(GetBoxState()).set_up is False
    bench.new.clock.advance(60)
    bench.begin()
    assert bench.desk.restoring.seen.result is not None


def test_a_clock_that_was_ahead_is_passed_over_by_a_persons_word(bench: Bench) -> None:
    bench.begin(today="2001-01-01", ahead=True)
    assert bench.desk.restoring.seen.result is not None


def test_the_one_time_password_is_not_guessed(bench: Bench) -> None:
    browser = Browser(address="192.168.1.7", device="", token="")
    codes = [bench.refused(code="AAAA-AAAA", browser=browser) for _ in range(20)]

    assert codes[0] == "wrong_one_time_password"
    assert codes[-1] == "throttled"


@pytest.mark.parametrize("what", ["none", "gone", "unmarked", "empty", "damaged"])
def test_without_a_good_backup_it_says_why(bench: Bench, what: str) -> None:
    match what:
        case "none":
            bench.new.keeper._around.config = replace(bench.new.config, backup=Backup("", "day"))
        case "gone":
            bench.medium.parent.rename(bench.medium.parent.with_name("drawer"))
        case "unmarked":
            (bench.medium / bench.medium.name).unlink()
        case "empty":
            (bench.medium / "manifest").unlink()
        case "damaged":
            (bench.medium / "manifest").write_bytes(b"{}")
    state = bench.new.ask(GetRestore(look=True))

    assert not bench.new.ask(GetRestore()).medium, "it was not touched"
    assert state.medium is (what in {"empty", "damaged"})
    assert (
        bench.refused()
        == {
            "none": "no_backup_place",
            "gone": "backup_absent",
            "unmarked": "backup_unmarked",
            "empty": "backup_none",
            "damaged": "backup_damaged",
        }[what]
    )
    assert not bench.new.folders.restoring.exists()


def test_a_vault_is_never_written_over(bench: Bench) -> None:
    operation = bench.operation()
    bench.new.first_run()
    before = bench.new.folders.keyring[0].read_bytes()

    for asked in (operation, GetRestore()):
        with pytest.raises(Refused) as told:
            bench.new.keeper.handle(asked, None)
        assert told.value.code == "set_up_already"
    assert bench.new.folders.keyring[0].read_bytes() == before


def test_a_folder_with_anything_of_a_vault_is_refused(bench: Bench) -> None:
    left = bench.new.folders.recordings / ("a" * 32)
    left.write_bytes(b"somebody's")

    assert bench.refused() == "folder_not_empty"
    assert left.read_bytes() == b"somebody's"


def test_what_was_erased_since_stays_away(bench: Bench) -> None:
    text = f"Certificate of erasure\nRecording {bench.rids[0].upper()}\nnothing else".encode()
    bench.begin(text)
    token = bench.new.log_in(OWNER, FRESH)
    result = bench.new.ask(GetRestored(), token)

    assert (result.recordings, result.erased) == (2, 1)
    assert bench.rids[0] not in keyring(bench.new)
    assert not (bench.new.folders.recordings / bench.rids[0]).exists()


def test_nothing_comes_back_where_everything_was_erased(bench: Bench) -> None:
    bench.begin(erased_all=True)
    assert list(bench.new.folders.recordings.iterdir()) == []
    assert keyring(bench.new).parts(bench.rids[0]) == (bench.rids[0],)


def test_what_is_altered_on_the_medium_is_told(bench: Bench) -> None:
    (bench.medium / "rec" / bench.rids[0]).unlink()
    bench.begin()
    result = bench.new.ask(GetRestored(), bench.new.log_in(OWNER, FRESH))

    assert (result.recordings, result.bad) == (2, (bench.rids[0],))


def cut(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pull the plug in the middle, and start the box again."""

    def power_cut(*_: object, **__: object) -> RestoredBox:
        bench.new.folders.restoring.touch()
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(restoring, "restore", power_cut)
        patched.setattr("threading.excepthook", lambda _: None)
        opened = bench.desk._opened(bench.old.sheet)
        wanted = RestoreWishes(OWNER, FRESH, 0)
        with pytest.raises(PowerCut):
            bench.desk.restoring._run(opened, bench.new.config, wanted, lambda: None)
    bench.new.restart()
    bench.point()


def test_after_a_power_cut_the_box_starts_and_it_is_done_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(bench, monkeypatch)
    assert bench.new.ask(GetRestore()).cut
    assert bench.new.ask(GetBoxState()).set_up is False
    with pytest.raises(Refused) as told:
        bench.new.first_run()
    assert told.value.code == "restoring"
    bench.begin()

    assert bench.new.ask(GetBoxState()).set_up
    assert bench.new.ask(ListCalls(), bench.new.log_in(OWNER, FRESH)).total == 1


def test_a_vault_that_is_whole_but_for_the_mark_is_not_opened(bench: Bench) -> None:
    """Power failed after the keyring, before the audit knew of it."""
    bench.begin()
    bench.new.folders.restoring.touch()
    bench.new.restart()
    bench.point()

    assert not bench.new.ask(GetBoxState()).set_up
    bench.begin()
    assert bench.new.ask(GetBoxState()).set_up
    assert bench.new.acts().count("restored") == 1


def test_a_medium_that_is_pulled_out_fails_it_and_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> object:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("appliance.keeper.backup.opened.OpenedBackup.recording", gone)
        bench.begin()
    state = bench.new.ask(GetRestore())
    assert (state.running, state.cut, state.code) == (False, True, "restore_failed")
    assert state.values == {"said": "Input/output error"}
    bench.begin()
    assert bench.new.keeper.box is not None


def test_a_fault_of_the_program_is_told_and_names_nobody(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    person = "Anna Kowalska"

    def broken(*_: object) -> object:
        raise KeyError(person)

    with monkeypatch.context() as patched:
        patched.setattr(restoring, "restore", broken)
        bench.begin()
    told = bench.new.ask(GetRestore())
    assert (told.code, told.values) == ("failed", {})
    assert "Anna" not in caplog.text


def test_a_second_one_has_to_wait(bench: Bench) -> None:
    bench.desk.restoring.seen = restoring.RestoreStanding(running=True, done=2, total=9)
    state = bench.new.ask(GetRestore())

    assert (state.running, state.done, state.total, state.cut) == (True, 2, 9, False)
    assert bench.refused() == "restore_running"
    with pytest.raises(Refused) as told:
        bench.new.first_run()
    assert told.value.code == "restoring"


@pytest.mark.parametrize(("every", "days"), [("day", 0), ("hand", 31)])
def test_the_new_boxs_own_settings_of_the_machine_hold(
    tmp_path: Path, every: str, days: int
) -> None:
    """The old one's root lay under a board's secret, and its panel was another's."""
    old, medium = backed_up_box(tmp_path)
    record(old)
    kept = old.seed.text.replace("pool_ahead = 16", "pool_ahead = 17")
    kept += '\n[panel]\nhost = "127.0.0.1"\nnames = ["old.local"]\n'
    kept += '\n[backup]\nfolder = "/media/zgoda/elsewhere"\n'
    assert old.keeper.box is not None
    store = settings_of(old.keeper)._book.store
    store.keep(kept, VersionRow(number=2, at=1.0, sha256=digest(kept)))
    backups(old).run()
    old.keeper.close()
    new = make_keeper(tmp_path / "new")
    seed = new.seed.text.replace("[office]\n", f"[office]\nbackup_days = {days}\n")
    seed += f'\n[backup]\nfolder = "{medium.parent}"\nevery = "{every}"\n\n[panel]\nport = 8471\n'
    new.keeper.close()
    new.seed = Seed("zgoda.toml", seed)
    bench = Bench(old, [], medium, new)
    new.restart()
    bench.point()
    bench.begin()

    assert bench.desk.restoring.seen.why is None
    now = settings_of(new.keeper)._book.now
    assert now.version == 3
    assert now.config.vault.pool_ahead == 16
    assert now.config.backup.folder == str(medium.parent)
    assert (now.config.backup.every, now.config.office.backup_days) == (every, days), "together"
    assert (now.config.panel.port, now.config.panel.names) == (8471, ())
    assert not settings_of(new.keeper)._book.seed_changed
    assert "settings_changed" in new.acts()
    new.restart()
    assert settings_of(new.keeper)._book.now.version == 3, "it was ordered"
    assert "settings_restored" not in new.acts()
    new.keeper.close()


def test_where_no_medium_is_taken_by_name_it_says_so(bench: Bench, tmp_path: Path) -> None:
    bench.desk.sticks = Sticks(tmp_path / "no")
    assert not bench.new.ask(GetRestore()).by_name
    (tmp_path / "run").mkdir()
    devices = tmp_path / "devices"
    (devices / "sda1").mkdir(parents=True)
    bench.desk.sticks = Sticks(tmp_path / "run", devices)
    bench.desk.sticks.tell("sda1", "not_empty")
    state = bench.new.ask(GetRestore())
    assert (state.by_name, state.sticks) == (True, ("not_empty",))


def test_a_box_that_keeps_its_key_in_the_clear_asks_before_a_restore(bench: Bench) -> None:
    with pytest.raises(Refused) as caught:
        bench.begin(plain=False)
    assert caught.value.code == "plain"
    assert bench.new.keeper.box is None

"""The findings about backups by SFTP."""

from typing import Any

import pytest
from msgspec.structs import replace

from appliance.clock import DAY
from appliance.keeper.doctor.backup import examine_backup
from appliance.keeper.doctor.sftp import examine_sftp
from appliance.link.requests.outside.backup import BackupState
from appliance.link.requests.outside.sftp import SftpPlace, SftpStanding

COPIES = BackupState(
    folder="backup.example.com", every="day", recordings=7, age=100.0, finished=True
)
SEEN = SftpStanding(
    SftpPlace("backup.example.com", 22, "zgoda", "", "day", "own"), accepted="SHA256:…"
)


@pytest.mark.parametrize(
    ("changes", "copies", "found"),
    [
        ({"place": None}, {}, []),
        ({}, {}, ["sftp.fine"]),
        ({"accepted": ""}, {}, ["sftp.unaccepted"]),
        ({"accepted": "", "away": True}, {}, ["sftp.away", "sftp.unaccepted"]),
        ({}, {"finished": False, "age": None}, ["sftp.first"]),
        ({}, {"age": None}, ["sftp.unknown_age"]),
        ({}, {"code": "unreachable"}, ["sftp.fails"]),
        ({}, {"code": "stopped"}, ["sftp.fine"]),
        ({}, {"age": 3.0 * DAY}, ["sftp.old"]),
        ({}, {"age": 3.0 * DAY, "code": "login"}, ["sftp.old"]),
        ({}, {"age": 14.0 * DAY, "every": "week"}, ["sftp.fine"]),
        ({}, {"code": "host_key", "age": 9.0 * DAY}, ["sftp.host_key"]),
        ({}, {"older": True}, ["sftp.older", "sftp.fine"]),
    ],
)
def test_what_is_found(changes: dict[str, Any], copies: dict[str, Any], found: list[str]) -> None:
    told = examine_sftp(replace(SEEN, **changes), replace(COPIES, **copies))
    assert [one.id for one in told] == found


def test_a_changed_key_and_an_old_copy_are_red() -> None:
    for copies in ({"code": "host_key"}, {"age": 3.0 * DAY}):
        (one,) = examine_sftp(SEEN, replace(COPIES, **copies))
        assert one.level == "fail"


def test_who_copies_to_a_server_needs_no_medium() -> None:
    none = replace(COPIES, folder="")
    assert [one.id for one in examine_backup(none)] == ["backup.none"]
    assert list(examine_backup(none, elsewhere=True)) == []

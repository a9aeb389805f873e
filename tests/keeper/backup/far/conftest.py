"""A box whose first copy lies at a server that will lie."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.link.requests.outside.sftp import AcceptSftp, ChangeSftp, SftpPlace
from appliance.model.outside.sftp import fingerprint
from tests.boxes import PASSWORD
from tests.courier.authority import HERE
from tests.courier.lying import Lies, LyingServer
from tests.keeper.backup.far.carried import carried
from tests.keeper.backup.far.lied import Lied
from tests.keeper.boxes import set_up
from tests.keeper.erasure.everything import PEOPLE, record


@pytest.fixture
def lied(tmp_path: Path) -> Iterator[Lied]:
    (tmp_path / "root").mkdir()
    keys = tmp_path / "authorized_keys"
    server = LyingServer(tmp_path / "root", Lies(), keys)
    with contextlib.closing(server), carried(set_up(tmp_path / "data", PEOPLE)) as one:
        place = SftpPlace(HERE, server.port, "zgoda", "", "day", "own")
        one.ask(ChangeSftp(place, PASSWORD))
        one.looked()
        keys.write_text(one.seen().public.partition(" ")[2] + "\n")  # its options are OpenSSH's
        record(one.box, 2)
        one.ask(AcceptSftp(fingerprint(server.line), PASSWORD))
        one.finished()
        assert one.seen().code == ""
        yield Lied(one, server)

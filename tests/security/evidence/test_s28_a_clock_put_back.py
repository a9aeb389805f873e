"""A clock put back shows, though the log that would show it was damaged."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.link.requests.calls import Recipient
from tests.keeper.office import OFFICER, Office
from tests.security.evidence.test_s28_one_story_of_one_device import (
    BACK,
    call,
    codes,
    office,
    take,
    verify,
)

__all__ = ["office"]  # a fixture


def checked(office: Office) -> str:
    """Check the activity log; it holds together."""
    result = CliRunner().invoke(zgoda, ["audit", "verify", "--data", str(office.folders.data)])
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize("recipient", [Recipient.OFFICE, Recipient.CALLER])
def test_damage_to_the_log_does_not_hide_a_clock_put_back(
    office: Office, tmp_path: Path, recipient: Recipient
) -> None:
    """A proof without lines passes for nothing if its recording names one."""
    office.clock.advance(-BACK)
    rid = call(office)
    log = min(office.folders.audit.glob("*.log"))
    raw = log.read_bytes()
    log.write_bytes(raw.replace(b'"seq":1,', b'"seq":7,', 1))
    assert log.read_bytes() != raw
    code, answer = verify(take(office, rid, tmp_path / "a", recipient))
    assert (code, answer["outcome"], codes(answer)) == (1, "order", {"order_hidden"})


def test_the_check_of_the_log_says_that_a_clock_was_put_back(office: Office) -> None:
    rid = call(office)
    assert "The clock went back" not in checked(office)
    office.clock.advance(-BACK)
    office.audit.append("viewed", OFFICER.actor, rid)
    number = office.audit.newest[0]
    for _ in range(3):
        office.clock.advance(60)
        office.audit.append("viewed", OFFICER.actor, rid)
    said = checked(office)
    assert f"Times: 1, first before entry {number}." in said
    assert "complete and unchanged" in said

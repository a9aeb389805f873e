"""A certificate has no stamp of its own: the log beside it has, over the head of its day."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.commands.helpers.compared.erasures_in_log import (
    StampedErasure,
    stamped_before,
    stamped_erasure,
)
from appliance.commands.helpers.compared.stories import NamedCertificate
from appliance.keeper.audit.stamps import stamp_file
from appliance.vault.audit.stamps import EARLY_SECONDS
from appliance.vault.certificate import read_certificate
from tests.keeper.recordings.certified.orders import erase, file, settle
from tests.security.evidence.test_s28_one_story_of_one_device import call, codes, says, verify
from tests.security.evidence.test_s29_a_stamp_from_outside import StampedOffice
from tests.vault.audit.stamped import NAME, StampAuthority

READERS = ("caller", "office")


class Erased:
    """An erasure that is certified, the head of its day stamped."""

    def __init__(self, folder: Path, authority: StampAuthority) -> None:
        self.one = StampedOffice(folder / "data", authority, qualified=True)
        office = self.one.office
        self.one.to_yesterday()
        self.one.stamp()
        rid = call(office)
        erase(office, rid)
        settle(office)
        self.early = self._file(folder / "early.jsonl", rid, "office")
        self.day = self.one.stamp()
        office.records.sweep()
        self.files = {one: self._file(folder / f"{one}.jsonl", rid, one) for one in READERS}
        self.log = office.folders.audit

    def _file(self, path: Path, rid: str, reader: str) -> Path:
        path.write_bytes(file(self.one.office, rid, reader))
        return path

    @property
    def roots(self) -> Path:
        return self.one.authority.roots


@pytest.fixture
def erased(tmp_path: Path, authority: StampAuthority) -> Erased:
    return Erased(tmp_path, authority)


@pytest.mark.parametrize("reader", [*READERS, "early"])
def test_with_log_and_certificate_its_stamp_confirms_the_erasure(
    erased: Erased, reader: str
) -> None:
    path = erased.early if reader == "early" else erased.files[reader]
    given = "--audit", erased.log, "--authority", erased.roots
    rc, answer = verify(path, *given)
    assert rc == 0, answer
    assert codes(answer) - {"erased_not_finished"} == {
        *("witness_stamp", "erased_clock", "erased_stamp", "stamp_qualified")
    }
    _, lines = says(path, *given)
    assert lines[0] == f"Witness outside the device: the time stamps of {NAME}."
    assert any(f"by a time stamp of {NAME} over the head of {erased.day}" in one for one in lines)


def test_without_the_log_or_the_certificate_nobody_confirms_it(erased: Erased) -> None:
    path = erased.files["office"]
    rc, answer = verify(path, "--authority", erased.roots)
    assert (rc, codes(answer)) == (0, {"no_witness", "erased_clock"})
    rc, answer = verify(path, "--audit", erased.log)
    assert (rc, codes(answer)) == (0, {"no_witness", "erased_clock", "stamp_unknown"})


def test_a_strangers_certificate_is_exit_code_1(erased: Erased, stranger: StampAuthority) -> None:
    given = "--audit", erased.log, "--authority", stranger.roots
    rc, answer = verify(erased.files["office"], *given)
    assert (rc, answer["outcome"], codes(answer)) == (1, "stamp", {"stamp_stranger_day"})


@pytest.mark.parametrize("how", ["gone", "cut", "of another day"])
def test_a_stamp_that_is_none_confirms_nothing(erased: Erased, how: str) -> None:
    path = stamp_file(erased.log, erased.day)
    raw = path.read_bytes()
    path.unlink()
    if how != "gone":
        path.write_bytes(
            raw[:-9] if how == "cut" else min(erased.log.glob("stamps/*")).read_bytes()
        )
    given = "--audit", erased.log, "--authority", erased.roots
    rc, answer = verify(erased.files["office"], *given)
    assert (rc, codes(answer)) == (0, {"no_witness", "erased_clock"})


@pytest.mark.parametrize("late", [False, True])
def test_a_stamp_older_than_the_erasure_cannot_be(erased: Erased, late: bool) -> None:
    read = read_certificate(erased.files["office"].read_bytes())
    assert read.line is not None
    found = stamped_erasure(erased.log, read.line.entry.seq)
    assert found is not None
    more = EARLY_SECONDS + (1 if late else -1)
    old = StampedErasure(found.head, replace(found.stamp, at=read.certificate.done_at - more))
    codes = [one.code for one in stamped_before(NamedCertificate("x", read), old)]
    assert codes == (["order_stamp_erased"] if late else [])

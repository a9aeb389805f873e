"""A time that an authority stamped cannot be moved, and a stranger's stamp is none."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.commands.helpers.compared.stories import (
    AFTER_LATE_SECONDS,
    NamedProof,
    disorder,
    moment,
)
from appliance.config.outside import Stamp
from appliance.keeper.audit.stamps import kept_on, stamp_file
from appliance.keeper.stamps.stamping import HeadStamps
from appliance.link.requests.calls import Recipient
from appliance.link.requests.proof import ShowProof
from appliance.model.proof import ProofReader, reader_for
from appliance.vault.proof import Proof, read_proof
from tests.keeper.office import make_office
from tests.security.evidence.test_s28_one_story_of_one_device import (
    call,
    codes,
    end_day,
    says,
    take,
    verify,
)
from tests.vault.audit.stamped import NAME, StampAuthority


class StampedOffice:
    """An office whose heads are stamped; its clock goes with the authority's."""

    def __init__(self, data: Path, authority: StampAuthority, *, qualified: bool = False) -> None:
        self.office, self.authority = make_office(data), authority
        setting = Stamp("https://stamps.example/", str(authority.roots), qualified)
        told = self.office.audit, self.office.records.time
        self.stamps = HeadStamps(*told, lambda: setting)

    def to_yesterday(self) -> None:
        """Set the clock right but for a day."""
        self.office.clock.jump(time.time() - DAY - self.office.clock.now())

    def stamp(self) -> str:
        """Let a day end and have it stamped; return it."""
        day = self.office.audit.day
        end_day(self.office)
        while (errand := self.stamps.take()).address:
            self.stamps.told(errand.number, "", self.authority.answer(errand.query))
        assert kept_on(self.office.audit.folder, day) is not None
        return day

    def proof(self, rid: str, file: Path) -> Proof:
        return read_proof(take(self.office, rid, file).read_bytes())


@pytest.fixture(params=[False, True], ids=["plain", "qualified"])
def one(request: pytest.FixtureRequest, tmp_path: Path, authority: StampAuthority) -> StampedOffice:
    return StampedOffice(tmp_path / "data", authority, qualified=request.param)


def qualified(one: StampedOffice) -> bool:
    return one.stamps._setting().qualified


@pytest.mark.parametrize("recipient", list(Recipient))
def test_an_authority_confirms_after_and_before(
    one: StampedOffice, tmp_path: Path, recipient: Recipient
) -> None:
    one.to_yesterday()
    one.stamp()
    rid = call(one.office)
    day = one.stamp()
    file = take(one.office, rid, tmp_path / "call.proof.jsonl", recipient)
    place = read_proof(file.read_bytes()).places[0]
    assert place.stamp_before is not None
    for_caller = reader_for(recipient) is ProofReader.CALLER
    assert (place.stamp_behind is None) is for_caller
    rc, answer = verify(file, "--authority", one.authority.roots)
    assert (rc, codes(answer) - {"not_finished"}) == (
        0,
        {"witness_stamp", "stamp_after", "between"}
        | (set() if for_caller else {"stamp_until"})
        | {"stamp_qualified" if qualified(one) else "stamp_unqualified"},
    )
    _, lines = says(file, "--authority", one.authority.roots)
    after, last = moment(place.stamp_before.at), lines[-1]
    assert f"in the name of {NAME}, which the office chose: " in last
    assert f"after {after}" in last
    assert ("as the office says" in last) is qualified(one)
    if place.stamp_behind is not None:
        assert f"before {moment(place.stamp_behind.at)}" in last
        assert any(f"over the head of {day}" in line for line in lines)
    shown = one.office.ask(ShowProof(rid, recipient))
    assert shown.stamps is not None
    assert (shown.stamps.authority, shown.stamps.after) == (NAME, after)
    assert bool(shown.stamps.before) is not for_caller


def test_two_copies_for_a_caller_carry_the_same(one: StampedOffice, tmp_path: Path) -> None:
    one.to_yesterday()
    one.stamp()
    rid = call(one.office)
    one.stamp()
    first = take(one.office, rid, tmp_path / "one", Recipient.CALLER)
    take(one.office, rid, tmp_path / "police", Recipient.AUTHORITY)
    end_day(one.office)
    second = take(one.office, rid, tmp_path / "two", Recipient.CALLER)
    told = [read_proof(file.read_bytes()).annex.evidence for file in (first, second)]
    assert told[0] == told[1]


def test_without_the_certificate_nobody_is_a_witness(one: StampedOffice, tmp_path: Path) -> None:
    one.to_yesterday()
    one.stamp()
    rid = call(one.office)
    one.stamp()
    file = take(one.office, rid, tmp_path / "call.proof.jsonl")
    rc, answer = verify(file)
    assert (rc, codes(answer)) == (0, {"no_witness", "stamp_unknown", "between"})
    _, lines = says(file)
    assert "is confirmed by: nobody." in lines[-1]
    assert any("anybody can use its name" in line for line in lines)


def test_a_strangers_certificate_is_exit_code_1(
    one: StampedOffice, stranger: StampAuthority, tmp_path: Path
) -> None:
    one.to_yesterday()
    one.stamp()
    rid = call(one.office)
    one.stamp()
    file = take(one.office, rid, tmp_path / "call.proof.jsonl")
    rc, answer = verify(file, "--authority", stranger.roots)
    assert (rc, answer["outcome"], codes(answer)) == (1, "stamp", {"stamp_stranger"})
    both = verify(file, "--authority", stranger.roots, "--authority", one.authority.roots)
    assert both[0] == 0, "one of those given"
    (tmp_path / "none.pem").write_text("no certificate")
    rc, answer = verify(file, "--authority", tmp_path / "none.pem")
    assert (rc, answer["outcome"]) == (1, "stamp")


def test_a_call_dated_back_before_the_stamp_that_it_names_cannot_be(
    one: StampedOffice, tmp_path: Path
) -> None:
    one.stamp()  # the box's clock is weeks behind the authority's
    rid = call(one.office)
    file = take(one.office, rid, tmp_path / "call.proof.jsonl")
    rc, answer = verify(file)
    assert (rc, answer["outcome"], codes(answer)) == (1, "order", {"order_stamp_before"})


@pytest.mark.parametrize("late", [False, True])
def test_an_hour_is_let_pass_between_two_clocks(
    one: StampedOffice, tmp_path: Path, late: bool
) -> None:
    one.to_yesterday()
    one.stamp()
    rid = call(one.office)
    one.stamp()
    proof = one.proof(rid, tmp_path / "call.proof.jsonl")
    (place,), (told,) = proof.places, proof.recordings
    assert place.sealed is not None
    assert place.stamp_before is not None
    assert place.stamp_behind is not None
    more = AFTER_LATE_SECONDS + (1 if late else -1)
    before = replace(place.stamp_before, at=told.meta.started_at + more)
    behind = replace(place.stamp_behind, at=place.sealed.entry.t - more)
    moved = replace(place, stamp_before=before, stamp_behind=behind)
    found = disorder([NamedProof("x", replace(proof, places=(moved,)))])
    wrong = ["order_stamp_before", "order_stamp_behind"] if late else []
    assert [one.code for one in found] == wrong


@pytest.mark.parametrize("how", ["gone", "altered", "another day's"])
def test_a_stamp_whose_file_is_damaged_is_left_out(
    one: StampedOffice, tmp_path: Path, how: str
) -> None:
    one.to_yesterday()
    first = one.stamp()
    rid = call(one.office)
    second = one.stamp()
    files = [stamp_file(one.office.audit.folder, day) for day in (first, second)]
    raw = [file.read_bytes() for file in files]
    for file, other in zip(files, reversed(raw), strict=True):
        if how == "gone":
            file.unlink()
        else:
            file.write_bytes(other if how == "another day's" else file.read_bytes()[:-9])
    place = one.proof(rid, tmp_path / "call.proof.jsonl").places[0]
    assert (place.stamp_before, place.stamp_behind) == (None, None)
    assert place.head is not None, "the rest vouches without it"

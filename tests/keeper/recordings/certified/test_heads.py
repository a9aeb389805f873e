"""Lead an erasure to the head of its day, for office and authority, and nobody else."""

import random

import pytest

from appliance.keeper.recordings.certified.signing import CERTIFIED
from appliance.keeper.recordings.words import ERASURE_DAYS
from appliance.vault.audit.heads import head_of
from appliance.vault.certificate import (
    BadCertificate,
    CertificateFault,
    certificate_digest,
    read_certificate,
)
from appliance.vault.origin import fingerprint
from tests.keeper.office import Office
from tests.keeper.recordings.certified.orders import file, next_day, read
from tests.vault.test_proof import mutated


def test_on_its_own_day_there_is_none(office: Office, rid: str) -> None:
    office.records.sweep()
    assert read(office, rid, "office").head is None
    office.audit.sign_head()
    office.records.sweep()
    assert read(office, rid, "office").head is None, "a head of a day that goes on is not final"


def test_once_the_day_has_ended_the_offices_leads_to_its_head(office: Office, rid: str) -> None:
    before = file(office, rid, "office")
    next_day(office)
    after = read(office, rid, "office")
    assert file(office, rid, "office").startswith(before)
    (one,) = after.supplements
    assert one.under is not None
    assert (one.about, one.id, one.state) == ("head", after.certificate.erased.hash, "finished")
    line = after.line
    assert line is not None
    stored = office.audit.head_behind(line.entry.seq)
    assert stored == head_of(one.under.head.encode()) == after.head
    office.records.sweep()
    next_day(office)
    assert read(office, rid, "office").supplements == (one,), "said once"


def test_a_caller_gets_none_whatever_is_put_on_record(office: Office, rid: str) -> None:
    before = file(office, rid)
    next_day(office)
    next_day(office, 30)
    assert file(office, rid) == before
    assert read(office, rid, "office").head is not None


def test_a_head_is_no_news_that_prolongs_what_is_kept(office: Office, rid: str) -> None:
    (row,) = office.records.ledger.certificates().values()
    next_day(office, ERASURE_DAYS - 1)
    (later,) = office.records.ledger.certificates().values()
    assert read(office, rid, "office").head is not None
    assert later.until == row.until


def test_a_log_that_was_altered_leads_nowhere(office: Office, rid: str) -> None:
    """What is handed out carries no path of a log whose own check says that it is bad."""
    (log,) = (office.folders.audit).glob("*.log")
    raw = log.read_bytes()
    at = raw.index(b'"}\n') - 1  # the last digit of the first entry's hash
    log.write_bytes(raw[:at] + (b"0" if raw[at : at + 1] != b"0" else b"1") + raw[at + 1 :])
    next_day(office)
    assert read(office, rid, "office").supplements == ()


def test_both_files_are_bound_to_the_log_each_by_its_reader(office: Office, rid: str) -> None:
    bound = {
        one.detail: one.sha256 for one in office.audit.of_recording(rid) if one.type == CERTIFIED
    }
    assert bound == {
        f"to.{reader}": certificate_digest(read(office, rid, reader).certificate)
        for reader in ("caller", "office")
    }


@pytest.mark.parametrize("seed", range(3))
def test_no_mutation_of_what_leads_to_a_head_is_accepted(
    office: Office, rid: str, seed: int
) -> None:
    next_day(office)
    whole, draw = file(office, rid, "office"), random.Random(seed)
    key = fingerprint(office.keyring.box_key)
    earlier = {b"".join(whole.splitlines(keepends=True)[:end]) for end in (2, 3)}
    for _ in range(1_000):
        if (raw := mutated(whole, draw)) not in earlier:
            with pytest.raises(BadCertificate) as refused:
                read_certificate(raw, key)
            assert refused.value.fault in CertificateFault

"""Make the stories of certificates of erasure, and of what others say against them."""

from dataclasses import dataclass
from typing import Any

from tests.vectors import certificates, placed
from tests.vectors.audit import AT, BACK, FIRST, SECOND, Key, Keys, Log, keys_of, public
from tests.vectors.certificates import digest, for_office, supplement
from tests.vectors.compared.story import PERSON, Story
from tests.vectors.office import RULE, made
from tests.vectors.placed import Fields
from tests.vectors.proofs import META, OURS, STRANGER, written

KEYS, CLONE = keys_of("erasure"), keys_of("clone of the erasure")
ORDER = made("order", 8).hex()
LEFT = made("recording that is left", 16).hex()
SIZE = 6
"""Entries of the recording's day."""


def erase(
    log: Log, key: Key, day: str, rid: str, at: float, *, certified: bool = True, **changes: Any
) -> tuple[Fields, Fields]:
    """Put an erasure on record; return the fields of its certificates, for caller and office.

    Args:
        log: of the device.
        key: signs that day.
        day: of the entries.
        rid: of the recording.
        at: when it was erased, by the device's clock.
        certified: whether the log says that the certificates were signed.
        changes: what both say otherwise.
    """
    said: dict[str, Any] = {"t": at, "rid": rid}
    log.add(key, day, "erasing", **said, actor=PERSON, detail="consent_withdrawn")
    log.add(key, day, "erased", **said, actor=PERSON, detail="e1.7")
    line = log.lines[-1].rstrip("\n")
    call = {"rids": [rid], "day": 20_717, "minutes": 1, "line": "Reception"}
    told = {"id": ORDER, "ordered_at": at - 60, "done_at": at, "calls": [call], "holders": []}
    told |= {"level": "E1", "remains": [], "kept": []} | changes
    office = for_office(line, **told)
    caller = certificates.certificate(erased={"hash": office["erased"]["hash"], "line": None})
    caller |= told
    for reader, fields in (("office", office), ("caller", caller)):
        more = {"case": ORDER, "sha256": digest(fields), "detail": f"to.{reader}"}
        if certified:
            log.add(key, day, "certified", **said, **more)
    return caller, office


def finished(office: Fields, log: Log, day: str, number: int = 1) -> Fields:
    """Return the fields of the supplement that has the head of an erasure's day."""
    hashes = placed.hashes(log)
    at = hashes.index(office["erased"]["hash"]) + 1
    head = placed.head(log, day)
    under = {"path": placed.path(log, at, placed.seq_of(log, day)), "head": head}
    said = {"about": "head", "id": office["erased"]["hash"], "state": "finished", "under": under}
    return supplement(number, of=office, **said)


@dataclass(frozen=True)
class Erasure:
    """What one device says of a recording: its log, the core, and its certificates."""

    log: Log
    core: Fields
    caller: Fields
    office: Fields

    def file(self, *supplements: Fields) -> str:
        """Return the office's certificate with supplements."""
        return certificates.file(self.office, *supplements).decode()

    @property
    def head(self) -> Fields:
        """Return the supplement with the head of the erasure's day."""
        return finished(self.office, self.log, SECOND)

    def proof(self, seq: int) -> str:
        """Return a proof of the recording whose annex was made at an entry."""
        newest = {"audit_seq": seq, "audit_hash": placed.hashes(self.log)[seq - 1]}
        acts: Fields = {"recipients": [], "copies": [], "listened": [], "made_at": AT[SECOND]}
        annex = OURS.annex(
            self.core, **newest, **acts, evidence=[Story(self.log, self.core).beside]
        )
        return OURS.proof(self.core, annex).decode()


def erasure(
    by: Keys = KEYS, at: float = AT[SECOND] + 60, behind: tuple[str, ...] = (), **more: Any
) -> Erasure:
    """Return a device that sealed two recordings on one day and erased the first on the next.

    Args:
        by: the keys of its log.
        at: when it was erased, by the device's clock.
        behind: types of entries about the recording behind its erasure.
        more: how it was erased.
    """
    log = Log()
    log.add(by.one, FIRST, "audit_key", key=public(by.one))
    log.add(by.one, FIRST, "first_run")
    meta = META | {"started_at": AT[FIRST] - 60, "after": placed.place(log)}
    core = OURS.core(meta=written(meta), rule=written(RULE))
    file = {"frames": core["frames"], "sha256": core["sha256"], "origin": made("recorder").hex()}
    log.add(by.one, FIRST, "sealed", rid=core["recording"], **file)
    log.add(by.one, FIRST, "sealed", rid=LEFT, **file)
    for type in ("logged_in", "logged_out"):
        log.add(by.one, FIRST, type)
    log.sign(by.one, FIRST, SIZE)
    log.add(by.one, SECOND, "audit_key", key=public(by.two))
    caller, office = erase(log, by.two, SECOND, core["recording"], at, **more)
    for type in behind:
        log.add(by.two, SECOND, type, rid=core["recording"], actor=PERSON)
    log.sign(by.two, SECOND, len(log.lines))
    return Erasure(log, core, caller, office)


def build(files: dict[str, Any], vector: Any) -> None:
    """Make all of them."""
    for step in (_honest, _supplements, _others, _log_lacks, _misdated):
        step(files, vector)


ALONE, TIED = ("no_witness", "erased_clock"), ("witness", "erased_head")
UNFINISHED = "erased_not_finished"


def _honest(files: dict[str, Any], vector: Any) -> None:
    """Make what an honest office hands out of an erasure, and a proof of before and behind it."""
    one = erasure()
    files["certificate for caller"] = certificates.file(one.caller).decode()
    files["early certificate"], files["certificate"] = one.file(), one.file(one.head)
    files["log of the erasure"] = one.log.files()
    files["head of the erasure"] = placed.head(one.log, SECOND)
    files["head before the erasure"] = placed.head(one.log, FIRST)
    files["proof before the erasure"] = one.proof(6)
    files["proof behind the erasure"] = one.proof(len(one.log.lines))
    mine, caller = {"certificates": ["certificate"]}, {"certificates": ["certificate for caller"]}
    log, head = {"log": "log of the erasure"}, {"heads": ["head of the erasure"]}
    vector("erased", "whole", *ALONE, **mine)
    vector("erased_early", "whole", *ALONE, UNFINISHED, certificates=["early certificate"])
    vector("erased_with_head", "whole", *TIED, **mine, **head)
    vector("erased_with_log", "whole", *ALONE, **mine, **log)
    vector("erased_for_caller", "whole", *ALONE, **caller)
    untied = ("head_untied_erasure", *ALONE)
    vector("erased_for_caller_with_head", "whole", *untied, **caller, **head)
    vector("erased_for_caller_with_all", "whole", *TIED, **caller, **log, **head)
    every = ["early certificate", "certificate", "certificate for caller"]
    vector("erased_all_files", "whole", *TIED, UNFINISHED, certificates=every, **log, **head)
    before = {"heads": ["head before the erasure"]}
    vector("erased_with_head_before", "whole", *untied, **mine, **before)
    both = ("no_witness", "between", "erased_clock")
    vector("proof_before_erasure", "whole", *both, proofs=["proof before the erasure"], **mine)
    behind = ["proof behind the erasure"]
    vector("proof_behind_erasure_alone", "whole", "no_witness", "between", proofs=behind)
    vector("proof_behind_erasure", "order", "order_erased", proofs=behind, **mine)


def _supplements(files: dict[str, Any], vector: Any) -> None:
    """Make certificates whose supplements were cut, left off, doubled, swapped, or are others."""
    one = erasure()
    first, last = one.head, supplement(2, of=one.office)
    whole = one.file(first, last)
    files["certificate with two"] = whole
    files["certificate cut"] = whole[: whole.rindex('"day"')]
    files["certificate with one left off"] = one.file(first)
    files["certificate with one doubled"] = one.file(first, last, last)
    files["certificate with two swapped"] = one.file(last, first)
    other = supplement(2, of=one.office, state="destroyed")
    files["certificate with another"] = one.file(first, other)
    two = ["certificate with two"]
    vector("supplements", "whole", *ALONE, certificates=two)
    vector("supplement_cut", "cut", certificates=["certificate cut"])
    vector("supplement_doubled", "mixed", certificates=["certificate with one doubled"])
    vector("supplements_swapped", "mixed", certificates=["certificate with two swapped"])
    left = [*two, "certificate with one left off"]
    vector("supplement_left_off", "whole", *ALONE, certificates=left)
    vector("supplement_other_alone", "whole", *ALONE, certificates=["certificate with another"])
    said = [*two, "certificate with another"]
    vector("supplement_other", "two_certificates", "certificates_supplement", certificates=said)


def _others(files: dict[str, Any], vector: Any) -> None:
    """Make certificates of another device, of a clone, and another of the same order."""
    ours = erasure()
    theirs = certificates.certificate(STRANGER, **{"calls": ours.caller["calls"], "kept": []})
    files["certificate of another device"] = certificates.file(theirs, box=STRANGER).decode()
    name = ["certificate of another device"]
    vector("certificate_of_another_device", "key", certificates=name)
    beside = {"certificates": ["certificate for caller", *name]}
    vector("certificate_of_another_device_beside", "key", **beside, log="log of the erasure")
    clone = erasure(CLONE)
    files["certificate of the clone"] = clone.file(clone.head)
    files["log of the erasure's clone"] = clone.log.files()
    mine, log = {"certificates": ["certificate of the clone"]}, {"log": "log of the erasure"}
    own = {"log": "log of the erasure's clone"}
    vector("certificate_of_the_clone", "whole", *ALONE, **mine)
    vector("certificate_of_the_clone_with_its_log", "whole", *ALONE, **mine, **own)
    vector("certificate_of_the_clone_with_log", "audit", "log_lacks", **mine, **log)
    head = {"heads": ["head of the erasure"]}
    two = ("two_heads_day", "two_heads_entry", "head_lacks_erasure")
    vector("certificate_of_the_clone_with_head", "two_heads", *two, **mine, **head)
    changed = ours.caller | {"ground": "unlawful"}
    files["another certificate of the order"] = certificates.file(changed).decode()
    another = {"certificates": ["another certificate of the order"]}
    vector("another_of_the_order", "whole", *ALONE, **another)
    both = {"certificates": ["certificate for caller", *another["certificates"]]}
    vector("two_of_one_order", "two_certificates", "certificates_two", **both)
    vector("another_with_log", "audit", "log_other_certificate", **another, **log)


def _log_lacks(files: dict[str, Any], vector: Any) -> None:
    """Make certificates of what their log does not have, or of what goes on behind it."""
    rids = [OURS.core()["recording"], LEFT]
    call = {"rids": rids, "day": 20_717, "minutes": 1, "line": "Reception"}
    for name, code, one in (
        ("order_not_in_log", "log_lacks_certificate", erasure(certified=False)),
        ("recording_not_erased", "log_not_erased", erasure(calls=[call])),
        ("opened_behind", "log_opened_later", erasure(behind=("played",))),
    ):
        of = name.replace("_", " ")
        files[f"certificate: {of}"], files[f"log: {of}"] = one.file(one.head), one.log.files()
        mine = {"certificates": [f"certificate: {of}"]}
        vector(name, "whole", *ALONE, **mine)
        vector(f"{name}_with_log", "audit", code, **mine, log=f"log: {of}")
    log = erasure().log
    cut = Log(log.lines[:8], {FIRST: log.heads[FIRST]})
    files["log cut before the erasure"] = cut.files()
    older = {"certificates": ["certificate for caller"], "log": "log cut before the erasure"}
    vector("erasure_not_in_log", "audit", "log_lacks_erasure", **older)


def _misdated(files: dict[str, Any], vector: Any) -> None:
    """Make erasures that are dated back by half a year, or ahead by as much."""
    back = erasure(at=AT[BACK] + 60)
    files["certificate dated back"] = back.file(back.head)
    files["log of the erasure dated back"] = back.log.files()
    files["head before the erasure dated back"] = placed.head(back.log, FIRST)
    mine, before = ["certificate dated back"], ["head before the erasure dated back"]
    vector("erased_dated_back", "whole", *ALONE, certificates=mine)
    beside = {"log": "log of the erasure dated back"}
    vector("erased_dated_back_with_log", "whole", *ALONE, certificates=mine, **beside)
    vector("erased_dated_back_with_head", "order", "order_back", certificates=mine, heads=before)
    every = {"certificates": mine, "heads": before, **beside}
    vector("erased_dated_back_with_all", "order", "order_back", **every)
    ahead = erasure(at=AT[SECOND] + (AT[FIRST] - AT[BACK]))
    files["early certificate dated ahead"] = ahead.file()
    files["certificate dated ahead"] = ahead.file(ahead.head)
    early = ["early certificate dated ahead"]
    vector("erased_dated_ahead_early", "whole", *ALONE, UNFINISHED, certificates=early)
    vector("erased_dated_ahead", "order", "order_ahead", certificates=["certificate dated ahead"])

"""Whoever has the keyring opens the ledger, and reads no word that a person typed."""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import EraserFailed, Refused, VaultError
from appliance.keeper.people.operators import new_operator
from appliance.keeper.recordings.words import ERASURE_DAYS
from appliance.keeper.storage import ledger_file as ledgers
from appliance.keeper.storage.rows import SealedWords
from appliance.link.operations import Role
from appliance.link.requests import calls as ask
from appliance.vault import container
from appliance.vault.disk import Disk
from appliance.vault.opening.content import MediumState
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import open_authenticator, unwrap
from tests.boxes import CHEAP, PASSWORD
from tests.keeper.office import OFFICER, START, TODAY, Office, make_office
from tests.proofs import give_totp
from tests.security.memory.locked_office import APP_SECRET

HELD = "Spór z Panią Anną Żółć, pozew z 3 maja"
ERASED = "Herr Groß rief am 4. Mai an"
REVIEW = "2027-06-30"
SIGNED_AFTER = 2
"""Days between an order and the next moment at which the keeper works."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    yield made
    made.close()


def hold(office: Office, reason: str = HELD) -> str:
    """Hold a new recording, and return its name."""
    rid = office.record()
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, reason, REVIEW))
    return rid


def erase(office: Office, reason: str = ERASED) -> str:
    """Erase a new recording by hand, and return its name."""
    rid = office.record()
    assert office.ask(ask.EraseCall(rid, ask.Ground.OBJECTION, reason)).state == "erasing"
    return rid


def thief(office: Office) -> tuple[str, str]:
    """Return what ledger and keyring say to somebody who has the card and its root."""
    keyring = Keyring.open(office.folders.keyring, FileEraser(office.folders.root))
    raw = office.folders.ledger.read_bytes()
    plain = container.unseal(keyring.content.ledger_key, ledgers.LABEL, raw)
    said = json.dumps(json.loads(plain), ensure_ascii=False)
    return said, repr(msgspec.to_builtins(keyring.content, builtin_types=(bytes,)))


def test_ledger_and_keyring_alone_show_no_word(office: Office) -> None:
    office.unlock()
    rid = hold(office)
    gone = erase(office)
    office.records.lock()
    ledger, keyring = thief(office)
    assert '"claims"' in ledger, "it was opened"
    assert '"objection"' in ledger
    # A short word can stand in base 64 by chance.
    for word in [*(word for word in f"{HELD} {ERASED}".split() if len(word) > 4), "Groß", "Żółć"]:
        assert word not in ledger
        assert word not in keyring
    for kept in json.loads(ledger)["holds"].values():
        text = {name: value for name, value in kept.items() if isinstance(value, str)}
        assert text == {
            "recording": rid,
            "ground": "claims",
            "author": OFFICER.operator,
            "review": REVIEW,
            "silence": "",  # or the random id of an authority's case
        }
    assert gone in ledger


def test_ledger_and_keyring_alone_show_no_apps_secret(office: Office) -> None:
    """What an authenticator app knows lies under the reading key, which a password opens."""
    office.unlock()
    hold(office)
    entry = new_operator("Marta Wójcik", PASSWORD, frozenset(Role), office.reading_key(), CHEAP)
    give_totp(entry, APP_SECRET)
    with office.keyring.changing() as draft:
        draft.operators[entry.id] = entry
    office.records.lock()
    ledger, _ = thief(office)
    keyring = Keyring.open(office.folders.keyring, FileEraser(office.folders.root)).content
    for raw in (ledger.encode(), msgspec.msgpack.encode(keyring)):
        assert APP_SECRET.encode() not in raw
        assert base64.b32decode(APP_SECRET) not in raw
    kept = keyring.operators[entry.id]
    reading = unwrap(kept.wrap, PASSWORD, entry.id)
    opened = open_authenticator(kept.totp_secret, reading, entry.id)
    assert opened == APP_SECRET.encode(), "the control: with the password it is there"


def test_the_length_of_words_does_not_show(office: Office) -> None:
    office.unlock()
    for reason in ("x", "y" * 100):
        hold(office, reason)
    ledger = office.records.ledger
    assert len({len(one.words.sealed) for one in ledger.holds()}) == 1


def test_those_who_may_read_them_as_before(office: Office) -> None:
    office.unlock()
    rid = hold(office)
    office.ask(ask.HoldCall(rid, ask.HoldGround.ARCHIVE, "A new reason", REVIEW))
    shown = office.ask(ask.ShowHold(rid))
    assert (shown.reason, shown.readable, shown.ground) == ("A new reason", "yes", "archive")
    assert len(office.keyring.content.cases) == 1, "a hold is one case"
    shown_erasure = office.ask(ask.ShowErasure(erase(office)))
    assert (shown_erasure.reason, shown_erasure.author) == (ERASED, OFFICER.operator)


def test_locked_they_are_shut_but_can_be_written(office: Office) -> None:
    office.unlock()
    rid, gone = hold(office), erase(office)
    office.records.lock()
    shown = office.ask(ask.ShowHold(rid))
    assert (shown.reason, shown.readable) == ("", "locked")
    assert office.ask(ask.ShowErasure(gone)).readable == "locked"
    records = office.records
    words = records.recordings.words.seal("Written while locked", "hold")
    assert records.recordings.words.open(words, "hold") == ("", "locked")
    office.unlock()
    assert records.recordings.words.open(words, "hold") == ("Written while locked", "yes")


def test_a_lifted_holds_words_die(office: Office) -> None:
    office.unlock()
    rid = hold(office)
    kept = office.records.ledger.hold_of(rid)
    assert kept is not None
    before = office.folders.keyring[0].read_bytes(), office.folders.root.read_bytes()
    office.ask(ask.ReleaseHold(rid))
    assert office.keyring.content.cases == {}
    assert office.records.recordings.words.open(kept.words, "hold") == ("", "lost")
    office.clock.advance(31)
    office.records.tick()
    # The keyring of before does not open with what the eraser holds now.
    office.folders.keyring[0].write_bytes(before[0])
    reopened = Keyring.open(office.folders.keyring, FileEraser(office.folders.root))
    assert reopened.content.cases == {}
    assert before[1] != office.folders.root.read_bytes()


def erased(office: Office) -> tuple[str, str, str]:
    """Erase by hand what is on a stick, too; return its name, cases of words and certificate.

    The certificate is signed two days after the words were written, so its time ends later.
    """
    office.unlock()
    rid = office.record()
    seq, _ = office.audit.newest
    with office.keyring.changing() as draft:
        draft.media["stick"] = MediumState(1, 1, START, None, 1, seq, 1, 1, 1)
    office.ask(ask.EraseCall(rid, ask.Ground.OBJECTION, ERASED))
    office.records.lock()
    office.clock.advance(SIGNED_AFTER * DAY)
    office.records.tick()
    kept = office.records.ledger.erasure_of(rid)
    assert kept is not None
    (row,) = office.records.ledger.certificates().values()
    assert (row.stage, row.until) == ("kept", TODAY + SIGNED_AFTER + ERASURE_DAYS)
    assert kept.until == TODAY + ERASURE_DAYS
    return rid, kept.words.case, row.case


def test_an_erasures_words_die_after_three_years_and_not_before(office: Office) -> None:
    """The certificate's key, which opens none of the words, ends on its own last day."""
    rid, words, certificate = erased(office)
    for days, left in (
        (ERASURE_DAYS - SIGNED_AFTER, {words, certificate}),
        (1, {certificate}),
        (SIGNED_AFTER - 2, {certificate}),
        (1, set()),
    ):
        office.clock.advance(days * DAY)
        office.records.sweep()
        assert set(office.keyring.content.cases) == left
        assert (office.records.ledger.erasure_of(rid) is not None) is (words in left)
        assert office.records.ledger.certificates().keys() == left - {words}
    with pytest.raises(Refused):
        office.ask(ask.ShowErasure(rid))


def test_a_supplement_keeps_the_certificates_key_and_no_words(office: Office) -> None:
    """1,096 days after the last supplement the certificate's key goes; the words long before."""
    _, words, certificate = erased(office)
    for days, left in (
        (100, {words, certificate}),
        (ERASURE_DAYS - SIGNED_AFTER - 99, {certificate}),
        (SIGNED_AFTER + 98, {certificate}),
        (1, set()),
    ):
        office.clock.advance(days * DAY)
        with office.keyring.changing() as draft:
            draft.media = {}  # the first time the stick is forgotten, which is a supplement
        office.records.sweep()
        assert set(office.keyring.content.cases) == left


def test_a_certificates_key_opens_no_words(office: Office) -> None:
    rid, words, certificate = erased(office)
    office.unlock()
    kept = office.records.ledger.erasure_of(rid)
    assert kept is not None
    opened = office.records.recordings.words.open
    assert opened(kept.words, "erasure") == (ERASED, "yes")
    assert opened(SealedWords(certificate, kept.words.sealed), "erasure") == ("", "lost")
    with office.keyring.changing() as draft:
        draft.cases[words] = draft.cases[certificate]
    assert opened(kept.words, "erasure") == ("", "lost")


def test_a_clock_that_lies_ends_no_words(office: Office) -> None:
    rid, words, certificate = erased(office)
    office.clock.jump((ERASURE_DAYS + 700) * DAY)
    office.records.sweep()
    office.restart("b0072")
    office.records.sweep()
    assert office.records.ledger.erasure_of(rid) is not None
    assert set(office.keyring.content.cases) == {words, certificate}


def test_an_erasure_of_unknown_date_gets_one_later(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data", trusted=False)
    office.unlock()
    rid = office.record()
    office.records.recordings.reasons.erasing([rid], ask.Ground.UNLAWFUL, ERASED, OFFICER.operator)
    assert office.records.ledger.erasures()[0].until is None
    office.records.sweep()
    assert office.records.ledger.erasures()[0].until is None
    office.confirm()
    office.records.sweep()
    day = int(office.clock.now() // DAY)
    assert office.records.ledger.erasures()[0].until == day + ERASURE_DAYS
    office.close()


class Cut(Exception):
    """The power goes."""


@pytest.mark.parametrize("point", ["key", "words", "flag"])
def test_a_power_cut_leaves_a_hold_with_words_or_neither(
    office: Office, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rid = office.record()
    records = office.records

    def cut(*_: object, **__: object) -> None:
        raise Cut

    whole = records.recordings.holds._set

    def set_and_cut(*recordings: list[str], held: bool, review_day: int | None) -> None:
        whole(*recordings, held=held, review_day=review_day)
        raise Cut

    with monkeypatch.context() as patch:
        if point == "key":
            patch.setattr(records.ledger, "hold", cut)
        elif point == "words":
            patch.setattr(records.recordings.holds, "_set", cut)
        else:
            patch.setattr(records.recordings.holds, "_set", set_and_cut)
        with pytest.raises(Cut):
            office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, HELD, REVIEW))
    office.records.lock()
    office.keyring = Keyring.open(office.folders.keyring, FileEraser(office.folders.root))
    office.build()
    office.records.sweep()
    held = point == "flag"
    assert office.keyring.entry(rid).held is held
    assert len(office.keyring.content.cases) == len(office.records.ledger.holds()) == held


def test_without_a_new_root_a_hold_is_lifted_and_its_key_goes_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rid = hold(office)

    def broken(generation: int) -> bytes:
        raise EraserFailed("The eraser did not take a new root.")

    with monkeypatch.context() as patch:
        patch.setattr(office.eraser, "prepare", broken)
        office.ask(ask.ReleaseHold(rid))
        assert not office.keyring.entry(rid).held
        office.records.sweep()
        assert len(office.keyring.content.cases) == 1
    office.records.sweep()
    assert office.keyring.content.cases == {}


def test_no_hold_and_no_erasure_without_a_reason_on_the_disk(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rid = office.record()

    def full(*_: object) -> None:
        raise VaultError("The ledger could not be written.")

    monkeypatch.setattr(Disk, "replace", full)
    with pytest.raises(VaultError):
        office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, HELD, REVIEW))
    with pytest.raises(VaultError):
        office.ask(ask.EraseCall(rid, ask.Ground.OBJECTION, ERASED))
    monkeypatch.undo()
    assert rid in office.keyring
    assert not office.keyring.entry(rid).held


POISON: dict[str, Any] = {
    "nothing": lambda words: structs.replace(words, sealed=b""),
    "noise": lambda words: structs.replace(words, sealed=os.urandom(len(words.sealed))),
    "much": lambda words: structs.replace(words, sealed=bytes(2**20)),
    "another case": lambda words: structs.replace(words, case="ab" * 8),
    "no case": lambda words: structs.replace(words, case="../../root"),
}


@pytest.mark.parametrize("what", POISON)
def test_altered_words_are_lost_and_cost_nothing_else(office: Office, what: str) -> None:
    office.unlock()
    rid, other = hold(office), hold(office)
    ledger = office.records.ledger
    kept = ledger.hold_of(rid)
    assert kept is not None
    ledger.hold([structs.replace(kept, words=POISON[what](kept.words))])
    assert office.ask(ask.ShowHold(rid)).readable == "lost"
    assert office.ask(ask.ShowHold(other)).reason == HELD
    assert office.deaths == []


def test_words_of_one_hold_do_not_open_as_those_of_another(office: Office) -> None:
    office.unlock()
    one, other = hold(office), hold(office, "Another one")
    ledger = office.records.ledger
    a, b = ledger.hold_of(one), ledger.hold_of(other)
    assert a is not None
    assert b is not None
    ledger.hold([structs.replace(a, words=SealedWords(a.words.case, b.words.sealed))])
    assert office.ask(ask.ShowHold(one)).readable == "lost"

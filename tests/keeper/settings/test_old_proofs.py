"""Change every setting: older proofs and certificates stay the same, byte for byte.

Prompts and the list of numbers never recorded change, too. ``[vault]`` and ``[backup]`` are not the
panel's: root alone says them, at the box.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import pytest

from appliance.commands.call import place
from appliance.config.kept import in_force
from appliance.config.outside import Stamp
from appliance.config.settings import Config, Front, Line, Office, Panel, Part, Purpose
from appliance.exchange.script.files import named_scene
from appliance.link.requests.calls import (
    EraseCall,
    Ground,
    ListCalls,
    OpenPlayback,
    ShowCertificate,
)
from appliance.link.requests.exempt import AddExempt
from appliance.link.requests.papers.certificates import CertificateReader, GetCertificate
from appliance.link.requests.proof import GetProof, ShowProof
from appliance.link.requests.settings import VouchVoice
from appliance.link.requests.words import ShowWords
from appliance.model.audio import Sound
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import digest
from appliance.prompts.recorded import keep
from appliance.prompts.store import PromptEntry, file_name, text_digest
from appliance.prompts.words.compose import compose
from appliance.vault.proof import Proof, read_proof
from tests.keeper.boxes import KeeperBox
from tests.keeper.settings.changing import Office as Changing
from tests.prompts.short import short_trial

KINDS = {Office, Panel, Line, Purpose, Stamp}

ROOTS = {"vault", "backup", "fresh"}
"""What root alone says, at the box: no setting of the panel's, which may change neither."""


@pytest.fixture
def recorded(box: KeeperBox, office: Changing) -> str:
    """A call through the whole recorder, under the settings of before."""
    config = dataclasses.replace(short_trial(), vault=box.config.vault)
    place(config, box.folders, box.clock, named_scene("agrees"))
    box.keeper.take_up()
    (call,) = box.ask(ListCalls(), office.token).calls
    return call.recording


@pytest.fixture
def erased(box: KeeperBox, office: Changing) -> str:
    """A call that was erased under the settings of before, by a person's order."""
    config = dataclasses.replace(short_trial(), vault=box.config.vault)
    place(config, box.folders, box.clock, named_scene("agrees"))
    box.keeper.take_up()
    rid = box.ask(ListCalls(), office.token).calls[0].recording
    box.ask(EraseCall(rid, Ground.OBJECTION, "Asked by letter."), office.token)
    assert box.keeper.box is not None
    for _ in range(2):
        box.clock.advance(31)
        box.keeper.box.records.tick()
    return rid


def certified(box: KeeperBox, token: str, rid: str) -> tuple[Any, ...]:
    """Take both files of a certificate out, and what its page is made of."""
    files = [
        cast(Any, box.keeper.handle(GetCertificate(rid, reader), token))[1]
        for reader in CertificateReader
    ]
    shown = box.ask(ShowCertificate(rid), token)
    told = shown.signed, shown.for_office, shown.supplements, shown.fingerprint
    assert shown.kept == "signed"
    return (*files, *told)


def taken(box: KeeperBox, office: Changing, rid: str) -> tuple[bytes, Proof]:
    """Take the proof out; return its core and what it says, read without the box."""
    answer: Any = box.keeper.handle(GetProof(rid), office.token)
    assert box.keeper.box is not None
    raw: bytes = answer[1]
    proof = read_proof(raw, box.keeper.box.records.recordings.proofs.fingerprint)
    return raw.split(b"\n")[1], proof


OTHER = {"en": "entirely other words", "de": "Schulung anderer Leute"}
OTHER_FULL = {**OTHER, "de": "zur Schulung anderer Leute"}
OTHER_WAY = {"en": "You may also come to our office", "de": "Sie können auch zu uns kommen"}
TLS = {"certificate": "/etc/zgoda/tls/box.pem", "key": "/etc/zgoda/tls/box.key", "trusted": True}
ROUNDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "contract": (
        {
            "other_way_says": OTHER_WAY,
            "contract_to": "conclude",
            "health": True,
            "special": ["religion"],
            "care_reason": "We are bound by professional secrecy in all that we do.",
        },
        {},
    ),
    "legal_obligation": ({"law_says": OTHER}, TLS | {"host": "192.0.2.1"}),
    "legitimate_interests": (
        {
            "interest_says": OTHER,
            "justification": "Callers often dispute orders, so we need a record of them.",
        },
        {"host": "127.0.0.2"},
    ),
    "consent": ({}, {}),
}
"""Basis of the second purpose -> what only such a purpose says, and a way to the panel: one change
of the settings for each."""


def changed(values: dict[str, Any], basis: str) -> dict[str, Any]:
    """Return values of which every one is another, that a purpose on this basis can have."""
    office, (line,), (training, quality) = values["office"], values["line"], values["purpose"]
    office |= {
        "name": "Other",
        "controller": "Somebody Else Ltd, Dublin",
        "contact": "else@example.com",
        "country": "IE",
        "languages": ["en", "de"],
        "outside_prefix": "0",
        "pause_minutes": 9,
        "backup_days": 31,
        "recipients": "these",
        "public_body": True,
        "officer": "Jan Nowak",
        **{
            key: {"en": "Somebody Else", "de": "jemand anderes"}
            for key in (
                *("controller_says", "legal_name_says", "contact_says"),
                *("notice_says", "recipients_say", "officer_says"),
            )
        },
        "confirmed": {"by": "Adam", "day": "2026-11-27", "words": "ab" * 32},
    }
    line |= {
        "name": "Hall",
        "number": "+35316000000",
        "kind": "alarm",
        "language": "en",
        "other_languages": ["de"],
        "language_key": "4",
        "hook": {"driver": "exchange", "modem": "conexant"},
        "audio": {"driver": "exchange", "sides": "both"},
        "purposes": ["sales", "claims"],
        "choices": {"3": ["sales"], "7": []},
        "choose_key": "",
        "more_key": "8",
        "records_from": "2027-01-04",
    }
    for purpose, name in ((training, "sales"), (quality, "claims")):
        purpose |= {
            "id": name,
            "full": OTHER_FULL,
            "short": OTHER,
            "label": OTHER,
            "retention_days": 7,
            "confirmed": {"by": "Adam", "day": "2026-11-27", "words": "ab" * 32},
        }
    values["stamp"] = {
        "address": "https://stamps.example/tsa",
        "roots": "/etc/zgoda/stamps.pem",
        "qualified": True,
    }
    for only, _ in ROUNDS.values():
        for name in only:
            quality.pop(name, None)
    says, way = ROUNDS[basis]
    quality |= {"basis": basis, **says}
    if basis == "consent":  # chosen one by one
        line |= {"choices": {"3": ["sales", "claims"], "7": []}, "choose_key": "5"}
    values["panel"] = {"port": 8999, "names": ["box.example"], **way}
    values["front"] = {"green": 5, "amber": 6, "red": 13, "button": 19}
    return values


def other(before: Config, after: Config) -> Iterator[str]:
    """Yield the settings that are others now."""
    pairs: list[tuple[Any, Any]] = [
        (before.office, after.office),
        (before.panel, after.panel),
        (before.stamp, after.stamp),
        *zip(before.lines, after.lines, strict=True),
        *zip(before.purposes, after.purposes, strict=True),
    ]
    assert {type(one) for one, _ in pairs} == KINDS
    for one, now in pairs:
        for field in dataclasses.fields(one):
            if getattr(one, field.name) != getattr(now, field.name):
                yield field.name
    assert before.front is None
    assert isinstance(after.front, Front)
    assert all(isinstance(part, Part) for part in (after.lines[0].hook, after.lines[0].audio))


def own_voice(config: Config) -> tuple[PromptEntry, Sound]:
    """Return a recording of what the line says after a refusal, by somebody who works there."""
    (line,) = config.lines
    saying, sound = Saying(PromptKind.REFUSED), np.full(4000, 3000, np.int16)
    words = compose(config, line, line.language)[saying]
    entry = PromptEntry(
        file=file_name(saying, digest(sound)),
        language=line.language,
        spoken=saying.spoken,
        pieces=words.pieces,
        mark=sound.size,
        samples=sound.size,
        sha256=digest(sound),
        engine="person",
        voice="Adam",
        line=line.name,
        by="Adam",
        day="2026-11-27",
        text_sha256=text_digest(words.text),
    )
    return entry, sound


def test_after_every_setting_was_changed_the_core_is_the_same_byte_for_byte(
    box: KeeperBox, office: Changing, erased: str, recorded: str
) -> None:
    certificate = certified(box, office.token, erased)
    before = in_force(box.folders, box.seed).config
    box.ask(OpenPlayback(recorded, "training"), office.token)
    core, proof = taken(box, office, recorded)
    left: set[str] = {field.name for kind in KINDS for field in dataclasses.fields(kind)}
    for basis in ROUNDS:
        values = changed(office.values(), basis)
        told = office.change(values)
        assert told.mistakes == ()
        if told.statements:
            told = office.change(values, *(statement.code for statement in told.statements))
        assert told.version == office.show().version > 1
        base = office.show().version
        assert office.box.ask(VouchVoice(base, "en", basis), office.token).mistakes == ()
        assert taken(box, office, recorded)[0] == core
        assert certified(box, office.token, erased) == certificate
        left -= set(other(before, in_force(box.folders, box.seed).config))
    assert left == {"prompt"}, "the folder is a trial, whose prompts have no option"
    values = office.values()
    values["vault"] = {"pool_ahead": 64}
    assert [each.place for each in office.change(values).mistakes] == [("vault", "pool_ahead")]
    values = office.values()
    values["backup"] = {"folder": "/etc"}
    assert [each.place for each in office.change(values).mistakes] == [("backup", "folder")]
    assert {field.name for field in dataclasses.fields(Config)} == {
        *("office", "lines", "purposes", "panel", "front", "stamp"),
        *ROOTS,
    }

    keep(box.folders.own_voice, *own_voice(in_force(box.folders, box.seed).config))
    line, _ = box.ask(ShowWords(), office.token).lines  # in two languages, its own first
    assert "person" in {saying.origin for saying in line.sayings}
    assert taken(box, office, recorded)[0] == core
    box.ask(AddExempt("+48 22 123 45 67"), office.token)
    again, later = taken(box, office, recorded)

    assert again == core
    (one,) = later.recordings
    assert one.rule.controller == before.office.controller
    assert [purpose.says for purpose in one.rule.purposes] == [
        purpose.full["pl"] for purpose in before.purposes
    ]
    assert later.annex.listened == proof.annex.listened
    assert [one.purpose for one in later.annex.listened] == ["training"]

    box.restart()
    token = box.log_in()
    assert taken(box, Changing(box, token), recorded)[0] == core
    assert certified(box, token, erased) == certificate
    assert before.office.controller == certificate[2].controller
    shown = box.ask(ShowProof(recorded), token)
    assert shown.recordings[0].rule == one.rule

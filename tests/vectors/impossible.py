"""Make frames that a writer cannot have written, each beside a complete recording's."""

import json
from dataclasses import replace
from typing import Any

from tests.vectors.office import (
    END,
    HOLDER,
    MARK,
    META,
    PURPOSE,
    RECEIPT,
    RULE,
    WORDS,
    Frame,
    frames,
    sound,
    told,
)

DEVICE = {"driver": "sound", "bus": "usb", "device": "USB Audio 0d8c:0014"}


def heard_by(bus: str) -> dict[str, dict[str, str]]:
    """Return what a line was heard by, on a bus."""
    return {role: {**DEVICE, "bus": bus} for role in ("hook", "audio", "prompt")}


SPEAKERS = {"count": 2, "day": 20701, "digest": "5a" * 32}
WHOLE_META = {**META, "after": {"seq": 7, "hash": "ab" * 32}, "alone": None}
CARE = {"health": True, "special": ["union"], "care_reason": "Opieka", "contract_to": "perform"}
WHOLE_RULE = {
    **RULE,
    "purposes": [{**PURPOSE, **CARE, "other_way": "Umowę zawrzemy na piśmie"}],
    "recipients": {"answer": "these", "says": "Biuro Rachunkowe Lipowa"},
    "officer": "Jan Nowak",
    "officer_says": "Jan Nowak, pod tym numerem",
    "legal_name_says": "Kancelaria Nowak",
    "contact_says": "pod tym numerem",
    "notice_says": "w biurze",
    "heard": heard_by("usb"),
    "speakers": SPEAKERS,
}
"""Every field that META and the rule may have."""


def at(index: int, frame: Frame) -> list[Frame]:
    """Return a complete recording's frames up to an index, and another frame there."""
    return [*frames()[:index], frame]


def ended(said: object) -> Frame:
    """Return a last frame behind one second of sound."""
    return replace(told(5, said, 8000), last=True)


def without(said: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what is said without one field."""
    return {key: value for key, value in said.items() if key != name}


def raw_number(text: str) -> bytes:
    """Return META with a number written as it stands."""
    return json.dumps({**META, "started_at": 0}).replace('"started_at": 0', text).encode()


SEALED: dict[str, list[Frame]] = {
    "final_flag": at(3, replace(sound(0), last=True)),
    "final_unflagged": at(3, told(5, {**END, "samples": 0})),
    "frame_type": at(3, Frame(7, b"")),
    "frame_flags": at(3, replace(sound(0), flags=1)),
    "frame_length": at(3, Frame(4, json.dumps(MARK).encode(), length=4065)),
    "frame_padding": at(3, replace(sound(0), tail=b"\0\0\1")),
    "audio_length": at(3, replace(sound(0), samples=3999)),
    "audio_empty": at(3, Frame(3, b"")),
    "audio_long": at(3, Frame(3, bytes(4001), samples=4001)),
    "event_samples": at(3, told(4, MARK, samples=1)),
    "far_away": at(3, Frame(3, b"\xd5", 10**9, 1)),
    "back_in_time": [*frames()[:6], sound(0)],
    "meta_late": at(3, told(1, META)),
    "meta_twice": at(1, told(1, META)),
    "meta_sample": at(0, told(1, META, 1)),
    "no_meta": at(0, sound(0)),
    "no_receipt": at(1, sound(0)),
    "receipt_late": at(3, told(2, RECEIPT)),
    "no_rule": at(2, sound(0)),
    "rule_late": at(3, told(6, RULE)),
    "rule_empty": at(2, Frame(6, b"")),
    "rule_sample": at(2, told(6, RULE, 1)),
    "meta_field": at(0, told(1, {**META, "mood": "good"})),
    "meta_missing": at(0, told(1, without(META, "line"))),
    "meta_list": at(0, told(1, [META])),
    "meta_text": at(0, told(1, {**META, "started_at": "noon"})),
    "meta_bool": at(0, told(1, {**META, "clock_ok": 1})),
    "meta_fraction": at(0, told(1, {**META, "recording_at_ms": 1.0})),
    "meta_large": at(0, told(1, {**META, "recording_at_ms": 2**31})),
    "meta_time": at(0, told(1, {**META, "started_at": 2.0**33 + 1})),
    "meta_before": at(0, told(1, {**META, "started_at": -1.0})),
    "meta_infinite": at(0, told(1, raw_number('"started_at": 1e999'))),
    "meta_nan": at(0, told(1, raw_number('"started_at": NaN'))),
    "meta_day": at(0, told(1, {**META, "due_days": {"training": 2**18}})),
    "meta_sides": at(0, told(1, {**META, "sides": ["far", "near", "both"]})),
    "meta_purposes": at(0, told(1, {**META, "purposes": ["training"] * 65})),
    "meta_call": at(0, told(1, {**META, "call": "00112233445566FF"})),
    "meta_predecessor": at(0, told(1, {**META, "predecessor": "../root"})),
    "meta_call_tail": at(0, told(1, {**META, "call": META["call"] + "\n"})),
    "meta_after": at(0, told(1, {**META, "after": {"seq": 7}})),
    "meta_after_seq": at(0, told(1, {**META, "after": {"seq": 0, "hash": "ab" * 32}})),
    "meta_after_hash": at(0, told(1, {**META, "after": {"seq": 7, "hash": "AB" * 32}})),
    "meta_alone": at(0, told(1, {**META, "alone": "lost"})),
    "meta_word": at(0, told(1, {**META, "direction": "sideways"})),
    "meta_null": at(0, told(1, {**META, "line": None})),
    "meta_utf8": at(0, told(1, json.dumps(META).encode().replace(b"Reception", b"Rec\xffption"))),
    "meta_surrogate": at(0, told(1, json.dumps({**META, "name": "\ud800"}).encode())),
    "meta_deep": at(0, told(1, b'{"name":' + b"[" * 2000 + b"]" * 2000 + b"}")),
    "meta_tail": at(0, told(1, json.dumps(META).encode() + b"}")),
    "receipt_field": at(1, told(2, {**RECEIPT, "mood": "good"})),
    "receipt_outcome": at(1, told(2, {**RECEIPT, "outcome": "perhaps"})),
    "receipt_grade": at(1, told(2, {**RECEIPT, "grade": "D"})),
    "receipt_side": at(1, told(2, {**RECEIPT, "side": "near"})),
    "receipt_level": at(1, told(2, {**RECEIPT, "level_db": 1e6 + 1})),
    "receipt_null": at(1, told(2, {**RECEIPT, "heard_ms": None})),
    "receipt_refused": at(1, told(2, {**RECEIPT, "refused": "quality"})),
    "receipt_said": at(1, told(2, {**RECEIPT, "said": [{**WORDS, "mood": "good"}]})),
    "receipt_key": at(1, told(2, {**RECEIPT, "keys": [{"key": "9", "at_ms": 8000}]})),
    "rule_field": at(2, told(6, {**RULE, "mood": "good"})),
    "rule_missing": at(2, told(6, without(RULE, "contact"))),
    "rule_basis": at(2, told(6, {**RULE, "purposes": [{**PURPOSE, "basis": "habit"}]})),
    "rule_days": at(2, told(6, {**RULE, "purposes": [{**PURPOSE, "retention_days": -1}]})),
    "rule_grades": at(2, told(6, {**RULE, "grades": ["A"] * 65})),
    "rule_choices": at(2, told(6, {**RULE, "choices": {"1": "training"}})),
    "rule_unheard": at(2, told(6, without(RULE, "heard"))),
    "rule_heard_null": at(2, told(6, {**RULE, "heard": None})),
    "rule_bus": at(2, told(6, {**RULE, "heard": heard_by("pci")})),
    "rule_heard": at(2, told(6, {**RULE, "heard": {"hook": DEVICE, "audio": DEVICE}})),
    "rule_holder": at(2, told(6, {**RULE, "holders": [{**HOLDER, "fingerprint": "ab"}]})),
    "rule_recipients": at(2, told(6, {**RULE, "recipients": {"answer": "somebody"}})),
    "rule_speaker": at(2, told(6, {**RULE, "speakers": [{"name": "Anna", "day": 20700}]})),
    "rule_voucher": at(2, told(6, {**RULE, "speakers": {"count": 1, "day": 20701}})),
    "rule_speakers": at(2, told(6, {**RULE, "speakers": {**SPEAKERS, "count": 0}})),
    "rule_digest": at(2, told(6, {**RULE, "speakers": {**SPEAKERS, "digest": "Anna"}})),
    "rule_contract": at(2, told(6, {**RULE, "purposes": [{**PURPOSE, "contract_to": "end"}]})),
    "rule_special": at(2, told(6, {**RULE, "purposes": [{**PURPOSE, "special": ["age"]}]})),
    "rule_health": at(2, told(6, {**RULE, "purposes": [{**PURPOSE, "health": "yes"}]})),
    "rule_text": at(2, told(6, b"training")),
    "event_text": at(3, told(4, b"a pause")),
    "event_kind": at(3, told(4, {**MARK, "kind": "nap"})),
    "event_field": at(3, told(4, {**MARK, "key": "4"})),
    "event_far": at(3, told(4, {**MARK, "samples": 10**9 + 1})),
    "event_before": at(3, told(4, {**MARK, "sample": -1})),
    "final_missing": [*frames()[:4], ended(without(END, "reason"))],
    "final_reason": [*frames()[:4], ended({**END, "reason": "hung up"})],
    "final_reason_tail": [*frames()[:4], ended({**END, "reason": "hung_up\n"})],
    "final_before": [*frames()[:4], ended({**END, "samples": -1})],
    "final_utf8": [*frames()[:4], ended(b'{"samples":8000,"reason":"\xff"}')],
}
"""Name -> frames that a writer cannot have written; all must cause ``failure content``."""

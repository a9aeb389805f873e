"""Make the vectors of a second holder: what the office and the other must say."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.vectors.office import (
    END,
    HOLDER,
    META,
    RECEIPT,
    RULE,
    SHARED_RULE,
    Frame,
    Office,
    Second,
    made,
    told,
)

OTHER = {**HOLDER, "fingerprint": "ab" * 32}
SMALL = b"\1" + bytes(31)
"""A point of small order: whoever seals to it seals to everybody."""

TICKET, HOLDER_AT, RID_AT, LENGTH_AT, SECOND_AT, END_AT = 48, 197, 213, 229, 231, 380
HYBRID = 1237
"""The length of a ticket in suite 2."""

Caused = tuple[str, str]
"""What the office's reader must say, and the second holder's."""

HEADER = ("failure header", "failure header")
TICKET_BOTH = ("failure ticket", "failure ticket")
CONTENT = ("failure content", "failure content")


def brief(meta: dict[str, Any] | None = None, rule: dict[str, Any] | None = None) -> list[Frame]:
    """Return the frames of a recording without sound, under a rule that names the holder."""
    end = replace(told(5, {**END, "samples": 0}), last=True)
    return [told(1, meta or META), told(2, RECEIPT), told(6, rule or SHARED_RULE), end]


def _put(raw: bytes, at: int, value: bytes) -> bytes:
    return raw[:at] + value + raw[at + len(value) :]


def _flip(raw: bytes, at: int) -> bytes:
    return _put(raw, at, bytes([raw[at] ^ 1]))


def changed(ok: bytes, absent: bytes) -> dict[str, tuple[Caused, bytes]]:
    """Return files whose bytes were changed behind the recorder's back.

    Args:
        ok: a recording with both tickets.
        absent: one without the second.
    """
    behind = ok[HOLDER_AT:END_AT]
    return {
        "second_flipped": (("failure mac", "failure ticket"), _flip(ok, 300)),
        "second_stripped": (TICKET_BOTH, _put(ok, HOLDER_AT, bytes(len(behind)))),
        "second_added": (("failure ticket", "failure mac"), _put(absent, HOLDER_AT, behind)),
        "holder_flipped": (TICKET_BOTH, _flip(ok, HOLDER_AT)),
        "second_rid_flipped": (TICKET_BOTH, _flip(ok, RID_AT)),
        "holder_alone": (HEADER, _put(ok, RID_AT, bytes(END_AT - RID_AT))),
        "second_without_holder": (HEADER, _put(ok, HOLDER_AT, bytes(16))),
        "second_without_rid": (HEADER, _put(ok, RID_AT, bytes(16))),
        "second_rid_alone": (HEADER, _put(absent, RID_AT, b"\1")),
        "second_length_alone": (HEADER, _put(absent, LENGTH_AT, b"\0\x95")),
        "second_length_zero": (HEADER, _put(ok, LENGTH_AT, b"\0\0")),
        "second_length_one": (HEADER, _put(ok, LENGTH_AT, b"\0\1")),
        "second_length_long": (HEADER, _put(ok, LENGTH_AT, b"\0\x96")),
        "second_length_beyond": (HEADER, _put(ok, LENGTH_AT, b"\xff\xff")),
        "second_behind": (HEADER, _put(ok, 3900, b"\1")),
    }


def sealed(office: Office) -> dict[str, tuple[Caused, bytes]]:
    """Return files that a recorder wrote which was broken into: all of them well signed."""
    heard = "verdict complete"
    hers = Second()

    def file(second: Second | None, said: list[Frame] | None = None) -> bytes:
        header = office.header(office.signed_part(second=second))
        return office.file(said or brief(), header)

    def fields(at: int, value: bytes) -> bytes:
        return file(Second(fields=(at, value)))

    other = X25519PrivateKey.from_private_bytes(made("third holder"))
    strange = brief(rule={**RULE, "holders": [OTHER]})
    return {
        "second_ok": ((heard, heard), file(hers)),
        "second_absent": ((heard, "failure ticket"), file(None, _alone("pool_empty"))),
        "second_other_key": ((heard, "failure mac"), file(Second(content=made("other content")))),
        "second_other_day": ((heard, "failure content"), fields(2, b"\0\x5b")),
        "second_other_call": ((heard, "failure content"), fields(4, bytes(8))),
        "second_other_clock": ((heard, "failure content"), fields(12, b"\0")),
        "second_of_another_rid": ((heard, "failure ticket"), file(Second(bound_rid=made("x", 16)))),
        "second_labels_swapped": ((heard, "failure ticket"), file(Second(label=""))),
        "second_other_holder": ((heard, "failure ticket"), file(Second(reading=other))),
        "second_other_pair": ((heard, "failure ticket"), file(Second(recording=other))),
        "second_inner_small": ((heard, "failure ticket"), file(Second(point=SMALL))),
        "second_rule_names_none": (CONTENT, file(hers, brief(rule=RULE))),
        "second_rule_names_other": (CONTENT, file(hers, strange)),
        "second_rule_names_two": (
            CONTENT,
            file(hers, brief(rule={**RULE, "holders": [HOLDER, OTHER]})),
        ),
        "second_alone_beside": (CONTENT, file(hers, _alone("no_day"))),
        "second_alone_unsaid": (("failure content", "failure ticket"), file(None, brief())),
        "second_alone_unpromised": (
            ("failure content", "failure ticket"),
            file(None, brief(meta={**META, "alone": "old"}, rule=RULE)),
        ),
        "second_receipt_damaged": (CONTENT, _flip(file(hers, strange), 2 * 4096)),
        "second_rule_damaged": (
            ("verdict damaged", "verdict damaged"),
            _flip(file(hers, strange), 3 * 4096),
        ),
        "second_meta_damaged": (
            ("verdict damaged", "verdict damaged"),
            _flip(fields(4, bytes(8)), 4096),
        ),
    }


def _alone(why: str) -> list[Frame]:
    return brief(meta={**META, "alone": why})


def signed(office: Office) -> dict[str, tuple[Caused, bytes]]:
    """Return files whose header was put together from others, each under a MAC that fits."""
    part = office.signed_part(second=Second())
    tickets = part[TICKET:HOLDER_AT], part[SECOND_AT:END_AT]
    swapped = _put(_put(part, TICKET, tickets[1]), SECOND_AT, tickets[0])
    resealed = office.signed_part(second=Second(fields=(4, bytes(8))))
    public = office.origin.public_key().public_bytes_raw()
    hybrid = office.start()[:9] + b"\2" + office.start()[10:] + HYBRID.to_bytes(2, "big")
    hybrid += made("hybrid", HYBRID) + part[HOLDER_AT:LENGTH_AT] + HYBRID.to_bytes(2, "big")
    hybrid += made("second hybrid", HYBRID)
    made_of: dict[str, tuple[Caused, bytes]] = {
        "second_swapped": (TICKET_BOTH, office.header(swapped)),
        "second_small": (
            ("verdict complete", "failure ticket"),
            office.header(_put(part, SECOND_AT, SMALL)),
        ),
        "second_resealed": (
            ("failure origin", "failure origin"),
            office.header(resealed, public + office.origin.sign(part)),
        ),
        "second_suite_reserved": (
            ("failure version", "failure version"),
            office.header(hybrid.ljust(3968, b"\0")),
        ),
    }
    return {name: (must, office.file(brief(), raw)) for name, (must, raw) in made_of.items()}


def build(office: Office) -> dict[str, tuple[Caused, bytes]]:
    """Return all of them: what each must cause, and its bytes."""
    made_here: list[Callable[[Office], dict[str, tuple[Caused, bytes]]]] = [sealed, signed]
    found = {name: one for step in made_here for name, one in step(office).items()}
    return found | changed(found["second_ok"][1], found["second_absent"][1])

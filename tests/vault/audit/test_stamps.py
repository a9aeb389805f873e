"""Read time stamps strictly, and believe none that is another's."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.clock import DAY
from appliance.errors import FileFormatError
from appliance.model.outside.stamps import MOST_ANSWER
from appliance.vault.audit.heads import Head, signed_head
from appliance.vault.audit.stamps import (
    BadStamp,
    TimeStamp,
    answered,
    kept_of,
    kept_stamp,
    read_roots,
    read_stamp,
    read_token,
    stamp_request,
    text_of,
)
from tests.vault.audit.stamped import NAME, StampAuthority


def head_of_day(days_later: int = 0, seq: int = 7) -> Head:
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + days_later * DAY))
    return signed_head(
        day, seq, "ab" * 32, bytes(32), Ed25519PrivateKey.from_private_bytes(bytes(32))
    )


HEAD, OTHER = head_of_day(), head_of_day(seq=8)


def stamped(authority: StampAuthority, head: Head = HEAD) -> TimeStamp:
    query, nonce = stamp_request(head)
    return answered(authority.answer(query), head, nonce, [authority.root])


def code_of(raw: bytes, authority: StampAuthority, nonce: int, head: Head = HEAD) -> str:
    with pytest.raises(BadStamp) as bad:
        answered(raw, head, nonce, [authority.root])
    return bad.value.code


@pytest.mark.parametrize("longer", [0, 40])
def test_an_answer_is_read_however_its_certificates_are_sorted(tmp_path: Path, longer: int) -> None:
    authority = StampAuthority(tmp_path / "authority", longer=longer)
    before = time.time()
    stamp = stamped(authority)
    assert (stamp.authority, stamp.is_over(HEAD), stamp.is_over(OTHER)) == (NAME, True, False)
    assert before - 1 <= stamp.at <= time.time()
    assert read_stamp(kept_of(text_of(kept_stamp(stamp, qualified=True)))) == replace(
        stamp, qualified=True
    )


def test_two_requests_are_told_apart(authority: StampAuthority) -> None:
    first, second = stamp_request(HEAD), stamp_request(HEAD)
    assert first.nonce != second.nonce
    assert code_of(authority.answer(first.query), authority, second.nonce) == "other_request"


def test_a_stranger_stamps_nothing(authority: StampAuthority, stranger: StampAuthority) -> None:
    query, nonce = stamp_request(HEAD)
    assert code_of(stranger.answer(query), authority, nonce) == "stranger"
    with pytest.raises(BadStamp, match="stranger"):
        stamped(authority).check_signer([authority.between])  # it does not sign itself
    with pytest.raises(BadStamp, match="stranger"):
        stamped(authority).check_signer([])


def test_a_stamp_over_another_head_is_none(authority: StampAuthority) -> None:
    query, nonce = stamp_request(OTHER)
    assert code_of(authority.answer(query), authority, nonce) == "other_head"


@pytest.mark.parametrize("days", [2, 30, 4_000])
def test_a_stamp_older_than_its_head_is_none(authority: StampAuthority, days: int) -> None:
    head = head_of_day(days)
    query, nonce = stamp_request(head)
    assert code_of(authority.answer(query), authority, nonce, head) == "too_early"


def test_a_head_of_no_day_has_no_stamp(authority: StampAuthority) -> None:
    head = signed_head("2026-99-99", 7, "ab" * 32, bytes(32), Ed25519PrivateKey.generate())
    query, nonce = stamp_request(head)
    assert code_of(authority.answer(query), authority, nonce, head) == "too_early"


def test_what_is_no_answer_is_none(authority: StampAuthority) -> None:
    query, nonce = stamp_request(HEAD)
    right = authority.answer(query)
    refused = bytes.fromhex("30053003020102")  # rejection, without a token
    wrong = [b"", b"x", b"<html>", refused, right[:-1], right + right, bytes(MOST_ANSWER + 1)]
    wrong += [right[:at] for at in range(0, len(right), 97)]
    assert {code_of(raw, authority, nonce) for raw in wrong} == {"no_token"}


def test_a_kept_stamp_is_one_token_and_nothing_more(authority: StampAuthority) -> None:
    stamp = stamped(authority)
    token, kept = stamp.token, kept_stamp(stamp, qualified=False)
    for wrong in (b"", token[:-1], token[1:], token + b"\0", token + token, token[:40]):
        with pytest.raises(FileFormatError):
            read_token(wrong)
        with pytest.raises(FileFormatError):
            read_stamp(kept_stamp(replace(stamp, token=wrong), qualified=False))
    raw = text_of(kept)
    for text in (raw[:-1], raw + raw, raw.replace(b":", b": ", 1), b"{}", b"", raw[:60]):
        with pytest.raises(FileFormatError):
            kept_of(text)


@pytest.mark.parametrize(
    "pem",
    [b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", bytes(70_000)],
)
def test_a_file_without_certificates_names_no_authority(pem: bytes) -> None:
    with pytest.raises(FileFormatError):
        read_roots(pem)


def test_the_roots_are_read(authority: StampAuthority) -> None:
    assert read_roots(authority.roots.read_bytes()) == (authority.root,)
    stamped(authority).check_signer(read_roots(authority.roots.read_bytes()))

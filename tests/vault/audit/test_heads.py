"""Test what a head is refused for."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.errors import FileFormatError
from appliance.vault.audit.heads import head_of, signed_head

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
HEAD = signed_head("2026-09-21", 4, "ab" * 32, b"t" * 32, KEY)


def test_a_head_is_read_as_it_was_signed() -> None:
    assert head_of(HEAD.text.encode()) == HEAD
    assert len(HEAD.text) < 1024
    assert HEAD.said.startswith(b"zgoda audit head v2\n2026-09-21\n4\n")


@pytest.mark.parametrize("field", json.loads(HEAD.text))
def test_every_field_is_signed_and_needed(field: str) -> None:
    fields = json.loads(HEAD.text)
    changed = fields | {field: 5 if field == "seq" else fields[field].replace("2", "3", 1)}
    if changed == fields:
        changed[field] = fields[field].replace(fields[field][0], "0", 1)
    for wrong in (changed, {name: value for name, value in fields.items() if name != field}):
        if set(wrong) == set(fields) - {"tree"}:
            continue
        with pytest.raises(FileFormatError, match=r"^It was altered$"):
            head_of(json.dumps(wrong).encode())


def test_a_head_of_form_1_is_refused_in_one_sentence() -> None:
    old = {name: value for name, value in json.loads(HEAD.text).items() if name != "tree"}
    said = f"zgoda audit head\n{old['day']}\n{old['seq']}\n{old['hash']}\n"
    old["signature"] = KEY.sign(said.encode()).hex()
    with pytest.raises(FileFormatError, match=r"^It is of form 1, which is not read any more$"):
        head_of(json.dumps(old).encode())


@pytest.mark.parametrize("raw", [b"", b"{}", b"[" * 2000, b"\xff", b'"' * 9, b"1e999"])
def test_what_is_none_is_refused(raw: bytes) -> None:
    with pytest.raises(FileFormatError):
        head_of(raw)


def test_a_key_of_small_order_signs_nothing() -> None:
    fields = json.loads(HEAD.text) | {"key": "01" + "00" * 31, "signature": "01" + "00" * 63}
    with pytest.raises(FileFormatError):
        head_of(json.dumps(fields).encode())

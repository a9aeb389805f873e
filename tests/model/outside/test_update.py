"""Updates as they are described: addresses, descriptions and versions, good and hostile."""

import json
from typing import Any

import pytest

from appliance.errors import FileFormatError
from appliance.model.outside.update import (
    COMPATIBLE,
    MOST_BYTES,
    MOST_DESCRIBED,
    Description,
    OtherModel,
    Place,
    beside,
    is_newer,
    is_tag,
    place_of,
    read_description,
)

GOOD: dict[str, Any] = {
    "format": 1,
    "compatible": COMPATIBLE,
    "version": "0.9.0",
    "file": "zgoda-0.9.0-arm64.raucb",
    "size": 300_000_000,
    "sha256": "ab" * 32,
    "published": "2026-11-27",
}


def written(**changes: object) -> bytes:
    return json.dumps(GOOD | changes).encode()


def test_a_description_is_read_also_with_what_a_later_one_adds() -> None:
    plain = {name: GOOD[name] for name in Description.__struct_fields__}
    for content in (written(), written(notes={"pl": "…"}, mirrors=[])):
        assert read_description(content) == Description(**plain)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2}, {"format": "1"}, {"version": "1"}, {"version": "0.9"}, {"version": "v1.0.0"},
        {"version": "1.0.0 "}, {"version": "01.0.0"}, {"version": "1.0.0-"}, {"version": "1.0.0-."},
        {"version": "9999999999.0.0"}, {"version": None}, {"file": "../x.raucb"}, {"file": "a/x"},
        {"file": ".raucb"}, {"file": "x.raucb\n"}, {"file": "x"}, {"file": "a" * 200 + ".raucb"},
        {"file": "https://other.example/x.raucb"}, {"file": "x.raucb?box=1"}, {"size": 0},
        {"size": -1}, {"size": MOST_BYTES + 1}, {"size": 1.5}, {"size": "1"}, {"size": True},
        {"sha256": "AB" * 32}, {"sha256": "ab" * 31}, {"sha256": "ab" * 32 + "\n"},
        {"published": "yesterday"}, {"published": "<b>"},
    ],
)  # fmt: skip
def test_what_is_no_description_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(FileFormatError, match="describes no update"):
        read_description(written(**changes))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"null", b"[]", b"<html>", b"\xff\xfe", written()[:-1], written() + b"x",
        b"[" * 10_000, b'{"a":' * 3000, written(notes="a" * MOST_DESCRIBED),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(FileFormatError, match="describes no update"):
        read_description(content)


def test_a_missing_field_is_refused() -> None:
    for name in GOOD:
        lacking = {field: value for field, value in GOOD.items() if field != name}
        with pytest.raises(FileFormatError):
            read_description(json.dumps(lacking).encode())


def test_another_kind_of_box_is_told() -> None:
    with pytest.raises(OtherModel):
        read_description(written(compatible="zgoda-card-riscv"))


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (
            "https://updates.example/zgoda-update.json",
            ("updates.example", 443, "/zgoda-update.json"),
        ),
        ("https://127.0.0.1:8443/a/b~c/x.json", ("127.0.0.1", 8443, "/a/b~c/x.json")),
        ("https://[2001:db8::1]/x.json", ("2001:db8::1", 443, "/x.json")),
    ],
)
def test_an_address_leads_to_a_place(address: str, place: tuple[str, int, str]) -> None:
    assert place_of(address) == Place(*place)


@pytest.mark.parametrize(
    "address",
    [
        "", "http://a.example/x.json", "ftp://a.example/x", "https://a.example", "https://a.example/",
        "https://a.example/x/", "https://a.example//x", "https://ewa@a.example/x",
        "https://ewa:pw@a.example/x", "https://a.example/x?box=7", "https://a.example/x#y",
        "https://a.example/../x", "https://a.example/./x", "https://a.example/%2e%2e/x",
        "https://a.example/%2E./x", "https://a.example:0/x", "https://a.example:70000/x",
        "https://a.example/x y", "https://a.example/x\r\nHost: b", "https://a.example/x\n",
        "https://a_b.example/x", "https://[::1/x", "https://[12]/x", "https://żółw.example/x",
        "https://a.example/" + "x" * 400, "HTTPS://a.example/x", "//a.example/x",
    ],
)  # fmt: skip
def test_what_says_more_than_a_place_is_no_address(address: str) -> None:
    assert place_of(address) is None


def test_the_bundle_lies_beside_its_description() -> None:
    assert beside("https://a.example/zgoda/d.json", "b.raucb") == "https://a.example/zgoda/b.raucb"


IN_ORDER = [
    "0.1.0-1", "0.1.0-2", "0.1.0-11", "0.1.0-alpha", "0.1.0-alpha.1", "0.1.0-alpha.beta",
    "0.1.0-beta", "0.1.0-beta.2", "0.1.0-beta.11", "0.1.0-rc.1", "0.1.0", "0.1.1", "0.2.0",
    "0.10.0", "1.0.0-0", "1.0.0", "1.0.10", "2.0.0",
]  # fmt: skip
"""By semver.org, section 11."""


def test_versions_are_compared_as_their_specification_says() -> None:
    for at, one in enumerate(IN_ORDER):
        for other_at, other in enumerate(IN_ORDER):
            assert is_newer(one, other) == (at > other_at), (one, other)


@pytest.mark.parametrize(("one", "other"), [("1.0.0+b", "1.0.0+a"), ("1.0.0+b", "1.0.0")])
def test_a_build_is_no_newer_version(one: str, other: str) -> None:
    assert not is_newer(one, other)
    assert not is_newer(other, one)


@pytest.mark.parametrize("text", ["", "1", "latest", "1.0.0-", "1.0.0-²"])
def test_what_is_no_version_is_never_newer(text: str) -> None:
    assert not is_newer(text, "0.0.1")
    assert not is_newer("9.9.9", text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("", True), ('"abc-1"', True), ('W/"abc"', False), ('"a\r\nb"', False), ('"a b"', False),
        ('"', False), ('""', False), ('"' + "a" * 200 + '"', False), ('"a", "b"', False),
    ],
)  # fmt: skip
def test_a_word_for_a_file_goes_back_only_if_it_can_hold_no_header(text: str, is_one: bool) -> None:
    assert is_tag(text) is is_one

"""A text beside the sound belongs to one recording; the vectors read as they must."""

import base64
import json
import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileFormatError, VaultError
from appliance.vault.container import OVERHEAD
from appliance.vault.opening.unseal import content_key
from appliance.vault.texts import MOST_BYTES, MOST_STEPS, STEP, TextPlace, open_text, seal_text
from tests.vault.script import second_reader
from tests.vaults import Vault, damage
from tests.vectors.specified import specified
from tests.vectors.texts import VECTORS, vectors

KNOWN: dict[str, dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))
KEY = bytes(range(32))
PLACE = TextPlace(bytes(16), "words", 0, bytes(32), bytes(32))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def place_of(vector: dict[str, Any]) -> TextPlace:
    """Return the place that a vector names."""
    header, sound = (bytes.fromhex(vector[name]) for name in ("header_sha256", "sound_sha256"))
    rid = bytes.fromhex(vector["rid"])
    return TextPlace(rid, vector["kind"], vector["number"], header, sound)


def opened(vector: dict[str, Any]) -> str:
    key = bytes.fromhex(vector["content_key"])
    return open_text(key, place_of(vector), base64.b64decode(vector["sealed"]))


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert vectors() == KNOWN


def test_every_vector_stands_in_the_specification_and_the_other_way_round() -> None:
    said = specified("### Text beside the sound")
    refused = {name: what == "refused" for name, what in said.items()}
    assert refused == {name: vector["says"] is None for name, vector in KNOWN.items()}


@pytest.mark.parametrize("name", KNOWN)
def test_a_vector_says_what_it_must(name: str) -> None:
    if KNOWN[name]["says"] is not None:
        assert opened(KNOWN[name]) == KNOWN[name]["says"]
    else:
        with pytest.raises(FileFormatError):
            opened(KNOWN[name])


@pytest.mark.parametrize("name", KNOWN)
def test_the_second_reader_says_the_same(name: str) -> None:
    vector, reader = KNOWN[name], second_reader()
    place = place_of(vector)
    bound = (place.rid, place.kind, place.number, place.sealed)
    given_to = bytes.fromhex(vector["content_key"]), place.header, bound
    sealed = base64.b64decode(vector["sealed"])
    if vector["says"] is not None:
        assert reader.read_text(*given_to, sealed) == vector["says"]
    else:
        with pytest.raises((reader.Wrong, UnicodeDecodeError)):
            reader.read_text(*given_to, sealed)


def test_the_same_text_written_twice_has_no_byte_in_common_but_by_chance() -> None:
    one, twice = (base64.b64decode(KNOWN[name]["sealed"]) for name in ("one", "twice"))
    assert KNOWN["one"]["says"] == KNOWN["twice"]["says"]
    same = sum(a == b for a, b in zip(one, twice, strict=True))
    assert same < 60, "some 16 of 4,112 are equal by chance"
    assert seal_text(KEY, PLACE, "tak") != seal_text(KEY, PLACE, "tak")


@given(TEXTS, st.sampled_from(["words", "note"]), st.integers(0, 2**32 - 1))
def test_a_text_comes_back_and_its_length_tells_little(text: str, kind: str, number: int) -> None:
    place = replace(PLACE, kind=kind, number=number)
    raw = seal_text(KEY, place, text)
    assert open_text(KEY, place, raw) == text
    assert len(raw) == OVERHEAD + STEP


@given(TEXTS, st.integers(0, OVERHEAD + STEP - 1), st.integers(1, 255))
def test_every_change_is_noticed(text: str, at: int, change: int) -> None:
    raw = bytearray(seal_text(KEY, PLACE, text))
    raw[at] ^= change
    with pytest.raises(FileFormatError):
        open_text(KEY, PLACE, bytes(raw))


@given(st.binary(max_size=300) | st.binary(min_size=OVERHEAD + STEP, max_size=OVERHEAD + STEP))
def test_no_bytes_open_by_chance(raw: bytes) -> None:
    with pytest.raises(FileFormatError):
        open_text(KEY, PLACE, raw)


def test_the_longest_text_is_read_and_a_longer_one_is_not_written() -> None:
    text = "x" * (MOST_STEPS * STEP - 4)
    raw = seal_text(KEY, PLACE, text)
    assert len(raw) == MOST_BYTES
    assert open_text(KEY, PLACE, raw) == text
    with pytest.raises(VaultError):
        seal_text(KEY, PLACE, text + "x")
    with pytest.raises(FileFormatError, match="sealed text of a known kind"):
        open_text(KEY, PLACE, os.urandom(MOST_BYTES + STEP))


def test_it_hangs_on_the_key_that_opens_the_sound_and_on_this_very_file(vault: Vault) -> None:
    paths = [vault.path(vault.record().rid) for _ in range(2)]
    reading = bytes(vault.reading)
    keys = [content_key(path, reading, vault.keyring.private(path.name)) for path in paths]
    here = TextPlace.beside(paths[0], "note", 2)
    assert here.rid.hex() == paths[0].name
    raw = seal_text(keys[0], here, "Oddzwonić.")
    assert open_text(keys[0], TextPlace.beside(paths[0], "note", 2), raw) == "Oddzwonić."
    for key, place in (
        (keys[1], here),
        (keys[0], TextPlace.beside(paths[1], "note", 2)),
        (keys[0], replace(here, sealed=TextPlace.beside(paths[1], "note", 2).sealed)),
    ):
        with pytest.raises(FileFormatError):
            open_text(key, place, raw)
    damage(paths[0], 4096 * 4 + 9)  # the sound is no longer the one that it was put beside
    with pytest.raises(FileFormatError):
        open_text(keys[0], TextPlace.beside(paths[0], "note", 2), raw)


@pytest.mark.parametrize(("kind", "text"), [("poem", "a"), ("", "a"), ("words", "half \ud83d")])
def test_what_could_not_be_read_is_not_written(kind: str, text: str) -> None:
    with pytest.raises(VaultError):
        seal_text(KEY, replace(PLACE, kind=kind), text)

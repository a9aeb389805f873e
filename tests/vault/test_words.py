"""Words are sealed to two keys: every vector reads as the specification says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileFormatError, VaultError
from appliance.vault.opening.keys import public_half
from appliance.vault.words import STEP, WordsPlace, open_words, seal_words
from tests.vectors.specified import specified
from tests.vectors.words import VECTORS, vectors

READING, CASE = bytes(range(1, 33)), bytes(range(2, 34))
PLACE = WordsPlace(bytes(16), "c0" * 8, "hold")
KNOWN: dict[str, dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))


def sealed(text: str) -> bytes:
    return seal_words(text, PLACE, public_half(READING), public_half(CASE))


def opened(vector: dict[str, Any]) -> str:
    place = WordsPlace(bytes.fromhex(vector["vault_id"]), vector["case"], vector["kind"])
    reading, case = bytes.fromhex(vector["reading_key"]), bytes.fromhex(vector["case_key"])
    return open_words(bytes.fromhex(vector["sealed"]), place, reading, case)


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert vectors() == KNOWN


def test_every_vector_stands_in_the_specification_and_the_other_way_round() -> None:
    said = specified("## 13. Ledger and words")
    refused = {name: what == "refused" for name, what in said.items()}
    assert refused == {name: vector["says"] is None for name, vector in KNOWN.items()}


@pytest.mark.parametrize("name", KNOWN)
def test_a_vector_says_what_it_must(name: str) -> None:
    if KNOWN[name]["says"] is not None:
        assert opened(KNOWN[name]) == KNOWN[name]["says"]
    else:
        with pytest.raises(FileFormatError):
            opened(KNOWN[name])


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_words_come_back_and_their_length_tells_little(text: str) -> None:
    raw = sealed(text)
    assert open_words(raw, PLACE, READING, CASE) == text
    assert len(raw) == 96 + -(-(2 + len(text.encode())) // STEP) * STEP


@given(st.binary(max_size=400))
def test_no_bytes_open_by_chance(raw: bytes) -> None:
    with pytest.raises(FileFormatError):
        open_words(raw, PLACE, READING, CASE)


@pytest.mark.parametrize("text", ["\N{MOUSE}" * 2200, "half \ud83d"])
def test_what_could_not_be_read_is_not_written(text: str) -> None:
    with pytest.raises(VaultError):
        sealed(text)

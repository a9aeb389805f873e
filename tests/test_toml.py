"""A mistake in TOML is told in one short sentence, with its place."""

import pytest

from appliance import toml


@pytest.mark.parametrize("length", [1, 50, 5000])
def test_a_name_of_any_length_is_told_in_a_short_sentence_with_its_place(length: int) -> None:
    name = "x" * length
    with pytest.raises(toml.MISTAKE) as caught:
        toml.loads(f'["{name}"]\n["{name}"]\n')

    told = str(caught.value)
    assert told.startswith("Cannot declare ('x")
    assert told.endswith(f" (at line 2, column {length + 4})")
    assert len(told) <= toml.LONGEST_QUOTE + 50


def test_brackets_deeper_than_python_reads_are_a_mistake_like_any_other() -> None:
    with pytest.raises(toml.MISTAKE, match="nested too deeply"):
        toml.loads("a = " + "[" * 100_000)

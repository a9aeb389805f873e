"""Every key of a TOML text is found on its line."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from appliance.config.line_numbers import locate
from appliance.config.mistakes import Place

TEXT = '''\
# a comment with "quotes" and [brackets]
title = "a = b # no comment"

[office]  # [[line]]
name.short = 'x'
long = """
many
\\"""lines = 1
"""
list = [ 1, # one
  { a = 1, b = [2,
    3] },
]
"quoted.key" = 1
"esc\\u0061ped" = 2

[[line]]
name = "A"
hook = { driver = "x" , port = 'y' }

[[line]]
name = "B"
[line.audio]
driver = "z"
when = 2026-11-25 07:32:00
'''


def test_every_key_is_found_on_its_line() -> None:
    found = locate(TEXT)

    assert found["title",] == 2
    assert found["office",] == 4
    assert found["office", "name", "short"] == 5
    assert found["office", "long"] == 6
    assert found["office", "list", 1, "a"] == 11
    assert found["office", "list", 1, "b", 1] == 12
    assert found["office", "quoted.key"] == 14
    assert found["office", "escaped"] == 15
    assert found["line", 0] == 17
    assert found["line", 0, "hook", "port"] == 19
    assert found["line", 1, "name"] == 22
    assert found["line", 1, "audio", "driver"] == 24
    assert found["line", 1, "audio", "when"] == 25


def test_windows_line_ends_count_once() -> None:
    assert locate(TEXT.replace("\n", "\r\n")) == locate(TEXT)


def paths(value: Any, path: Place = ()) -> set[Place]:
    """Every key and element of a TOML value."""
    below: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    found = {path} if path else set()
    for key, each in below:
        found |= paths(each, (*path, key))
    return found


WORDS = st.text(st.sampled_from("ab \"'#=[]{},.\\\né"), max_size=8)
KEYS = st.from_regex(r"[a-z]{1,3}", fullmatch=True)


def basic(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def written(value: Any) -> str:
    if isinstance(value, str):
        return basic(value)
    if isinstance(value, list):
        return "[\n" + "".join(f"  {written(each)}, # ]\n" for each in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{basic(k)} = {written(v)}" for k, v in value.items()) + " }"
    return str(value).lower()


VALUES = st.recursive(
    st.one_of(WORDS, st.integers(-9, 9), st.booleans()),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(WORDS, below, max_size=3)),
    max_leaves=6,
)


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=3))
def test_whatever_toml_holds_is_found_and_nothing_else(tables: dict[str, dict[str, Any]]) -> None:
    text = ""
    for name, table in tables.items():
        text += f"[{name}]\n" + "".join(f"{k} = {written(v)}\n" for k, v in table.items())

    assert set(locate(text)) == paths(tomllib.loads(text))

"""docs/words.md tells what the composer says today, and how each shipped prompt is heard."""

import re
from pathlib import Path

import pytest

from appliance.prompts.shipped import shipped
from appliance.prompts.words.compose import compose, variants
from benchmarks.words.heard import kept
from tests.prompts.lines import LINES, line_of

PAGE = (Path(__file__).parents[2] / "docs" / "words.md").read_text("utf-8")
BAR = " \\| "
MOST_WORDS_WRONG = {"pl": 0.20, "en": 0.15, "de": 0.60}
"""Of a recogniser over a telephone; the placeholders before had 1.06, 0.30 and 0.94."""


TOO_LONG = {
    ("mixed", "pl", "keys"),
    ("mixed", "de", "keys"),
    ("mixed, with an objection", "de", "more"),
}
"""What the box cannot say in time, and says so."""


def rows() -> dict[tuple[str, str, str], tuple[str, str]]:
    """Line, language and prompt -> its seconds or what is wrong with them, and its words."""
    found: dict[tuple[str, str, str], tuple[str, str]] = {}
    names = {each.capitalize(): each for each in LINES}
    languages = {"Polish": "pl", "English": "en", "German": "de"}
    name = language = ""
    for row in PAGE.partition("## Every text")[2].splitlines():
        if row.startswith("### "):
            name = names[row.removeprefix("### ")]
        elif row.startswith("**"):
            language = languages[row.strip("*")]
        elif cells := re.fullmatch(
            r"\| (?P<title>[a-z ]+) \| (?P<lasts>.+?) \| (?P<text>.+) \|", row
        ):
            found[name, language, cells["title"]] = cells["lasts"], cells["text"]
    return found


ROWS = rows()


@pytest.mark.parametrize("language", ["pl", "en", "de"])
@pytest.mark.parametrize("name", LINES)
def test_the_page_has_every_text_in_time_or_says_that_it_is_too_long(
    name: str, language: str
) -> None:
    config, line = line_of(*LINES[name])
    titles = set()
    for saying in compose(config, line, language):
        title = " ".join((saying.spoken.value, *sorted(saying.purposes)))
        titles.add(title)
        lasts, text = ROWS[name, language, title]
        ways = {BAR.join(each.pieces): each for each in variants(config, line, language, saying)}
        limit = ways[text].limit
        if error := re.fullmatch(r"In “..” .+ (\d+) s, and may take (\d+)\. .+\.", lasts):
            assert (name, language, title) in TOO_LONG
            assert int(error[1]) > int(error[2]) == limit
            assert text == [*ways][-1], "all that can be shortened is"
        else:
            assert (name, language, title) not in TOO_LONG
            seconds, _, shorter = lasts.partition(", ")
            assert 0 < float(seconds) <= limit
            assert shorter == ("" if text == next(iter(ways)) else "shorter")
    assert {each for of, said, each in ROWS if (of, said) == (name, language)} == titles


@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_every_shipped_prompt_was_listened_to(language: str) -> None:
    measured = kept()
    results = [
        measured[entry.sha256] for entry in shipped().entries.values() if entry.language == language
    ]
    wrong, words = sum(r.words_wrong for r in results), sum(r.words for r in results)
    assert wrong / words <= MOST_WORDS_WRONG[language]
    assert f"**{100 * wrong / words:.0f} %**" in PAGE

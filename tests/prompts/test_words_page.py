"""docs/words.md tells what the composer says today, and how each shipped prompt is heard."""

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


@pytest.mark.parametrize("language", ["pl", "en", "de"])
@pytest.mark.parametrize("name", LINES)
def test_the_page_has_every_text_and_none_is_too_long(name: str, language: str) -> None:
    config, line = line_of(*LINES[name])
    for saying in compose(config, line, language):
        ways = variants(config, line, language, saying)
        rows = [f" | {BAR.join(words.pieces)} |\n" for words in ways]
        assert any(row in PAGE for row in rows), saying
    assert "is the limit" not in PAGE


@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_every_shipped_prompt_was_listened_to(language: str) -> None:
    measured = kept()
    results = [
        measured[entry.sha256] for entry in shipped().entries.values() if entry.language == language
    ]
    wrong, words = sum(r.words_wrong for r in results), sum(r.words for r in results)
    assert wrong / words <= MOST_WORDS_WRONG[language]
    assert f"**{100 * wrong / words:.0f} %**" in PAGE

"""Only what a device, a server or the system said is marked as English in a page."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[3] / "web" / "templates"
MARKED = re.compile(r'<(\w+)[^>]* lang="en"[^>]*>(.*?)</\1>', re.DOTALL)
QUOTES = {"{{ detail }}", "{{ quote }}", "{{ refusals.quote(now) }}"}
"""What a refusal or a fault quotes."""


def test_no_words_of_ours_or_the_offices_are_marked_as_english() -> None:
    texts = [path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")]
    marked = [said for text in texts for _, said in MARKED.findall(text)]

    assert len(marked) == sum(text.count('lang="en"') for text in texts)
    assert set(marked) == QUOTES

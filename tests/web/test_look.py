"""Prove what can be proved of the look: contrast, labels, landmarks, headings, ids."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.web.conftest import Panel
from tests.web.routes import GETS, RID

STYLE = (Path(__file__).parents[2] / "web" / "static" / "panel.css").read_text("utf-8")

TEXT = 4.5
SIGN = 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11: contrast of text, and of what tells a state or bounds a field."""

PAIRS = [
    ("ink", "ground", TEXT),
    ("ink", "card", TEXT),
    ("ink", "edge", TEXT),
    ("soft", "ground", TEXT),
    ("soft", "card", TEXT),
    ("soft", "accent-soft", TEXT),
    ("accent", "ground", TEXT),
    ("accent", "card", TEXT),
    ("accent", "accent-soft", TEXT),
    ("accent-ink", "accent", TEXT),
    ("good", "good-soft", TEXT),
    ("warn", "warn-soft", TEXT),
    ("bad", "bad-soft", TEXT),
    ("bad", "card", TEXT),
    ("danger-ink", "danger", TEXT),
    ("danger", "card", SIGN),
    ("field", "card", SIGN),
    ("green", "card", SIGN),
    ("amber", "card", SIGN),
    ("red", "card", SIGN),
    ("far", "ground", SIGN),
    ("near", "ground", SIGN),
]


def colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found.update(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour: str) -> float:
    """Return WCAG's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(scheme: str, front: str, back: str, least: float) -> None:
    found = colours(scheme)
    low, high = sorted((luminance(found[front]), luminance(found[back])))
    assert (high + 0.05) / (low + 0.05) >= least


class Outline(HTMLParser):
    """What a screen reader finds in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.referred: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.seen: list[str] = []
        self._labels = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.seen.append(tag)
        self.ids += [named["id"] or ""] if "id" in named else []
        for name in ("aria-labelledby", "aria-describedby"):
            self.referred += (named.get(name) or "").split()
        if tag == "label":
            self._labels += 1
            self.labelled.add(named.get("for") or "")
        if tag in {"input", "select", "textarea"} and named.get("type") != "hidden":
            self.fields.append({**named, "inside a label": "yes" if self._labels else None})
        if tag == "img":
            assert "alt" in named

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._labels -= 1


def test_every_page_can_be_read_aloud(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    pages = [
        browser.get(route.path.replace(RID, rid))
        for route in GETS
        if not route.path.endswith(
            (".json", ".jsonl", ".wav", "/news", "/amiss", "/events", "/head")
        )
    ]
    pages += [
        panel.browser().get("/login"),
        browser.send(f"/calls/{rid}/erase"),
        browser.get("/nowhere"),
    ]
    for answer in [page for page in pages if page.status_code != 303]:
        outline = Outline()
        outline.feed(answer.text)
        where = answer.request.path
        assert outline.seen.count("h1") == 1, where
        assert outline.seen.count("main") == 1, where
        assert {"header", "footer"} <= set(outline.seen), where
        assert len(outline.ids) == len(set(outline.ids)), where
        assert set(outline.referred) <= set(outline.ids), where
        for field in outline.fields:
            named = field["inside a label"] or field.get("id") in outline.labelled
            assert named, (where, field)

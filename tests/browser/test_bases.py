"""Each of the six bases and a mixed line, set up in a browser: what the caller then hears.

At its end a run of these tests prints, in Polish, every text that each of the seven lines may say,
as the page of words shows it once the settings hold. On three of them (consent, a notice, a mixed
line) somebody calls on the demo phone: printed is what the call's proof sheet says was heard, by
the hashes of the prompts that were played, and the confirmation that the live page shows. The
sounds are short, and nobody listens to them: the texts are those that belong to their hashes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from playwright.sync_api import Page, expect

from appliance.config.settings import Basis, Purpose
from appliance.config.words.vocabulary import ONLY_ON
from appliance.model.audio import Sound, samples
from appliance.model.policy import PromptKind
from appliance.model.prompts import digest
from appliance.prompts.library import RENDERED
from appliance.prompts.shipped import shipped
from appliance.prompts.store import PromptEntry, file_name, write
from appliance.prompts.words.compose import compose
from tests.browser.box import (  # fmt: skip
    Box,
    chromium,
    fill_in,
    found,
    log_in,
    set_up,
    wait_for_state,
)
from tests.browser.test_demo_phone import REACTION_MS, display, do, hang_up
from tests.prompts.lines import EMERGENCY, FAULTS, ORDER, ORDERS, REPORT, TRAINING, line_of, ready
from tests.prompts.short import short_text
from tests.transcripts import TRANSCRIPT

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(300)]

AGREEMENTS = replace(ready("agreements", Basis.CONTRACT), contract_to="perform")
WHY = "Callers often dispute what was reported, so we keep what was said for a month."

LINES: Mapping[str, tuple[list[Purpose], dict[str, Purpose | None], tuple[str, ...]]] = {
    "consent": ([TRAINING], {"1": TRAINING, "2": None}, ("zgod", "dwójk")),
    "contract": ([ORDER], {}, ("umow", "na piśmie, bez nagrania")),
    "legal obligation": ([ORDERS], {}, ("wymaga", "ustawa o obrocie")),
    "vital interests": ([EMERGENCY], {}, ("życi",)),
    "public task": ([REPORT], {"2": None}, ("zadani", "dwójk")),
    "legitimate interests": ([FAULTS], {"2": None}, ("prawnie uzasadniony interes", "dwójk")),
    "mixed": ([AGREEMENTS, TRAINING], {"1": TRAINING, "2": None}, ("umow", "zgod", "dwójk")),
}
"""Name -> purposes, keys with what each agrees to, and what the Polish words must hold."""


CALLED = {"consent": "1", "legal obligation": "", "mixed": "1"}
"""A call on these lines, and the key that the caller presses; a notice asks for none."""

NEXT = re.compile(r"The next caller (?:will be asked\.|hears a notice and is then recorded\.)")
SECONDS = 3.0


def spoken(folder: Path) -> None:
    """Put what a voice of the box says on every line where it looks for it.

    The words are those that it composes; the sounds are 3 s of a real prompt each, of a length of
    their own.
    """
    keys = next(e for e in shipped().entries.values() if (e.language, e.file[:4]) == ("pl", "keys"))
    sound, last = shipped().sound(keys), samples(1.1)
    rendered: dict[tuple[PromptKind, str], tuple[PromptEntry, Sound]] = {}
    for purposes, keyed, _ in LINES.values():
        choices = {key: [agreed] if agreed else [] for key, agreed in keyed.items()}
        for saying, words in compose(*line_of(purposes, choices), "pl").items():
            begin = samples(SECONDS) - last + len(rendered)
            short = np.concatenate([sound[:begin], sound[-last:]])
            rendered[saying.spoken, words.text] = (
                structs.replace(
                    keys,
                    file=file_name(saying, digest(short)),
                    spoken=saying.spoken,
                    pieces=words.pieces,
                    mark=keys.mark - sound.size + short.size,
                    samples=short.size,
                    sha256=digest(short),
                ),
                short,
            )
    write(folder / RENDERED, rendered.values())


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("box")
    spoken(folder / "prompts")
    config = folder / "zgoda.toml"
    text = re.sub(r'(?m)^prompts = ".*"$', f'prompts = "{folder}/prompts"', short_text())
    config.write_text(text, "utf-8")
    with set_up(folder / "data", "--config", str(config)) as started:
        yield started


@pytest.fixture(scope="module")
def owner(box: Box) -> Iterator[Page]:
    """The owner, with a purpose on each basis."""
    with chromium() as browser:
        page = browser.new_context(locale="en-GB").new_page()
        log_in(page, box)
        for purpose in (ORDER, ORDERS, EMERGENCY, REPORT, FAULTS, AGREEMENTS):
            _add(page, box, purpose)
        yield page


def _add(page: Page, box: Box, purpose: Purpose) -> None:
    page.goto(f"{box.url}settings/purposes/new")
    page.locator("#id").fill(purpose.id)
    page.locator(f"input[name=basis][value={purpose.basis}]").check()
    page.locator("#retention_days").fill(str(purpose.retention_days))
    forms = ("full", "short", "label", "law_says", "interest_says", "other_way_says")
    said = {form: getattr(purpose, form) for form in forms}
    fill_in(
        page,
        {f"{form}-{language}": words for form in forms for language, words in said[form].items()},
    )
    shown = {key: page.locator(f"[id^={key}]").first.is_visible() for key in ONLY_ON}
    assert shown == {key: purpose.basis in bases for key, bases in ONLY_ON.items()}
    if purpose.basis is Basis.CONTRACT:
        page.locator("#contract_to").select_option(purpose.contract_to)
    if purpose.basis.can_be_objected_to or purpose.retention_days > 180:
        page.locator("#justification").fill(WHY)
    page.get_by_role("button", name="Preview").click()
    save = found(page.get_by_role("button", name="Save"))
    for statement in page.locator("input[name=confirmed]").all():
        statement.check()
    save.click()
    expect(page.get_by_role("status")).to_contain_text("from its next call on")


def _save_line(
    page: Page, box: Box, purposes: list[Purpose], keys: Mapping[str, Purpose | None]
) -> None:
    """Fill the line's form and save it."""
    page.goto(f"{box.url}settings/lines/0")
    named = {purpose.id for purpose in purposes}
    for choice in page.locator("input[name=purposes]").all():
        choice.set_checked(choice.get_attribute("value") in named)
    rows = [*keys.items(), *[("", None)] * (6 - len(keys))]
    for row, (key, agreed) in enumerate(rows):
        page.locator(f"#key-{row}").select_option(key)
        for choice in page.locator(f"input[name=agrees-{row}]").all():
            choice.set_checked(agreed is not None and choice.get_attribute("value") == agreed.id)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("from its next call on")


def _sayings(page: Page, box: Box) -> dict[str, str]:
    """Return all that the line says now, by its title, from the page of words."""
    page.goto(f"{box.url}words")
    found = {}
    for saying in page.locator("article.saying").all():
        title = saying.locator("h3").inner_text()
        assert "spoken by this device" in saying.inner_text(), title
        found[title] = " ".join(saying.locator("blockquote").inner_text().split())
    return found


def _called(page: Page, box: Box, key: str) -> list[str]:
    """Call on the demo phone; return what the caller heard.

    Up to the answer the proof sheet says it; the confirmation behind it stands on the live page.
    """
    page.goto(f"{box.url}phone")
    expect(page.locator("[data-part=sentence]")).to_have_text(NEXT)
    do(page, "caller", "Call the office")
    expect(display(page, "office")).to_contain_text("It rings")
    do(page, "office", "Answer")
    if key:
        wait_for_state(page, "Waiting for the key")
        do(page, "caller", key, REACTION_MS)
    wait_for_state(page, "Recording")
    last = " ".join((page.locator("[data-part=text]").text_content() or "").split())
    hang_up(page)
    page.get_by_role("link", name="Open the recording").click()
    page.locator("a.button", has_text="Proof sheet").click()
    heard = found(page.locator(".heard li"))
    assert heard.locator("audio").count() == heard.count(), "each can be heard again"
    told = [" ".join(text.split()) for text in heard.locator("blockquote").all_inner_texts()]
    return told if told[-1] == last else [*told, last]


@pytest.mark.parametrize("name", LINES)
def test_what_the_caller_hears_on_each_basis(
    box: Box, owner: Page, name: str, record_property: Callable[[str, object], None]
) -> None:
    purposes, keys, words = LINES[name]
    _save_line(owner, box, purposes, keys)
    sayings = _sayings(owner, box)
    for title, text in sayings.items():
        record_property(TRANSCRIPT, f"{name}: {title}: {text}")
    (asked,) = (sayings[title] for title in ("Question", "Notice") if title in sayings)
    assert "Kancelaria Nowak w Warszawie" in asked.split(".")[0] + asked.split(".")[1]
    for purpose in purposes:
        assert purpose.full["pl"] in asked, purpose.id
    for said in words:
        assert said in asked, said
    if name in CALLED:
        heard = _called(owner, box, CALLED[name])
        for text in heard:
            record_property(TRANSCRIPT, f"{name}: heard in a call: {text}")
        confirmed = [text for title, text in sayings.items() if title.startswith("Confirmation")]
        assert heard[0] == asked
        assert heard[1:] == [text for text in confirmed if text in heard]
        assert len(heard) == (2 if confirmed else 1)

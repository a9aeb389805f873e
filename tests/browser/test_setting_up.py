"""Let an office manager set a fresh box up alone, in Polish, up to a call: no terminal."""

import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from msgspec import json
from playwright.sync_api import Browser, Page, expect

from appliance.model.policy import PromptKind
from appliance.model.records import ConsentReceipt
from appliance.prompts.recorded import entries
from appliance.vault.proof import read_proof
from tests.browser.box import (  # fmt: skip
    CALL_SECONDS,
    OWNER,
    PASSWORD,
    Box,
    chromium,
    running,
)
from tests.browser.places import LAID_OUT
from tests.browser.setting_up import (  # fmt: skip
    Voice,
    choose_the_line,
    first_run,
    give_a_voice,
    is_at,
    listen_in_polish,
    name_the_office,
    own_voice,
    say_why,
    work_alone,
)

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(600)]

WIDTHS = (320, 768, 1366)

COUNT_CLICKS = """
addEventListener("mousedown", () => {
  sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);
"""
"""Count the clicks of the mouse on all pages of a visit; an address that is opened is none."""
STEPS = ("office", "line", "purposes", "words", "people", "notice", "test")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("box")
    seed = (resources.files("appliance.config") / "fresh.toml").read_text("utf-8")
    config = folder / "zgoda.toml"
    config.write_text(f"{seed}\n[vault]\npool_ahead = 64\n", "utf-8")
    with running(folder / "data", "--config", str(config)) as started:
        yield started


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    return own_voice(tmp_path_factory.mktemp("voice"))


@pytest.fixture(scope="module")
def browser(voice: Voice) -> Iterator[Browser]:
    options = (
        *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
        f"--use-file-for-fake-audio-capture={voice.microphone}",
    )
    with chromium(*options) as started:
        yield started


def test_from_nothing_to_a_recorded_call_with_own_purposes_and_own_voice(
    fresh: Box, browser: Browser, voice: Voice, tmp_path: Path
) -> None:
    began = time.monotonic()
    context = browser.new_context(locale="pl-PL", accept_downloads=True)
    context.add_init_script(COUNT_CLICKS)
    page = context.new_page()
    first_run(page, fresh)
    expect(page.get_by_role("heading", name="Konfiguracja", exact=True)).to_be_visible()
    page.locator("main .main").click()

    name_the_office(page)
    choose_the_line(page)
    say_why(page)
    page.goto(fresh.url)  # it is left, and taken up again
    page.locator("main a[href='/setup/words']").click()
    give_a_voice(page, fresh, voice)
    work_alone(page)

    is_at(page, "test")
    state = page.locator("[data-part=name]").first
    expect(page.locator("[data-part=sentence]").first).to_contain_text(
        "Następny rozmówca zostanie zapytany", timeout=CALL_SECONDS * 1000
    )
    page.locator("button[value=call]").click()
    expect(state).to_have_text("Nagrywanie", timeout=CALL_SECONDS * 1000)
    recorded = page.locator("#news a.call")
    expect(recorded).to_have_count(1, timeout=CALL_SECONDS * 1000)
    clicks = page.evaluate("Number(sessionStorage.clicks)")
    print(
        f"from nothing to a recorded call: {clicks} clicks, "
        f"{(time.monotonic() - began) / 60:.1f} minutes, the call in it"
    )
    recorded.click()
    page.wait_for_url("**/calls/*")
    expect(page.locator("main")).to_contain_text("ustalenia terminu wyjazdu")
    call = page.url
    agreed_by_key_1_to_what_the_owner_said(page, fresh, tmp_path / "call.proof.jsonl")
    page.goto(call)
    listen_in_polish(page)
    page.goto(fresh.url)
    expect(page.locator("#missing-title")).to_have_count(0)
    expect(page.locator("header nav a[href='/phone']")).to_be_visible()


def agreed_by_key_1_to_what_the_owner_said(page: Page, box: Box, file: Path) -> None:
    """Show by the signed proof that the caller agreed by key 1 to the owner's own recordings."""
    page.goto(f"{page.url}/proof")
    with page.expect_download() as started:
        page.locator("form[action$='/proof'] button").first.click()
    started.value.save_as(file)
    (recording,) = read_proof(file.read_bytes()).recordings
    receipt = json.decode(recording.core.receipt, type=ConsentReceipt)
    assert (receipt.outcome, receipt.key, receipt.side) == ("agreed", "1", "far")
    assert set(receipt.purposes) == {"complaint", "own"}
    assert receipt.refused == ()
    own = {entry.sha256: entry for entry in entries(box.data / "prompts" / "own")}
    assert {entry.by for entry in own.values()} == {OWNER}
    asked = own[receipt.prompt_sha256]
    assert asked.spoken in {PromptKind.QUESTION, PromptKind.KEYS}
    heard = {words.prompt_sha256 for words in receipt.said}
    assert heard, "what was heard is on the receipt"
    assert heard <= own.keys(), "nothing but the owner's own recordings was heard"


def test_every_step_fits_every_window_without_scripts(fresh: Box, browser: Browser) -> None:
    """It comes after the box was set up: every page is full."""
    for language in ("pl", "de"):
        context = browser.new_context(locale=language, java_script_enabled=False)
        page = context.new_page()
        page.goto(fresh.url + "login")
        page.locator("#name").fill(OWNER)
        page.locator("#password").fill(PASSWORD)
        page.locator("form.card button.main").click()
        for path in ("", *(f"/{step}" for step in STEPS), f"/notice/{language}"):
            page.goto(f"{fresh.url}setup{path}")
            assert page.locator("h1").count() == 1, path
            for width in WIDTHS if language == "pl" else WIDTHS[:1]:
                page.set_viewport_size({"width": width, "height": 800})
                box = page.locator("body").bounding_box()
                wide = page.locator("main").evaluate("e => e.scrollWidth") if box else 0
                assert wide <= width, (path, language, width)
                assert page.evaluate(LAID_OUT) == [], (path, language, width)
        context.close()

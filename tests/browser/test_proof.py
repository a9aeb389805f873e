"""Follow a call's proof through every change: read, heard, handed over, checked elsewhere."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appliance.exchange.script.files import named_scene
from tests.boxes import PASSWORD, make_box
from tests.browser.box import Box, chromium, found, running

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(300)]

OLD, NEW = "szkolenia pracowników", "marketing i sprzedaż"

HEARD = """async (address) => {
  // How long the words are, as this browser decodes them.
  const raw = await (await fetch(address)).arrayBuffer();
  return (await new AudioContext().decodeAudioData(raw)).duration;
}"""


def log_in(page: Page, box: Box) -> None:
    page.goto(box.url + "login")
    page.get_by_label("Name").fill("Ewa Nowak")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("[data-line]").first).to_be_visible()


def rename(page: Page, box: Box) -> None:
    """Give the first purpose other words, and the office another controller."""
    page.goto(box.url + "settings/purposes/0")
    for form in ("full", "short", "label"):
        page.locator(f"[name={form}-pl]").fill(NEW)
    save(page)
    page.goto(box.url + "settings/office")
    page.locator("[name=controller]").fill("Ktoś Inny sp. z o.o., Gdynia")
    save(page)


def save(page: Page) -> None:
    page.get_by_role("button", name="Preview").click()
    confirmed = found(page.get_by_role("button", name="Save"))
    for statement in page.locator("main input[type=checkbox]").all():
        statement.check()
    confirmed.click()
    expect(page.get_by_role("status")).to_contain_text("from its next call on")


def sheet(page: Page) -> str:
    """Open the newest call's proof sheet and return what it says."""
    page.get_by_role("link", name="Calls", exact=True).click()
    page.locator("a.call").first.click()
    page.locator("a.button", has_text="Proof sheet").click()
    expect(page.get_by_role("heading", name="Proof sheet")).to_be_visible()
    return found(page.locator(".proof")).inner_text()


ON_PAPER = """() => [...document.querySelectorAll("button, input, select, audio, nav, form, a")]
  .filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 80))"""


def prints_alone(page: Page, sheet: str) -> None:
    """Print the sheet: all of its text is on the paper, and nothing else that a page has."""
    page.emulate_media(media="print")
    paper = page.locator("body").inner_text()
    on_paper = page.evaluate(ON_PAPER)
    pdf = page.pdf(format="A4")
    page.emulate_media(media="screen")
    assert on_paper == []
    assert pdf[:5] == b"%PDF-"
    assert 1 <= pdf.count(b"/Type /Page\n") <= 4
    readers = (
        "the caller",
        "a court or an authority",
        "a lawyer or an insurer",
        "the office itself",
    )
    said = "The sheet and its signed file are made for this reader and show nothing of another’s."
    controls = (*(f"for {one}" for one in readers), said, "Download the signed file", "Print")
    for control in controls:
        assert control in sheet
        sheet = sheet.replace(control, "", 1)
    assert paper.split() == sheet.split()
    for told in (OLD, "Kancelaria Nowak sp. k., Warszawa", "SHA-256"):
        assert told in paper


def taken(page: Page, to: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the signed file").click()
    started.value.save_as(to)
    return to


def test_a_purpose_renamed_and_the_old_calls_proof_unchanged_and_verified_offline(
    tmp_path: Path,
) -> None:
    made = make_box(tmp_path / "data")
    made.call(named_scene("agrees"))
    with running(tmp_path / "data", set_up=True) as box, chromium() as browser:
        page = browser.new_context(locale="en-GB", accept_downloads=True).new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(page, box)
        before = sheet(page)
        assert before.index("Simulated call: ") < before.index("The call")
        assert OLD in before
        assert "Kancelaria Nowak sp. k., Warszawa" in before
        prints_alone(page, before)
        first = taken(page, tmp_path / "before.proof.jsonl")

        rename(page, box)
        after = sheet(page)
        assert OLD in after
        assert NEW not in after
        assert "Kancelaria Nowak sp. k., Warszawa" in after
        second = taken(page, tmp_path / "after.proof.jsonl")
        assert first.read_bytes().split(b"\n")[:2] == second.read_bytes().split(b"\n")[:2]

        # Heard as it was heard that day.
        words = page.locator(".heard audio")
        expect(words.first).to_be_visible()
        address = words.first.get_attribute("src")
        assert 2.0 < page.evaluate(HEARD, address) < 35.0
        fingerprint = page.locator(".audit-key").inner_text()

        # Handed over, and listed.
        page.get_by_role("link", name="To the call").click()
        page.get_by_label("For whom?").select_option("caller")
        assert NEW not in page.locator("main").inner_text()
        page.get_by_label("Who exactly").fill("Anna Nowak")
        with page.expect_download() as started:
            page.get_by_role("button", name="Download the copy").click()
        started.value.save_as(tmp_path / "copy.zip")
        assert "Anna Nowak" not in sheet(page)
        page.get_by_role("link", name="for the office itself").click()
        expect(page.locator(".proof")).to_contain_text("for the caller: Anna Nowak")
        assert complaints == []

    # The box is away.
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        archive.extractall(tmp_path / "copy")
    (signed,) = (tmp_path / "copy").glob("*.proof.jsonl")
    (sound,) = (tmp_path / "copy").glob("*.wav")
    (readable,) = (tmp_path / "copy").glob("*.html")
    paper = readable.read_text("utf-8")
    assert paper.index("Simulated call: ") < paper.index("<section")
    options = ("--fingerprint", fingerprint, "--sound", str(sound))
    assert verify(signed, *options, passes=False).count("Simulated call: ") == 1
    said = verify(signed, "--simulated", *options)
    assert "It is whole, and the device of this fingerprint signed it." in said
    assert OLD in said
    assert NEW not in said
    assert list((tmp_path / "copy" / "words").iterdir())


def verify(*arguments: str | Path, passes: bool = True) -> str:
    """Run ``zgoda verify-proof`` in a process of its own, in an empty folder."""
    command = [sys.executable, "-m", "appliance", "verify-proof", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode == 0) is passes, done.stdout + done.stderr
    return done.stdout

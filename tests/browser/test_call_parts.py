"""A call in three recordings is one call in a real browser, before a real box."""

import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.boxes import PASSWORD, make_box
from tests.browser.box import Box, chromium, listen, running
from tests.keeper.office import read_wav
from tests.keeper.split_calls import SplitCall

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(300)]


def log_in(page: Page, box: Box) -> None:
    page.goto(box.url + "login")
    page.get_by_label("Name").fill("Ewa Nowak")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("[data-line]").first).to_be_visible()


LOUDNESS = """async (times) => {
  // What is heard behind each time: the loudest sample of a tenth of a second.
  const audio = document.querySelector("audio");
  const pieces = [];
  for (let at = 0, total = 1; at < total; ) {
    const answer = await fetch(audio.src, { headers: { Range: `bytes=${at}-` } });
    total = Number(answer.headers.get("Content-Range").split("/")[1]);
    pieces.push(await answer.arrayBuffer());
    at += pieces.at(-1).byteLength;
  }
  const sound = new Int16Array(await new Blob(pieces).arrayBuffer(), 44);
  return times.map((at) => Math.max(...sound.slice(at * 8000, at * 8000 + 800).map(Math.abs)));
}"""

SEEK = """async (at) => {
  const audio = document.querySelector("audio");
  const landed = new Promise((next) => { audio.onseeked = next; });
  audio.currentTime = at;
  await landed;
  await audio.play();
  while (!audio.error && audio.currentTime < at + 0.3)
    await new Promise((next) => audio.addEventListener("timeupdate", next, { once: true }));
  audio.pause();
  return { at: audio.currentTime, error: audio.error, duration: audio.duration };
}"""


def test_one_row_one_player_one_file_one_erasure(tmp_path: Path) -> None:
    made = make_box(tmp_path / "data")
    call = SplitCall(made.folders, started_at=time.time() - 60)
    call.record(8.0, 3.0, fails_at=1.5, ended="far_changed")
    call.record(19.25, 2.0)
    with running(tmp_path / "data", set_up=True) as box, chromium() as browser:
        page = browser.new_context(locale="en-GB", accept_downloads=True).new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(page, box)
        page.goto(box.url + "calls")
        expect(page.locator("a.call")).to_have_count(1)
        expect(page.locator("a.call .long")).to_have_text("0:13")
        page.locator("a.call").click()
        expect(page.locator("#parts li")).to_have_count(3)
        expect(page.locator("#parts")).to_contain_text("Part 3")
        expect(page.locator("#player .marks")).to_contain_text("Not recorded (8.2 s)")

        listen(page)
        for at in (0.5, 1.6, 4.0, 12.0):  # in each part, across the seam, in the gap
            heard = page.evaluate(SEEK, at)
            assert heard["error"] is None
            assert heard["at"] >= at + 0.3
            assert heard["duration"] == pytest.approx(13.25, abs=0.01)
        loud = page.evaluate(LOUDNESS, [1.0, 2.5, 5.0, 10.0, 12.0])
        assert [bool(level) for level in loud] == [True, True, False, False, True]
        page.locator("#parts button.seek").nth(2).click()
        page.wait_for_function("document.querySelector('audio').currentTime >= 11.25")

        page.get_by_text("The sound alone").click()
        with page.expect_download() as started:
            page.get_by_role("button", name="Download WAV").click()
        assert np.array_equal(read_wav(Path(started.value.path()).read_bytes()), call.sound())

        page.get_by_role("link", name="Erase …").click()
        expect(page.locator("main")).to_contain_text("The call has 3 parts")
        page.get_by_label("The caller withdrew the consent").check()
        page.get_by_label("Reason").fill("The caller asked by letter.")
        page.get_by_label("I know that no key").check()
        page.get_by_role("button", name="Erase for good").click()
        expect(page.locator(".certificate code")).to_have_count(3)
        expect(page.locator("#order")).to_contain_text("The caller asked by letter.")
        expect(page.locator(".outcome .badge")).to_have_text("erased", timeout=60_000)
        page.goto(box.url + "calls")
        expect(page.locator("a.call")).to_have_count(0)
        assert list(made.folders.recordings.iterdir()) == []
        assert complaints == []

"""Sound by ranges, as browsers ask for it."""

import io
import wave

import pytest

from appliance.keeper.audit.lines import readable
from tests import samples
from tests.web.conftest import Browser, Panel
from web.pages.one_call.playback import SLICE


def start(browser: Browser, rid: str) -> str:
    """Begin to listen and return the sound's address."""
    answer = browser.send(f"/calls/{rid}/listen", purpose="training")
    assert answer.status_code == 303, answer.text
    player = browser.get(answer.headers["Location"].split("#")[0])
    assert player.status_code == 200
    playback = answer.headers["Location"].split("/")[-1].split("#")[0]
    assert f'src="/playback/{playback}.wav"' in player.text
    return f"/playback/{playback}.wav"


def whole(browser: Browser, address: str) -> bytes:
    """Return all pieces, one after another, as a player asks for them."""
    got, total = b"", 1
    while len(got) < total:
        answer = browser.get(address, Range=f"bytes={len(got)}-")
        assert answer.status_code == 206
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert len(answer.data) <= SLICE
        total = int(answer.headers["Content-Range"].rpartition("/")[2])
        got += answer.data
    return got


@pytest.mark.parametrize("name", ["Lena Listener", "Pola Officer"])
def test_listening_gives_nobody_the_file(panel: Panel, name: str) -> None:
    browser = panel.log_in(name)
    address = start(browser, panel.record(seconds=40))
    plain = browser.get(address)
    assert plain.status_code == 403
    assert "Only in the player" in plain.text
    assert b"RIFF" not in plain.data
    assert b"RIFF" not in browser.client.head(address).data
    every = browser.get(address, Range="bytes=0-")
    assert len(every.data) == SLICE
    assert "exported" not in panel.box.acts()


def test_listening_is_on_the_record_once_for_all_its_ranges(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    address = start(browser, rid)
    whole(browser, address)
    browser.get(address, Range="bytes=100-199")
    assert panel.box.acts().count("played") == 1


def test_the_purpose_of_a_listening_is_kept_by_its_id_and_shown_in_the_sealed_words(
    panel: Panel,
) -> None:
    rid = panel.record()
    browser = panel.log_in()
    start(browser, rid)
    played = [entry for entry, _ in readable(panel.box.folders.audit) if entry.type == "played"]
    assert [(entry.rid, entry.detail) for entry in played] == [(rid, "for.training")]
    (purpose,) = samples.RULE.purposes
    assert f"Listened to: {purpose.says}" in browser.get(f"/calls/{rid}").text
    assert "training" in browser.get("/audit").text


def test_a_purpose_that_is_no_id_reaches_no_record(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    before = panel.box.acts()
    assert browser.send(f"/calls/{rid}/listen", purpose="Anna Żółć").status_code in {400, 403}
    assert panel.box.acts() == before


def test_the_whole_is_a_wav_of_both_sides(panel: Panel) -> None:
    browser = panel.log_in()
    sound = whole(browser, start(browser, panel.record(seconds=40)))
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        assert file.getnframes() == 40 * 8000
    assert len(sound) > 2 * SLICE


@pytest.mark.parametrize(
    ("asked", "start_at", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=44-143", 44, 144),
        ("bytes=-100", -100, None),
        ("bytes=640000-", 640000, 640000 + SLICE),
        ("bytes=0-", 0, SLICE),
    ],
)
def test_a_part_is_the_part_that_was_asked_for(
    panel: Panel, asked: str, start_at: int, stop: int | None
) -> None:
    browser = panel.log_in()
    address = start(browser, panel.record(seconds=40))
    sound = whole(browser, address)
    answer = browser.get(address, Range=asked)
    assert answer.status_code == 206
    assert answer.data == sound[start_at:stop]
    first = start_at % len(sound)
    expected = f"bytes {first}-{first + len(answer.data) - 1}/{len(sound)}"
    assert answer.headers["Content-Range"] == expected


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=0-1,5-9", "lines=1-2"])
def test_a_part_that_is_none_is_refused_with_the_length(panel: Panel, asked: str) -> None:
    browser = panel.log_in()
    address = start(browser, panel.record())
    answer = browser.get(address, Range=asked)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{44 + 2 * 2 * 16000}"


def test_another_session_cannot_read_it(panel: Panel) -> None:
    address = start(panel.log_in(), panel.record())
    assert panel.log_in("Lena Listener").get(address).status_code == 404


def test_a_playback_that_is_over_leads_back_to_the_call(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    answer = browser.get(f"/calls/{rid}/listen/{'x' * 22}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/calls/{rid}"


def test_without_a_purpose_nobody_listens(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    answer = browser.send(f"/calls/{rid}/listen")
    assert answer.status_code == 400
    assert "Choose a purpose" in answer.text
    assert browser.send(f"/calls/{rid}/listen", purpose="marketing").status_code == 403
    assert browser.get("/playback/..%2fx.wav").status_code == 404

"""The page on which an administrator confirms the time and agrees to an erasure that waits."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.keeper.recordings import brake
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER
from tests.samples import PAPER
from tests.vaults import change
from tests.web.conftest import Browser, Panel, serve, set_up_box

ADAM, POLA, LENA = "Adam Admin", "Pola Officer", "Lena Listener"
YEARS = 730.0 * DAY


def field(page: str, name: str) -> str:
    """Return what a hidden field of the page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def believed(panel: Panel) -> float:
    assert panel.box.keeper.box is not None
    return panel.box.keeper.box.records.time.now()


def confirm(browser: Browser, choice: str, page: str | None = None, **more: str) -> int:
    """Fill the form as a person does, from a page that was opened before."""
    shown = page if page is not None else browser.get("/time").text
    names = ("uptime", "clock", "counted")
    hidden = {name: field(shown, name) for name in names if f'name="{name}"' in shown}
    form = {"time": choice, "password": PASSWORD} | hidden | more
    return browser.send("/time", **form).status_code


def fill_with_due(panel: Panel, *per_day: int) -> None:
    """Let recordings be due on as many days: keys are enough for that."""
    box = panel.box.keeper.box
    assert box is not None
    today = int(panel.box.clock.now() // DAY)
    box.keyring.refill(sum(per_day))
    days = [today - 1 - number for number, count in enumerate(per_day) for _ in range(count)]
    due = dict(zip(box.keyring.unused(), days, strict=False))
    box.keyring.change(
        due, lambda rid, entry: structs.replace(entry, due_day=due[rid], day=due[rid] - 90)
    )
    box.records.sweep()


def test_both_times_are_shown_and_one_is_confirmed(panel: Panel) -> None:
    panel.box.clock.jump(YEARS)
    adam = panel.log_in(ADAM)
    page = adam.get("/time", Accept_Language="en").text
    assert "The clock says another time than the one that the device has counted." in page
    assert "2028" in page
    assert "2026" in page
    assert confirm(adam, "counted", page) == 303
    assert believed(panel) < 1_790_000_100
    assert confirm(adam, "clock") == 303
    assert believed(panel) > 1_790_000_000 + YEARS - 10
    assert panel.box.acts().count("clock_confirmed") == 2
    assert "Erasure goes by the time that the device counts." in adam.get("/time").text


def test_another_time_is_typed_in_the_offices_time_zone(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    assert confirm(adam, "other", day="2027-03-04", clock_time="05:06") == 303
    assert "4 Mar 2027" in adam.get("/time", Accept_Language="en").text
    for day, clock_time in (("", ""), ("2027-13-01", "05:06"), ("2027-03-04", "noon")):
        assert confirm(adam, "other", day=day, clock_time=clock_time) == 400
    assert confirm(adam, "other", day="1999-03-04", clock_time="05:06") == 400
    assert panel.box.acts().count("clock_confirmed") == 1


def test_a_clock_that_moves_under_an_open_page_is_not_believed(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    page = adam.get("/time").text
    panel.box.clock.jump(YEARS)
    assert confirm(adam, "clock", page) == 303
    assert believed(panel) < 1_790_000_100


def test_a_page_that_was_open_for_too_long_is_shown_again(panel: Panel) -> None:
    page = panel.log_in(ADAM).get("/time").text
    panel.box.clock.advance(16 * 60)
    assert confirm(panel.log_in(ADAM), "clock", page) == 409
    assert "clock_confirmed" not in panel.box.acts()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"password": "wrong horse battery"}, 400),
        ({"password": ""}, 400),
        ({"time": ""}, 400),
        ({"time": "uptime"}, 400),
        ({"clock": "nan"}, 400),
        ({"clock": "1e300"}, 400),
        ({"clock": "9" * 40}, 400),
        ({"clock": "9" * 20}, 400),
        ({"uptime": "-5"}, 400),
        ({"uptime": "99999"}, 409),
    ],
)
def test_a_form_that_somebody_changed_confirms_nothing(
    panel: Panel, changes: dict[str, str], status: int
) -> None:
    adam = panel.log_in(ADAM)
    assert confirm(adam, changes.pop("time", "clock"), **changes) == status
    assert "clock_confirmed" not in panel.box.acts()
    assert believed(panel) < 1_790_000_100


def test_the_officer_sees_the_times_and_may_not_confirm(panel: Panel) -> None:
    panel.box.clock.jump(YEARS)
    pola = panel.log_in(POLA)
    page = pola.get("/time").text
    assert "An administrator has to confirm the time." in page
    assert 'type="password"' not in page
    form = {"time": "clock", "clock": "1790000000", "uptime": "0", "password": PASSWORD}
    assert pola.send("/time", **form).status_code == 403
    assert pola.send("/time/erasure", sure="yes", through="1", recordings="1").status_code == 403
    assert panel.log_in(LENA).get("/time").status_code == 403
    assert "clock_confirmed" not in panel.box.acts()


def test_an_erasure_that_waits_is_shown_with_days_and_numbers_and_agreed_to(panel: Panel) -> None:
    fill_with_due(panel, 3, 2, 1)
    adam = panel.log_in(ADAM)
    assert "An erasure waits for an administrator." in adam.get("/").text
    page = adam.get("/time", Accept_Language="en").text
    assert [int(found) for found in re.findall(r"</th><td>(\d+)</td>", page)] == [1, 2, 3, 6]
    assert "Erase 6 recordings" in page
    form = {"through": field(page, "through"), "recordings": field(page, "recordings")}
    assert adam.send("/time/erasure", **form, erase_password=PASSWORD).status_code == 400
    wrong = adam.send("/time/erasure", **form, sure="yes", erase_password="x")
    assert wrong.status_code == 400
    fewer = form | {"recordings": "5"}
    changed = adam.send("/time/erasure", **fewer, sure="yes", erase_password=PASSWORD)
    assert changed.status_code == 409
    assert "erased" not in panel.box.acts()
    done = adam.send("/time/erasure", **form, sure="yes", erase_password=PASSWORD)
    assert done.headers["Location"] == "/time?done=erasure"
    page = adam.get("/time?done=erasure", Accept_Language="en").text
    assert "The recordings are being erased" in page
    assert "An erasure waits" not in page
    assert panel.box.acts().count("erasing") == 6


@pytest.mark.parametrize("others", [0, 3])
def test_what_silent_holds_keep_is_told_and_stays(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    monkeypatch.setattr(brake, "SMALL", 0)
    pola, rid = panel.log_in(POLA), panel.record()
    until = {"silent_until": "2027-06-01", "recipient": "authority", "words": "KMP"}
    assert pola.send(f"/calls/{rid}/hand-over", **until, **PAPER).data
    hold = {"ground": "legal_duty", "reason": "KMP", "review": "2027-06-01"}
    pola.send(f"/calls/{rid}/hold", **hold)
    panel.box.clock.advance(DAY)  # behind the last sweep
    box = panel.box.keeper.box
    assert box is not None
    today = int(panel.box.clock.now() // DAY)
    change(box.keyring, rid, due_day=today - 1, day=today - 91, boot_id="")
    fill_with_due(panel, others)
    adam = panel.log_in(ADAM)
    page = adam.get("/time", Accept_Language="en").text
    numbers = [int(found) for found in re.findall(r"</th><td>(\d+)</td>", page)]
    assert numbers == [others + 1] * 2
    assert "1 of them is held silently and stays." in page
    assert ("Erase 3 recordings" in page) is bool(others)
    form = {name: field(page, name) for name in ("through", "recordings", "kept")}
    done = adam.send("/time/erasure", **form, sure="yes", erase_password=PASSWORD)
    assert done.headers["Location"] == f"/time?done={'erasure' if others else 'agreed'}"
    told = adam.get(done.headers["Location"], Accept_Language="en").text
    assert ("There was nothing to erase." in told) is not bool(others)
    assert panel.box.acts().count("erasing") == others
    assert rid in box.keyring
    assert panel.log_in(LENA).get(f"/calls/{rid}").status_code == 404


def test_the_officer_sees_an_erasure_that_waits_and_may_not_agree(panel: Panel) -> None:
    fill_with_due(panel, 3, 2, 1)
    page = panel.log_in(POLA).get("/time").text
    assert "An administrator has to agree." in page
    assert "Erase 6" not in page


def test_more_than_a_hundred_need_the_password_like_fewer(panel: Panel) -> None:
    fill_with_due(panel, 101)
    adam = panel.log_in(ADAM)
    page = adam.get("/time").text
    form = {"through": field(page, "through"), "recordings": "101", "sure": "yes"}
    assert adam.send("/time/erasure", **form).status_code == 400
    assert "erasing" not in panel.box.acts()


def test_looking_at_it_changes_nothing(panel: Panel) -> None:
    fill_with_due(panel, 3, 2, 1)
    panel.box.clock.jump(YEARS)
    adam = panel.log_in(ADAM)
    acts, before = panel.box.acts(), believed(panel)
    for path in ("/time", "/time?time=clock&password=x", "/time?done=time"):
        assert adam.get(path).status_code == 200
    assert adam.get("/time/erasure?through=99999&recordings=6&sure=yes").status_code == 405
    assert (panel.box.acts(), believed(panel)) == (acts, before)


@pytest.fixture
def doubting_panel(tmp_path: Path) -> Iterator[Panel]:
    """A panel of a box whose ledger was lost."""
    box = set_up_box(tmp_path)
    box.keeper.close()
    box.folders.ledger.unlink()
    box.restart()
    yield from serve(box)


def test_an_administrator_is_asked_right_after_the_login(doubting_panel: Panel) -> None:
    panel = doubting_panel
    for name, place in [(ADAM, "/time"), (OWNER, "/time"), (POLA, "/"), (LENA, "/")]:
        answer = panel.browser().send("/login", name=name, password=PASSWORD)
        assert answer.headers["Location"] == place
    assert "Somebody has to confirm the time" in panel.log_in(POLA).get("/").text
    assert "confirm the time" not in panel.log_in(LENA).get("/").text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", ("Czas urządzenia", "Odliczony przez urządzenie", "Usuwanie czeka na zgodę")),
        ("en", ("What the device knows", "Counted by the device", "An erasure waits")),
        ("de", ("Die Zeit des Geräts", "Vom Gerät gezählt", "Eine Löschung wartet")),
    ],
)
def test_it_speaks_the_offices_language(
    panel: Panel, language: str, words: tuple[str, ...]
) -> None:
    fill_with_due(panel, 3, 2, 1)
    page = panel.log_in(ADAM).get("/time", Accept_Language=language).text
    for said in words:
        assert said in page


def test_the_first_run_shows_the_time_and_has_it_confirmed(fresh_panel: Panel) -> None:
    browser, box = fresh_panel.browser(), fresh_panel.box
    page = browser.get("/first-run", Accept_Language="en").text
    assert "The device's clock says" in page
    form = {
        "code": box.code(), "name": OWNER, "password": PASSWORD, "repeated": PASSWORD,
        "plain": "yes", "at": field(page, "at"), "uptime": field(page, "uptime"),
    }  # fmt: skip
    box.clock.advance(30)
    box.clock.jump(YEARS)
    assert browser.send("/first-run", **form, time_sure="yes").status_code == 200
    assert box.keeper.box is not None
    assert box.keeper.box.records.time.now() == pytest.approx(1_790_000_030)
    assert "clock_confirmed" in box.acts()


def test_a_first_run_without_a_yes_to_the_time_leaves_it_open(fresh_panel: Panel) -> None:
    browser, box = fresh_panel.browser(), fresh_panel.box
    form = {
        "code": box.code(),
        "name": OWNER,
        "password": PASSWORD,
        "repeated": PASSWORD,
        "plain": "yes",
    }
    assert browser.send("/first-run", **form, at="1790000000", uptime="0").status_code == 200
    assert box.keeper.box is not None
    assert box.keeper.box.records.ledger.belief() is None
    assert "clock_confirmed" not in box.acts()

"""Show silences: set, entered anew, ended by two people; who is asked, and where."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from appliance.clock import DAY, HOUR
from appliance.link.requests.calls import ExportCall
from tests import vaults
from tests.boxes import PASSWORD
from tests.keeper.desks import mail_of
from tests.keeper.mail.mailed import Mailed, change
from tests.samples import PAPER
from tests.web.conftest import Browser, Panel
from tests.web.lists.test_several import copies
from web import access

POLA, ADAM = "Pola Officer", "Adam Admin"
POLICE = {"recipient": "authority", "words": "KMP <b>Warszawa", **PAPER}


def day(panel: Panel, days: int) -> str:
    at = panel.box.clock.now() + days * DAY
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def silenced(panel: Panel, browser: Browser, days: int = 100) -> str:
    """Hand a call over to the police in silence; return the recording."""
    rid = panel.record()
    until = {"silent_until": day(panel, days)}
    answer = browser.send(f"/calls/{rid}/hand-over", **POLICE, **until)
    assert answer.data
    return rid


def the_case(panel: Panel) -> str:
    assert panel.box.keeper.box is not None
    (case,) = panel.box.keeper.box.records.ledger.silences()
    return case


def test_an_officer_sees_it_everywhere_and_others_nowhere(panel: Panel) -> None:
    browser = panel.log_in(POLA)
    rid = silenced(panel, browser)
    for path in (f"/calls/{rid}", "/silences"):
        page = browser.get(path).text
        assert "KMP &lt;b&gt;Warszawa" in page
        assert PAPER["file_number"] in page
    assert "Silences" in browser.get("/calls").text
    admin = panel.log_in(ADAM).get("/silences").text
    assert rid[:8] in admin
    assert "Warszawa" not in admin
    assert "Enter a new paper" not in admin
    lena = panel.log_in("Lena Listener")
    assert lena.get("/silences").status_code == 403
    assert "/silences" not in lena.get("/calls").text + lena.get(f"/calls/{rid}").text
    for name in ("Lena Listener", "Otto Operator"):
        assert "Open Silences" not in panel.log_in(name).get("/").text


def test_two_people_end_it_each_by_their_password(panel: Panel) -> None:
    browser, admin = panel.log_in(POLA), panel.log_in(ADAM)
    rid = silenced(panel, browser)
    case = the_case(panel)
    for path in ("/silences/end", "/silences/confirm"):
        for password in ("", "not the password at all"):
            assert browser.send(path, case=case, password=password).status_code == 400
    mine = {"case": case, "password": PASSWORD}
    assert browser.send("/silences/confirm", **mine).status_code == 409
    assert admin.send("/silences/end", **mine).status_code == 403
    asked = browser.send("/silences/end", **mine).headers["Location"]
    assert "The silence goes on until it is confirmed." in browser.get(asked).text
    assert "after 24 counted hours" in browser.get("/silences").text
    own = browser.send("/silences/confirm", **mine)
    assert (own.status_code, "Another person has to confirm" in own.text) == (409, True)
    lena = panel.log_in("Lena Listener")
    assert "for a court or an authority" not in lena.get(f"/calls/{rid}").text
    ended = admin.send("/silences/confirm", **mine).headers["Location"]
    assert "The silence is ended." in admin.get(ended).text
    assert "No copy is silent." in admin.get("/silences").text
    assert "for a court or an authority" in lena.get(f"/calls/{rid}").text
    gone = browser.send("/silences/cancel", case=case)
    assert (gone.status_code, "no such silence any more" in gone.text) == (409, True)


def test_what_is_wrong_with_a_new_paper_is_said_beside_it(panel: Panel) -> None:
    browser = panel.log_in(POLA)
    silenced(panel, browser)
    case = the_case(panel)
    for form, status, sentence in (
        (PAPER | {"silent_until": ""}, 400, "is not a day"),
        (PAPER | {"silent_until": "2000-01-01"}, 400, "Choose a day to come"),
        (PAPER | {"silent_until": "2066-01-01"}, 400, "at most twelve months"),
        ({"silent_until": day(panel, 9)}, 400, "who signed the paper"),
        (PAPER | {"signed_by": "x" * 201}, 400, "Use at most 200 characters."),
    ):
        answer = browser.send("/silences", case=case, **form)
        assert (answer.status_code, sentence in answer.text) == (status, True), form
    for strange in ("0" * 16, "../../etc", "x" * 5000, ""):
        until = {"silent_until": day(panel, 9)}
        answer = browser.send("/silences", case=strange, **PAPER, **until)
        assert (answer.status_code, "no such copy" in answer.text) == (400, True)
    taken = browser.send("/silences", case=case, **PAPER, silent_until=day(panel, 9))
    assert taken.headers["Location"] == "/silences?done=set"
    assert "soon" in browser.get("/silences").text


@pytest.mark.parametrize("same", ["yes", ""])
def test_one_set_later_asks_whether_the_hold_belongs_to_it(panel: Panel, same: str) -> None:
    browser, lena = panel.log_in(POLA), panel.log_in("Lena Listener")
    rid = panel.record()
    assert browser.send(f"/calls/{rid}/hand-over", **POLICE).data
    assert "belongs to the same matter" not in browser.get(f"/calls/{rid}").text
    hold = {"ground": "claims", "reason": "A claim", "review": day(panel, 60)}
    browser.send(f"/calls/{rid}/hold", **hold)
    assert 'name="hold_silent" value="yes" checked' in browser.get(f"/calls/{rid}").text
    assert panel.box.keeper.box is not None
    case = panel.box.keeper.box.records.ledger.copies()[0].case
    form = PAPER | {"case": case, "silent_until": day(panel, 30), "hold_silent": same}
    assert browser.send("/silences", **form).status_code == 303
    assert ("kept past its erasure date" in lena.get(f"/calls/{rid}").text) is not bool(same)


@pytest.mark.parametrize(
    ("sheet", "who", "named"),
    [
        ("proof", POLA, True),
        ("proof?for=caller", "Lena Listener", True),
        ("proof?for=office", POLA, False),
        ("", "Lena Listener", False),
    ],
)
def test_one_set_after_a_callers_sheet_says_so_with_its_day(
    panel: Panel, sheet: str, who: str, named: bool
) -> None:
    browser, reader = panel.log_in(POLA), panel.log_in(who)
    rid = panel.record()
    assert reader.get(f"/calls/{rid}/proof").status_code == 200  # nothing has left by then
    panel.box.clock.advance(60)
    assert browser.send(f"/calls/{rid}/hand-over", **POLICE).data
    panel.box.clock.advance(60)
    shown = panel.box.clock.now()
    assert reader.get(f"/calls/{rid}/{sheet}".rstrip("/")).status_code == 200
    panel.box.clock.advance(60)
    assert panel.box.keeper.box is not None
    case = panel.box.keeper.box.records.ledger.copies()[0].case
    browser.send("/silences", case=case, **PAPER, silent_until=day(panel, 30))
    silences = panel.box.keeper.box.records.recordings.silences
    (one,) = silences.all("", with_words=False)
    assert one.named_on == (shown if named else None)


def test_one_set_after_a_callers_copy_says_so_at_once_and_on_the_call(panel: Panel) -> None:
    browser = panel.log_in(POLA)
    rid = panel.record()
    assert browser.send(f"/calls/{rid}/hand-over", **POLICE).data
    assert browser.send(f"/calls/{rid}/hand-over", recipient="caller").data
    page = browser.get(f"/calls/{rid}").text
    assert "Silence the copy for: KMP &lt;b&gt;Warszawa" in page
    assert panel.box.keeper.box is not None
    case = panel.box.keeper.box.records.ledger.copies()[0].case
    until = {"silent_until": day(panel, 30)}
    answer = browser.send("/silences", case=case, **PAPER, **until)
    assert "named it before" in browser.get(answer.headers["Location"]).text
    for path in ("/silences", f"/calls/{rid}"):
        assert "already names this authority’s copy" in browser.get(path).text
    assert "Silence the copy for" not in browser.get(f"/calls/{rid}").text


@pytest.mark.parametrize(
    ("days", "home", "id"),
    [
        (16, "", ""),
        (14, "reaches its day within 14 days: ask the authority", "silence.soon"),
        (-1, "has passed. It goes on until you decide", "silence.over"),
    ],
)
def test_home_device_check_and_mail_ask(panel: Panel, days: int, home: str, id: str) -> None:
    silenced(panel, panel.log_in(POLA), 20)
    panel.box.clock.advance((20 - days) * DAY)
    for name in (POLA, ADAM):
        assert ("Open Silences" in panel.log_in(name).get("/").text) is bool(home)
        assert home in panel.log_in(name).get("/").text
    check = panel.log_in(ADAM).get("/doctor").text
    assert ("Copies for authorities whose silence" in check) is bool(id)
    change(panel.box)
    mail = Mailed(panel.box)
    mail.deliver()  # of the trial
    for _ in range(2):
        panel.box.clock.advance(HOUR)
        mail_of(panel.box.keeper).look()
    letter = mail.take()
    text = letter.text if letter is not None else ""
    assert "KMP" not in text
    assert ("trzeba zdecydować o zakazie ujawniania" in text) is bool(id)
    assert id in text


def test_one_of_which_nothing_left_is_listed_says_so_and_is_ended(panel: Panel) -> None:
    browser, admin = panel.log_in(POLA), panel.log_in(ADAM)
    rid = panel.record()
    path = panel.box.folders.recordings / rid
    path.chmod(0o600)
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    answer = browser.send(f"/calls/{rid}/hand-over", **POLICE, silent_until=day(panel, 100))
    assert (answer.status_code, "was changed" in answer.text) == (409, True)
    path.write_bytes(raw)
    for looks, place in ((browser, f"/calls/{rid}"), (browser, "/silences"), (admin, "/silences")):
        assert "Nothing of this copy has left the device." in looks.get(place).text
    assert 'id="copies"' not in browser.get(f"/calls/{rid}").text
    password = {"case": the_case(panel), "password": PASSWORD}
    browser.send("/silences/end", **password)
    assert (
        "The silence is ended."
        in admin.get(admin.send("/silences/confirm", **password).headers["Location"]).text
    )
    page = browser.get(f"/calls/{rid}").text
    assert "Silence the copy for" not in page


def test_several_calls_have_one_silence_which_one_order_ends(panel: Panel) -> None:
    browser, admin = panel.log_in(POLA), panel.log_in(ADAM)
    gone, *rids = [panel.record() for _ in range(4)]
    assert panel.box.keeper.box is not None
    vaults.change(panel.box.keeper.box.keyring, gone, restricted=True)
    until = {"silent_until": day(panel, 10)}
    assert copies(browser, gone, *rids, **POLICE, **until).data
    case = the_case(panel)
    for looks in (browser, admin):
        page = looks.get("/silences").text
        assert "Copies of 3 calls" in page
        assert [page.count(rid[:8]) > 0 for rid in (gone, *rids)] == [False, True, True, True]
        assert "The silence of 1 copy for an authority reaches its day" in looks.get("/").text
    for rid in rids:
        page = browser.get(f"/calls/{rid}").text
        assert PAPER["file_number"] in page
        assert page.count(f"/silences#silence-{case}") == 1
    assert "nothing of it has left" not in page
    password = {"case": case, "password": PASSWORD}
    assert browser.send("/silences/end", **password).status_code == 303
    assert admin.send("/silences/confirm", **password).status_code == 303
    assert "No copy is silent." in browser.get("/silences").text
    lena = panel.log_in("Lena Listener")
    told = [rid for rid in rids if 'id="copies"' in lena.get(f"/calls/{rid}").text]
    assert told == rids


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_call_that_was_changed_is_left_out_of_the_act_and_its_silence(
    panel: Panel, place: int
) -> None:
    browser = panel.log_in(POLA)
    rids = [panel.record(seconds=40) for _ in range(3)]
    bad, good = rids[place], rids[:place] + rids[place + 1 :]
    path = panel.box.folders.recordings / bad
    path.chmod(0o600)
    raw = path.read_bytes()
    path.write_bytes(raw[:245_760] + bytes([raw[245_760] ^ 1]) + raw[245_761:])
    answer = copies(browser, *rids, **POLICE, silent_until=day(panel, 100))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert file.testzip() is None
        said = file.read("contents.txt").decode()
        sounds = [name for name in file.namelist() if name.endswith(".wav")]
    assert f"-  {bad[:8]}: This file was changed since it was encrypted." in said
    assert [rid[:8] in name for rid, name in zip(good, sounds, strict=True)] == [True, True]
    page = browser.get("/silences").text
    assert page.count('<article class="card"') == 1
    assert "Copies of 2 calls" in page
    assert [f"{rid[:8]}</code></a>" in page for rid in (*good, bad)] == [True, True, False]
    assert "left the device" not in page
    assert 'id="copies"' not in browser.get(f"/calls/{bad}").text


def test_a_silence_set_later_says_that_it_covers_all_calls_and_their_holds(panel: Panel) -> None:
    browser, lena = panel.log_in(POLA), panel.log_in("Lena Listener")
    rids = [panel.record(), panel.record()]
    assert copies(browser, *rids, **POLICE).data
    hold = {"ground": "claims", "reason": "A claim", "review": day(panel, 60)}
    browser.send(f"/calls/{rids[1]}/hold", **hold)
    page = browser.get(f"/calls/{rids[0]}").text
    assert "The silence covers all calls of this copy (2)." in page
    assert "Holds of these calls belong to the same matter" in page
    form = PAPER | {"silent_until": day(panel, 30), "hold_silent": "yes"}
    assert panel.box.keeper.box is not None
    (copy,) = panel.box.keeper.box.records.ledger.copies()
    assert browser.send("/silences", case=copy.case, **form).status_code == 303
    assert "Copies of 2 calls" in browser.get("/silences").text
    assert "kept past its erasure date" not in lena.get(f"/calls/{rids[1]}").text


def test_a_file_of_several_breaks_off_when_its_act_takes_no_call_any_more(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = panel.log_in(POLA)
    rids = [panel.record(), panel.record()]
    assert panel.box.keeper.box is not None
    silences = panel.box.keeper.box.records.recordings.silences
    ask = access.download

    def ended_between(asked: ExportCall) -> object:
        if asked.joins:
            silences.ask_end([asked.joins], "0badc0de")
        return ask(asked)

    monkeypatch.setattr(access, "download", ended_between)
    with pytest.raises(access.Halted):
        _ = copies(browser, *rids, **POLICE, silent_until=day(panel, 30)).data
    assert "Copy of call" in browser.get("/silences").text
    assert panel.box.acts().count("exported") == 1


@pytest.mark.parametrize("earlier", [None, "caller", "authority"])
@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (-1, "Choose a day to come"),
        (0, "Choose a day to come"),
        (40 * 365, "at most twelve months"),
    ],
)
def test_no_copy_leaves_with_a_day_that_is_none_one_call_or_several(
    panel: Panel, days: int, sentence: str, earlier: str | None
) -> None:
    browser = panel.log_in(POLA)
    rids = [panel.record(), panel.record()]
    if earlier:
        words = POLICE if earlier == "authority" else {}
        assert browser.send(f"/calls/{rids[0]}/hand-over", **words | {"recipient": earlier}).data
    assert panel.box.keeper.box is not None
    box = panel.box.keeper.box
    records = box.records
    before = records.ledger.copies()
    asked = POLICE | {"silent_until": day(panel, days)}
    for answer in (
        browser.send(f"/calls/{rids[0]}/hand-over", **asked),
        copies(browser, *rids, **asked),
    ):
        assert (answer.status_code, sentence in answer.text) == (400, True)
    assert records.ledger.copies() == before
    assert records.ledger.silences() == {}
    entries = [entry for rid in rids for entry in box.audit.of_recording(rid)]
    assert "silenced" not in {entry.type for entry in entries}
    assert [entry.type for entry in entries].count("exported") == bool(earlier)


def test_a_hold_of_two_silences_says_that_it_stays_silent(panel: Panel) -> None:
    browser = panel.log_in(POLA)
    rid = silenced(panel, browser)
    (first,) = cases = [the_case(panel)]
    stays = "The hold stays silent until both have ended."
    hold = {"ground": "legal_duty", "reason": "KMP", "review": day(panel, 60)}
    browser.send(f"/calls/{rid}/hold", **hold)
    until = {"silent_until": day(panel, 90), "hold_silent": "yes"}
    assert stays not in browser.get("/silences").text
    assert browser.send(f"/calls/{rid}/hand-over", **POLICE, **until).data
    assert browser.get("/silences").text.count(stays) == 2
    assert browser.get(f"/calls/{rid}").text.count(stays) == 2
    again = browser.get(f"/calls/{rid}/hold").text
    assert "matters of the 2 silent copies" in again
    assert "takes the place of its ground" in again
    assert panel.box.keeper.box is not None
    silences = panel.box.keeper.box.records.recordings.silences
    ewa, pola, *_ = panel.box.keeper.box.keyring.content.operators
    silences.ask_end(cases, pola)
    silences.confirm_end(cases, ewa)
    assert first not in browser.get("/silences").text
    assert stays not in browser.get("/silences").text
    lena = panel.log_in("Lena Listener").get(f"/calls/{rid}").text
    assert "for a court or an authority" in lena
    assert "legal ground" not in lena

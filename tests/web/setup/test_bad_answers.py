"""Whatever a program posts to the wizard, a page answers in its language, and no fault."""

import random
import re

import pytest
from werkzeug.datastructures import MultiDict

from appliance.language import translated
from tests.deep import deep
from tests.web.conftest import Browser, Panel
from tests.web.setup.answering import LINE, OFFICE, config, filled, kept, send, sent_by
from tests.web.setup.test_plugged import SEEN

IN_ONE_GO = 50
STEPS = ("office", "line", "purposes", "notice", "test")
HOSTILE = (
    *("9" * 4301, f"-{'9' * 4301}", "[" * 1000 + "]" * 1000, "x" * 70_000, "\x00", "a\u202eb"),
    *("\ufeff", "one\r\ntwo", "\ud7ff", "٣", "１", "../../etc/passwd", "%(value)s", "{{ 7 * 7 }}"),
    *("<script>alert(1)</script>", "", " ", "found ", "kept", "exchange", "isdn", "modem"),
    *("monitor+sound", "modem+sound", "consent", "legal_obligation", "public_task", "training"),
    *("faults", "own", "staff", "alone", "9999-12-31", "-0001-01-01", "true", "0", "netcallerid"),
)
MORE = (
    *("use", "device", "shown-device", "basis-own", "health-own", "special-own"),
    *("law_says-own-pl", "choices", "id", "kind"),
)
FAILED = "The device could not do this."


@pytest.fixture(name="box")
def _box(office: Panel) -> Panel:
    filled(office, office.log_in())
    office.recorder.devices = SEEN
    return office


def drawn(pick: random.Random, form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return a form with some answers taken out, put in, repeated, or made hostile."""
    made = form.copy()
    for _ in range(pick.randint(1, 6)):
        name = pick.choice([*made, *MORE, f"k{pick.randint(0, 9)}", "\x00", "line.0.name"])
        match pick.randint(0, 3):
            case 0:
                made.poplist(name)
            case 1:
                made.add(name, pick.choice(HOSTILE))
            case _:
                made[name] = pick.choice(HOSTILE)
    return made


def post(browser: Browser, step: str, form: MultiDict[str, str], language: str) -> tuple[int, str]:
    form["csrf_token"] = browser.token()
    form.setdefault("base", "0")  # of others: what is right is not saved
    answer = browser.post(f"/setup/{step}", data=form, headers={"Accept-Language": language})
    return answer.status_code, answer.text


@pytest.mark.parametrize("part", [*range(4), *(deep(part) for part in range(4, 40))])
def test_no_answers_make_a_fault(box: Panel, part: int) -> None:
    pick, browser, before = random.Random(part), box.log_in(), config(box)
    forms = {step: sent_by(browser.get(f"/setup/{step}").text) for step in STEPS}
    for number in range(IN_ONE_GO):
        step = STEPS[number % len(STEPS)]
        form = drawn(pick, forms[step])
        form["do"] = pick.choice(("save", "preview", "look", "edit", "remove", ""))
        language = pick.choice(("pl", "de"))
        status, page = post(browser, step, form, language)
        assert status in {200, 303, 400, 409, 413}, (step, status, form)
        assert "Traceback" not in page
        assert "<script>alert" not in page
        assert "49" not in re.findall(r'value="(\d+)"', page), "nothing is evaluated"
        if status == 400:
            wrong = translated("Nothing was saved. Please correct:", language)
            assert wrong in page or "-mistake" in page, (step, form)
            assert "Nothing was saved" not in page
    assert config(box) == before


@pytest.mark.parametrize("many", [1500, 70_000])
@pytest.mark.parametrize("step", STEPS)
def test_a_form_of_many_fields_is_refused_or_passed_over(box: Panel, step: str, many: int) -> None:
    browser = box.log_in()
    form = sent_by(browser.get(f"/setup/{step}").text)
    form.update({f"k{number}": "1" for number in range(many)})
    status, page = post(browser, step, form, "pl")
    assert status in {200, 303, 400, 409, 413}
    assert "Traceback" not in page


SCRIPTS = (
    *("Αθήνα", "Київ", "Москва", "Ծաղիկ", "שלום", "مرحبا", "سلام", "ܫܠܡܐ", "ދިވެހި", "नमस्ते"),
    *("বাংলা", "ਪੰਜਾਬੀ", "ગુજરાતી", "ଓଡ଼ିଆ", "தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "සිංහල", "ไทย"),
    *("ລາວ", "བོད་", "မြန်မာ", "ქართული", "한국", "አማርኛ", "ᏣᎳᎩ", "ខ្មែរ", "ᠮᠣᠩᠭᠣᠯ", "ひらがな"),
    *("カタカナ", "漢字", "ꦗꦮ", "ᜊᜌ᜔ᜊᜌᜒᜈ᜔", "ⴰⵎⴰⵣⵉⵖ", "ߒߞߏ", "ꕙꔤ", "ᱥᱟᱱᱛᱟᱲᱤ", "𞤀𞤣𞤤𞤢𞤥", "𐌲𐌿𐍄"),
)
ODD_NAMES = (*SCRIPTS, "x" * 200, "   ", "\u202eabc", '"><b>&', "' OR 1=1", "%s {0}", "a\u0000b")


def test_any_name_is_kept_or_told_beside_its_question(office: Panel) -> None:
    browser = office.log_in()
    for name in ODD_NAMES:
        for question in ("name", "controller_says-pl"):
            answer = send(office, browser, "office", **{**OFFICE, question: name})
            assert answer.status_code in {200, 400}, name
            assert "<b>&" not in answer.text
            if answer.status_code == 400:
                beside = question if name.strip() else question.removesuffix("-pl")
                assert f'id="{beside}-mistake"' in answer.text, name
            if name in SCRIPTS and question != "name":
                assert f"“Polish” cannot say “{name[0]}" in answer.text
    assert kept(office, browser, "office", **OFFICE).status_code == 303
    for name in ODD_NAMES:
        answer = send(office, browser, "line", **{**LINE, "name": name})
        assert answer.status_code == 303 or 'id="name-mistake"' in answer.text, name

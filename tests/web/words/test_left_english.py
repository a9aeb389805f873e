"""No English is left on a Polish or German page: no template, no code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.nodes import TemplateData

from appliance.config.mistakes import MISTAKES
from appliance.language import translated
from appliance.model import papers
from appliance.model.sentences.evidence import EVIDENCE
from appliance.model.sentences.faults import FAULTS
from appliance.model.sentences.findings import SENTENCES
from appliance.model.sentences.refusals import REFUSALS
from tests.web.conftest import Panel
from tests.web.words import rules
from tests.web.words.catalogues import LANGUAGES
from tests.web.words.test_terms import PAGES

TEMPLATES = Path(__file__).parents[3] / "web" / "templates"

NOT_READ = r"""(?sx)
    <(script|style|code|pre|blockquote|q|svg)\b.*?</\1>  # a machine's, or said to callers
    | <(\w+)[^>]*\slang="en"[^>]*>.*?</\2>  # what a device said, and is marked as that
    | <option[^>]*\slang=[^>]*>.*?</option>  # a language's own name
    | <!--.*?-->
"""
CLASS = re.compile(r"\{% block kind %\}.*?\{% endblock %\}")
"""The page's class, which nobody reads."""
READ_IN_TAGS = re.compile(r'\s(?:title|alt|placeholder|aria-label)="([^"{}]*)"')

ATTRIBUTE = re.compile(r'[\w-]+="[^"<>]*"|\b(?:aria-invalid|autofocus|on-basis)\b')
"""What a macro writes into another's tag."""

NAMES = re.compile(
    r"\b(?:Zgoda|SHA|RODO|GDPR|Art|ID|IP|TLS|USB|SFTP|SMTP|ISDN|QR|PIN|TOTP|zgoda|kHz|Hz|dBm0|STARTTLS|MB|kB|dB"
    r"|ms|min|MAC|DNS|PEM|WAV|FLAC|UTF|Mozilla|Firefox|Chrome|nbsp|middot|times|amp|quot|ndash"
    r"|Polski|Deutsch|English)\b"
)
WORD = re.compile(r"[^\W\d_]{3,}")


def literal(template: str) -> Iterator[str]:
    """Yield what a template itself writes for people, whatever it is drawn with."""
    source = Environment(autoescape=True).parse(CLASS.sub("", template))
    page = "\x00".join(data.data for data in source.find_all(TemplateData))
    page = re.sub(NOT_READ, " ", page)
    yield from READ_IN_TAGS.findall(page)
    yield from re.sub(r"<[^>]*>", "\n", ATTRIBUTE.sub(" ", page)).split("\n")


def words(template: str) -> list[str]:
    """Return the words of a template that no catalogue translates."""
    return [word for text in literal(template) for word in WORD.findall(NAMES.sub(" ", text))]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_a_template_writes_no_words_of_its_own(path: Path) -> None:
    assert words(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Nothing here.</p>",
        "{% if x %}{{ _('a') }}{% else %}<b>Nothing</b>{% endif %}",
        '<input placeholder="Nothing">',
    ],
)
def test_words_of_a_template_are_found(template: str) -> None:
    assert words(template)[0] == "Nothing"


def marked_inside(source: str) -> list[str]:
    """Return what is marked inside an f-string, where no extraction finds it."""
    strings = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.JoinedStr)]
    calls = [one for string in strings for one in ast.walk(string) if isinstance(one, ast.Call)]
    return [ast.unparse(one) for one in calls if getattr(one.func, "id", "") == "N_"]


@pytest.mark.parametrize("folder", ["appliance", "web"])
def test_nothing_is_marked_where_no_extraction_finds_it(folder: str) -> None:
    for path in (TEMPLATES.parents[1] / folder).rglob("*.py"):
        assert marked_inside(path.read_text("utf-8")) == [], path


def test_what_is_marked_inside_an_f_string_is_found() -> None:
    assert marked_inside("""x = f"{y}: {here(N_('Lost'))}" """) == ["N_('Lost')"]


def sentences() -> Iterator[tuple[str, str]]:
    """Yield every code with each of its English texts."""
    yield from MISTAKES.items()
    yield from EVIDENCE.items()
    yield from ((code, one.english) for code, one in SENTENCES.items())
    for code, fault in FAULTS.items():
        yield code, fault if isinstance(fault, str) else fault.english
    for code, refusal in REFUSALS.items():
        yield code, refusal.heading
        yield code, refusal.sentence
    for name, value in vars(papers).items():
        if name.isupper() and isinstance(value, dict):
            yield from ((f"{name}.{code}", text) for code, text in value.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence_of_the_language(language: str) -> None:
    said = list(sentences())
    assert len(said) > 500
    english = [code for code, text in said if text and translated(text, language) == text]
    assert [code for code in english if code not in UNTRANSLATED] == []


UNTRANSLATED = frozenset({"versions.told"})
"""Names alone."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_and_no_decimal_point_reaches_a_browser(panel: Panel, language: str) -> None:
    rid = panel.record()
    browser = panel.log_in()
    calls = (f"/calls/{rid}", f"/calls/{rid}/proof", f"/calls/{rid}/erase")
    for path in (*PAGES, *calls):
        answer = browser.get(path, Accept_Language=language)
        assert answer.status_code == 200, path
        page = re.sub(r"/dev/shm/\S*|/tmp/\S*", " ", re.sub(NOT_READ, " ", answer.text))
        texts = [*READ_IN_TAGS.findall(page), *re.sub(r"<[^>]*>", "\n", page).split("\n")]
        assert [text for text in texts if rules.english(text, language)] == [], path
        assert [text for text in texts if rules.DECIMAL_POINT.search(text)] == [], path

"""Text is shown as text: only what the panel has rendered and escaped is markup."""

import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
WRITES_MARKUP = re.compile(
    r"[\w.]+\.(?:innerHTML|outerHTML)\s*=.*|.*(?:insertAdjacentHTML|createContextualFragment"
    r"|document\.write|srcdoc|setHTMLUnsafe).*"
)
AS_IT_IS = re.compile(r"\{\{ ([^}]*\|\s*safe\b[^}]*) \}\}|autoescape (false)")


def found(folder: str, kind: str, form: re.Pattern[str]) -> set[tuple[str, str]]:
    return {
        (path.name, next(filter(None, [*match.groups(), match[0]])).strip())
        for path in (WEB / folder).rglob(f"*.{kind}")
        for match in form.finditer(path.read_text("utf-8"))
    }


def test_scripts_write_markup_in_three_places_and_all_are_pieces_of_the_panels() -> None:
    assert found("static", "js", WRITES_MARKUP) == {
        ("watch.js", "place.innerHTML = html;"),
        ("live.js", "place.innerHTML = each.innerHTML;"),
        ("live.js", "amiss.innerHTML = amiss.dataset.shown = text;"),
    }


def test_one_page_takes_its_own_rendered_pieces_as_they_are() -> None:
    pieces = found("templates", "html", AS_IT_IS)

    assert {name for name, _ in pieces} == {"line.html"}
    assert all(re.fullmatch(r"parts\.[a-z]+\|safe", piece) for _, piece in pieces)

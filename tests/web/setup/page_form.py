"""Read what a browser would send of a page's form if nobody touched it."""

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict

PAGES_OWN = frozenset({"csrf_token", "base", "do", "confirmed"})


class _Form(HTMLParser):
    """The answers of the form that a page asks its questions in."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[tuple[str, str]] = []
        self._inside = False
        self._select = self._textarea = ""
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._inside = said.get("class") == "card form"
        if not self._inside:
            return
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "input" and (said.get("type") not in {"checkbox", "radio"} or "checked" in said):
            self.answers.append((name, value))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((value, "selected" in said))
        elif tag == "textarea":
            self._textarea = name
            self.answers.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected]
            self.answers.append((self._select, (chosen or [self._options[0][0]])[0]))
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.answers[-1] = (self._textarea, self.answers[-1][1] + data)


def sent_by(page: str) -> MultiDict[str, str]:
    """Return the answers that a page shows."""
    form = _Form()
    form.feed(page)
    return MultiDict((name, value) for name, value in form.answers if name not in PAGES_OWN)

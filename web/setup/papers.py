"""Write the notice for the staff, in any of the panel's languages."""

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from web.setup.steps import Values, first_days, phone_lines, shared_day
from web.words import formats


def notice(values: Values, language: str) -> str:
    """Return the page of the notice, in a language that need not be the reader's."""
    lines = [line for line in phone_lines(values) if line.get("purposes")]
    named = {name for line in lines for name in line["purposes"]}
    purposes = [each for each in values.get("purpose", []) if each.get("id") in named]
    office = values.get("office", {})
    days = first_days(lines)
    shared = shared_day(days)
    with force_locale({"en": "en_GB"}.get(language, language)):
        article = render_template(
            "setup/notice_text.html",
            code=language,
            controller=office.get("controller", ""),
            contact=office.get("contact", ""),
            country=office.get("country", "PL"),
            lines=lines,
            purposes=[_label(each, language) for each in purposes],
            sensitive=[
                _label(each, language)
                for each in purposes
                if each.get("health") or each.get("special")
            ],
            days=max((int(each.get("retention_days", 90)) for each in purposes), default=90),
            more_days=office.get("backup_days", 0),
            first=formats.that_day(shared) if shared else "",
            by_line=any(day for _line, day in days) and not shared,
        )
    # A template of ours has made it, and escaped what settings say.
    return render_template("setup/paper.html", article=Markup(article))  # noqa: S704


def _label(purpose: Values, language: str) -> str:
    label = purpose.get("label", {})
    return str(label.get(language) or next(iter(label.values()), purpose.get("id", "")))

"""Say a refusal in the reader's language, on its own page or in a form."""

from collections.abc import Callable, Mapping
from typing import Protocol

from flask_babel import gettext, ngettext
from markupsafe import Markup

from appliance.errors import Refused
from appliance.language import translated
from appliance.model.sentences.refusals import quote_of, sentence_of, sentences_of, values_of
from web.language import chosen, said

TRYING = {
    *("wrong_password", "wrong_one_time_password", "wrong_code", "wrong_let_in_code"),
    *("throttled", "browser_throttled", "busy", "login_expired", "one_time_expired"),
}
"""Codes of refusals that a form answers itself."""

OF_A_PASSWORD = frozenset(
    {"password_short", "password_long", "password_repeats", "password_common", "same_password"}
)
"""Codes of refusals of a new password."""

OF_A_SHEET = frozenset(
    {"wrong_sheet", "wrong_backup_sheet", "wrong_group", "wrong_groups", "sheet_letters"}
    | {"sheet_mixed", "made_by_newer"}
)
"""Codes of refusals of a typed recovery sheet."""


def sentence(refusal: Refused) -> Markup:
    """Return the sentence of a refusal for a page; a device's words in it are marked."""
    values = values_of(refusal, gettext)
    return Markup(" ").join(said(each, values) for each in sentences_of(refusal))


def plain(refusal: Refused) -> str:
    """Return the sentence of a refusal for JSON."""
    return sentence_of(refusal, gettext)


class KeptRefusal(Protocol):
    """A refusal that the keeper keeps until a page asks why something failed."""

    @property
    def code(self) -> str:
        """Its code; empty if nothing failed."""

    @property
    def values(self) -> Mapping[str, int | str]:
        """Those of its sentence."""


def kept(why: KeptRefusal) -> Markup:
    """Return the sentence of a refusal that was kept; empty if nothing failed."""
    return sentence(_refusal(why)) if why.code else Markup()


def quote(why: KeptRefusal) -> str:
    """Return what a device or the system said of it, in its own words."""
    return quote_of(_refusal(why))


def _refusal(why: KeptRefusal) -> Refused:
    return Refused(why.code, seconds=0, **why.values)


def sayer() -> Callable[[Refused], str]:
    """Return what says refusals in this request's language, after the request has ended as well."""
    language = chosen()
    return lambda refusal: sentence_of(refusal, lambda text: translated(text, language))


def not_taken(refusal: Refused, wrong: str) -> str:
    """Return the sentence for a refused password or code.

    Args:
        refusal: one of ``TRYING``.
        wrong: what to say where it is simply wrong.
    """
    match refusal.code:
        case "throttled" if refusal.seconds:
            return str(
                ngettext(
                    "Too many attempts, by you or by somebody else. Try again in %(num)s second.",
                    "Too many attempts, by you or by somebody else. Try again in %(num)s seconds.",
                    refusal.seconds,
                )
            )
        case "throttled" | "browser_throttled":
            return str(
                gettext(
                    "Too many attempts, by you or by somebody else. Wait a little, then try again; "
                    "every wrong one makes the wait longer."
                )
            )
        case "busy":
            return str(gettext("Many people are logging in just now. Try again in a few seconds."))
        case _:
            return wrong


def mistake(
    refusal: Refused, field: str, wrong: str, status: int = 400
) -> tuple[dict[str, str], int]:
    """Return a form's mistake, by field, and its HTTP status.

    Args:
        refusal: raised again unless it is one of ``TRYING``.
        field: where the sentence stands.
        wrong: what to say where it is simply wrong.
        status: where it is simply wrong.
    """
    if refusal.code not in TRYING:
        raise refusal
    busy = refusal.code in {"throttled", "browser_throttled", "busy"}
    return {field: not_taken(refusal, wrong)}, 429 if busy else status

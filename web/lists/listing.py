"""Read what is asked of a list: a kept search, filters, an order, a page; write its links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from appliance.model.limits import LONGEST_SEARCH
from web.lists import kept

LONGEST_ID = 40

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class ListView:
    """What is asked of a list, and, once it was found, how much there is."""

    endpoint: str
    fields: Mapping[str, str]
    search: str = ""  # id of the kept search; empty: everything
    ended: bool = False  # an id was given and is over
    order: str = ""
    page: int = 1
    pages: int = 1
    total: int = 0
    reorders: bool = True  # whether the list offers orders at all
    filters: Mapping[str, str] = field(default_factory=dict)
    """What narrows it and stands in the address; empty ones narrow nothing."""

    @property
    def searching(self) -> bool:
        """Say whether anything is asked."""
        return any(self.asked_for.values())

    @property
    def asked_for(self) -> Mapping[str, str]:
        """Return the kept fields and the filters."""
        return {**self.fields, **self.filters}

    def found(self, total: int, page: int, pages: int) -> "ListView":
        """Return it with what was found."""
        return replace(self, total=total, page=page, pages=pages)

    def link(self, page: int = 1, order: str | None = None, without: str = "") -> str:
        """Return the address of a page of this list; it names no caller.

        Args:
            page: of the list.
            order: None: the present one.
            without: a filter, or ``search``, that is taken away.
        """
        order = self.order if order is None else order
        asked: dict[str, Any] = {**self.filters, "search": self.search, "order": order}
        asked.pop(without, None)
        if page > 1:
            asked["page"] = page
        return url_for(self.endpoint, **{name: value for name, value in asked.items() if value})

    def cut(
        self, rows: Sequence[Any], per_page: int = PER_PAGE
    ) -> "tuple[ListView, Sequence[Any]]":
        """Return one page of rows that are all at hand; beyond the last page, the last."""
        pages = max(1, -(-len(rows) // per_page))
        page = min(self.page, pages)
        shown = rows[(page - 1) * per_page : page * per_page]
        return self.found(len(rows), page, pages), shown


def page_number(form: MultiDict[str, str]) -> int:
    """Return the page of a list that an address or a form names, the first if it names none."""
    text = form.get("page", "1")
    return max(1, min(int(text), 1_000_000)) if text.isascii() and text.isdigit() else 1


def a_day(text: str) -> str:
    """Return a day as typed; empty if it is not valid."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def asked(
    endpoint: str,
    names: Sequence[str],
    orders: Sequence[str] = ("",),
    filters: Sequence[str] = (),
) -> ListView:
    """Read what this request asks of a list.

    Args:
        endpoint: of the list; its searches are no other list's.
        names: of the fields that a search may have.
        orders: that may be asked for, the usual one first.
        filters: that the address may name.
    """
    given = request.values  # also of a form that acts on the list and is answered with a mistake
    name = given.get("search", "")[:LONGEST_ID]
    found = kept.find(endpoint, name) if name else None
    order = given.get("order", "")
    fields = {one: (found or {}).get(one, ("",))[0] for one in names}
    return ListView(
        endpoint=endpoint,
        fields=fields,
        search=name if found is not None else "",
        ended=bool(name) and found is None,
        order=order if order in orders[1:] else "",
        page=page_number(given),
        reorders=len(orders) > 1,
        filters=_filters(given, filters),
    )


def _filters(given: MultiDict[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: given.get(name, "").strip()[:LONGEST_SEARCH] for name in names}


def begin(
    endpoint: str, fields: Mapping[str, str], order: str = "", filters: Sequence[str] = ()
) -> Response:
    """Keep a search and lead to its list under the form's filters; without fields, keep nothing."""
    asked = {name: (value.strip()[:LONGEST_SEARCH],) for name, value in fields.items()}
    search = kept.keep(endpoint, asked) if any(value[0] for value in asked.values()) else ""
    narrowed = _filters(request.form, filters)
    view = ListView(endpoint, {}, search=search, order=order, filters=narrowed)
    return redirect(view.link(), 303)

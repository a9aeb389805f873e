"""Draw forms with mistakes, from the slips of a configuration.

A form can send a slip if it sends what it shows of it: a number that is too large, and no list in a
text's place.
"""

import copy
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from appliance.config.mistakes import Place
from appliance.config.settings import LISTS
from tests.config.between import between
from tests.config.drawing import Slip, chosen, slips
from web.settings import answers
from web.settings.fields import SECTIONS, Section

Values = dict[str, Any]


@dataclass
class DrawnForm:
    """One form, and the slips that can be made in it."""

    section: Section
    item: int | None
    slips: list[Slip] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return where it is posted."""
        return f"/settings/{self.section.name}" + ("" if self.item is None else f"/{self.item}")

    def sends(self, now: Values, values: Values) -> MultiDict[str, str] | None:
        """Return the form that makes other settings of those in force; None if none does."""
        form = answers.shown(values, self.section, self.item)
        made = answers.drafted(now, self.section, self.item, form)
        return form if _typed(made) == _typed(values) else None

    def draw(
        self, pick: random.Random, now: Values
    ) -> tuple[MultiDict[str, str], list[tuple[Place, str]]]:
        """Return a form with one to five slips, and what has to be told of them."""
        while True:
            made = chosen(pick, self.slips)
            values = copy.deepcopy(now)
            for slip in made:
                slip.make(values)
            form = self.sends(now, values)
            if form is not None:
                return form, sorted(((slip.place, slip.code) for slip in made), key=repr)


def _typed(values: Any) -> Any:
    """Return values in which true is not 1."""
    return repr(values)


def settled(values: Values) -> Values:
    """Return settings as their own forms would save them: without what holds anyway."""
    for section in SECTIONS.values():
        for item in range(len(values[section.table])) if section.many else [None]:
            shown = answers.shown(values, section, item)
            values = answers.drafted(values, section, item, shown)
    return values


def forms(now: Values) -> list[DrawnForm]:
    """Return every form in which a slip can be made."""
    by_place: dict[Place, list[Slip]] = defaultdict(list)
    for slip in [*slips(now), *between(now) * 4]:
        by_place[slip.place[: 2 if slip.place[0] in LISTS else 1]].append(slip)
    found = []
    for section in SECTIONS.values():
        items = range(len(now[section.table])) if section.many else [None]
        for item in items:
            form = DrawnForm(section, item)
            head = (section.table,) if item is None else (section.table, item)
            form.slips = [slip for slip in by_place[head] if _sends(form, now, slip)]
            found.append(form)
    return [form for form in found if form.slips]


def _sends(form: DrawnForm, now: Values, slip: Slip) -> bool:
    values = copy.deepcopy(now)
    slip.make(values)
    try:
        return form.sends(now, values) is not None
    except (TypeError, AttributeError, ValueError):
        return False  # no form shows a number in a table's place

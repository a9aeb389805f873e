"""Answer the wizard in a browser as a person who reads labels and buttons only."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from appliance.config.declare import BASIS, LANGUAGES, setting
from appliance.config.settings import Line, Office, Purpose
from appliance.config.words.ready import FORMS, ready_purposes
from appliance.config.words.vocabulary import ONLY_ON, Basis
from appliance.language import translated
from tests.browser.box import found
from tests.browser.places import LAID_OUT
from tests.browser.setting_up import is_at
from tests.keeper.boxes import OWNER
from tests.web.setup.answering import LINE, REASON
from tests.web.setup.offices import (  # fmt: skip
    INTERESTS,
    LAWS,
    OWN,
    SHORT,
    DrawnOffice,
    foreign,
)

NARROW, WIDE = 390, 1366
PLACES = ("First", "Second", "Third")
CONFIRM = "To be confirmed by you, %(name)s"
SAVE = "Save and go on"


@dataclass
class Person:
    """Somebody who sets an office up in a language of their own."""

    page: Page
    office: DrawnOffice

    def said(self, english: str) -> str:
        """Return a sentence as this person reads it."""
        return translated(english, self.office.reader)

    def begin(self) -> None:
        """Follow the overview to the first step that is missing."""
        office = self.said("Office")
        self.look()
        self.page.get_by_role(
            "link", name=self.said("Go on: %(step)s") % {"step": office}, exact=True
        ).click()

    def look(self) -> None:
        """See that the page is in the reader's language, and lies well on telephone and desk."""
        assert foreign(self.page.content(), self.office.reader) == set(), self.page.url
        for width in (NARROW, WIDE):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert self.page.evaluate(LAID_OUT) == [], (self.page.url, width)

    def go_on(self, button: str) -> None:
        """Look at the page, and press a button of it."""
        self.look()
        before = self.page.evaluate("performance.timeOrigin")
        self.page.locator("main").get_by_role("button", name=self.said(button), exact=True).click()
        self.page.wait_for_function(f"performance.timeOrigin !== {before}")
        self.page.wait_for_load_state()

    def follow(self, link: str) -> None:
        """Look at the page, and follow a link of it."""
        self.look()
        self.page.locator("main").get_by_role("link", name=self.said(link), exact=True).click()

    def confirm(self) -> None:
        """Confirm all that the page asks for, if it does, and keep it."""
        asks = self.page.get_by_role("group", name=self.said(CONFIRM) % {"name": OWNER}, exact=True)
        for box in asks.get_by_role("checkbox").all():
            box.check()
        self.go_on(SAVE)

    def name_the_office(self, says: dict[str, str] | None = None) -> None:
        """Say who records, and how callers hear it."""
        is_at(self.page, "office")
        answers = self.office.office
        for key in ("name", "controller", "contact"):
            self._field(self.page, key, Office).fill(answers[key])
        order = self._group(self.page, "languages", Office)
        for at, place in enumerate(PLACES):
            chosen = answers.get(f"languages-{at}", "")
            name = self.said(LANGUAGES.words[chosen] if chosen else "none")
            order.get_by_label(self.said(place), exact=True).select_option(label=name)
        spoken = says or {
            each: answers[f"controller_says-{each}"] for each in self.office.languages
        }
        self._speak(self._group(self.page, "controller_says", Office), spoken)
        self._choose(self.page, "recipients", answers["recipients"], Office)
        self.go_on(SAVE)
        if self.page.get_by_role("group", name=self.said(CONFIRM) % {"name": OWNER}).count():
            self.confirm()

    def choose_the_line(self) -> None:
        """Name the line, and let it be a simulated one."""
        is_at(self.page, "line")
        for key in ("name", "number"):
            self._field(self.page, key, Line).fill(LINE[key])
        simulated = self.said("Nothing yet: a simulated line")
        self._radio(self._named("Devices of this line"), simulated).check()
        self.go_on(SAVE)

    def say_why(self) -> list[str]:
        """Choose the purposes; of those that no question can name in time, leave out the last.

        Returns:
            Those that are recorded for.
        """
        is_at(self.page, "purposes")
        names = [*self.office.purposes]
        for name in names:
            self._purpose(name)
        self.go_on("See what callers will hear")
        while self.page.locator("#purposes-mistake").count():
            if len(names) == 1:  # where a life is at stake a notice lasts 8 s at most
                self.page.locator(".steps").get_by_role("link", name=self.said("Office")).click()
                self.name_the_office({each: SHORT[each] for each in self.office.languages})
                self.page.locator(".steps").get_by_role("link", name=self.said("Purposes")).click()
                self._purpose(names[0])
            else:
                self._use(names.pop()).uncheck()
            self.go_on("See what callers will hear")
        expect(self.page.locator("main blockquote").first).to_be_visible()
        self.confirm()
        return names

    def have_it_spoken(self) -> None:
        """Let the device speak."""
        is_at(self.page, "words")
        self.follow("Have them spoken, or speak them yourself")
        self.go_on("Have it spoken")

    def work_alone(self) -> None:
        """Go on without other people, and without staff."""
        is_at(self.page, "words")
        expect(self.page.locator("main audio").first).to_be_visible()
        self.follow("Continue")
        is_at(self.page, "people")
        self.follow("Continue")
        is_at(self.page, "notice")
        who = self._named("Who uses this telephone?")
        self._radio(who, self.said("Nobody but me")).check()
        self.go_on(SAVE)

    def call(self) -> None:
        """Let somebody call, as the wizard's last step offers."""
        is_at(self.page, "test")
        self.go_on("Call now")
        self.look()

    def _purpose(self, name: str) -> None:
        box, basis = self._card(name), Basis(self.office.purposes[name])
        self._use(name).check()
        if box.get_by_role("radio").count() > 2:  # no and yes are there in any case
            label = self.said(setting(Purpose, "basis").label)
            bases = box.get_by_role("group", name=label, exact=True)
            self._radio(bases, self.said(BASIS.words[basis])).check()
        if basis is Basis.CONTRACT:
            self._choose(box, "contract_to", "perform", Purpose)
        if basis.can_be_objected_to:
            self._field(box, "justification", Purpose).fill(REASON)
        for form in FORMS if name == "own" else ():
            words = {each: OWN[each][self.office.own] for each in self.office.languages}
            said = {each: found.get(form, found["label"]) for each, found in words.items()}
            self._speak(self._group(box, form, Purpose), said)
        for key, words_of in (("law_says", LAWS), ("interest_says", INTERESTS)):
            if basis in ONLY_ON[key]:
                said = {each: words_of[each] for each in self.office.languages}
                self._speak(self._group(box, key, Purpose), said)
        sensitive = self.said("May callers speak of their health or of other sensitive data?")
        asked = box.get_by_role("group", name=sensitive, exact=True)
        asked.get_by_role("radio", name=self.said("No"), exact=True).check()

    def _card(self, name: str) -> Locator:
        label = self._label_of(name)
        return found(self.page.get_by_role("group", name=label, exact=True))

    def _use(self, name: str) -> Locator:
        label = self._label_of(name)
        begins = re.compile(re.escape(label[:1].upper() + label[1:]))
        return self._card(name).get_by_role("checkbox", name=begins).first

    def _label_of(self, name: str) -> str:
        ready = {each.id: each.label[self.office.reader] for each in ready_purposes()}
        return ready.get(name) or self.said("A purpose of your own")

    def _named(self, english: str) -> Locator:
        return self.page.get_by_role("group", name=self.said(english), exact=True)

    def _group(self, place: Page | Locator, key: str, section: type) -> Locator:
        label = self.said(setting(section, key).label)
        return place.get_by_role("group", name=label, exact=True)

    def _field(self, place: Page | Locator, key: str, section: type) -> Locator:
        return place.get_by_label(self.said(setting(section, key).label), exact=True)

    def _choose(self, place: Page | Locator, key: str, value: str, section: type) -> None:
        option = self.said(setting(section, key).kind.words[value])
        self._field(place, key, section).select_option(label=option)

    def _radio(self, place: Locator, begins: str) -> Locator:
        return place.get_by_role("radio", name=re.compile(f"^{re.escape(begins)}"))

    def _speak(self, place: Locator, said: dict[str, str]) -> None:
        for language, words in said.items():
            name = self.said(LANGUAGES.words[language])
            place.get_by_label(name, exact=True).fill(words)

"""Draw offices, and finish the wizard for each as its owner does: up to a first call."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from zlib import crc32

import numpy as np
from babel.messages.pofile import read_po
from werkzeug.test import TestResponse

from appliance.commands.call import place
from appliance.config.kept import in_force
from appliance.config.settings import Config
from appliance.config.words.ready import FORMS, ready_purposes
from appliance.config.words.vocabulary import ONLY_ON, Basis
from appliance.exchange.scene import Scene
from appliance.language import TRANSLATIONS, translated
from appliance.link.handlers import handlers_of
from appliance.link.requests.processes.news import TellDay
from appliance.model.audio import RATE, Sound
from appliance.prompts.voices.engine import Engine, Voice
from appliance.recorder.handlers.settings import RecorderSettingsDesk
from appliance.recorder.handlers.words import RecorderWordsDesk
from appliance.recorder.service import Recorder
from tests.keeper.desks import words_of
from tests.keeper.handlers.words.test_speaking import PATIENCE
from tests.prompts.test_render import Tones
from tests.web.conftest import Browser, Panel
from tests.web.setup.answering import REASON, asked, config, kept, saved, send

LANGUAGES = ("pl", "en", "de")
NAMES: Mapping[str, tuple[str, ...]] = {
    "pl": ("Biuro Nowak w Warszawie", "Przychodnia Źdźbło w Łodzi", "Kancelaria Żółć"),
    "en": ("Nowak Office in Warsaw", "Lime Tree Clinic", "O'Hara Law Office"),
    "de": ("das Büro Nowak in Köln", "die Praxis Süß", "die Kanzlei Bär in Görlitz"),
}
SHORT = {"pl": "Pogotowie", "en": "Rescue", "de": "die Rettung"}
OWN: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "pl": (
        {"full": "ustalenia terminu wizyty", "label": "ustalenie terminu wizyty"},
        {"full": "doręczenia przesyłki", "label": "doręczenie przesyłki"},
    ),
    "en": (
        {"full": "the booking of your visit", "label": "booking your visit"},
        {"full": "the delivery of your parcel", "label": "parcel delivery"},
    ),
    "de": (
        {"full": "zur Vereinbarung Ihres Termins", "label": "Vereinbarung Ihres Termins"},
        {"full": "zur Zustellung Ihres Pakets", "label": "Zustellung Ihres Pakets"},
    ),
}
LAWS = {
    "pl": "ustawa o samorządzie gminnym",
    "en": "the municipal government act",
    "de": "die Gemeindeordnung",
}
WRITTEN = ("", "", "Бюро Новак", "株式会社さくら", "مكتب الدليل", "ნოვაკის ბიურო")
"""Names on paper in scripts that no voice of the device reads; empty: as it is spoken."""

INTERESTS = {"pl": "dobra obsługa", "en": "good service", "de": "guter Service"}
PACES = (14.0, 15.5, 17.0)
"""Letters that a voice speaks in a second: RHVoice’s have from 13 to 17."""

QUOTING = frozenset({"blockquote", "q", "script", "style"})
"""Parts of a page that are not in its reader's language, or not to be read."""

DIFFERENT = 8
"""Letters; a shorter text may be the same in two languages."""


@dataclass(frozen=True)
class DrawnOffice:
    """An office, and how its owner answers the wizard."""

    reader: str
    languages: tuple[str, ...]
    pace: float
    name: int
    purposes: Mapping[str, str]  # id -> basis
    own: int
    sensitive: frozenset[str] = field(default_factory=frozenset)
    written: str = ""

    @property
    def office(self) -> dict[str, str]:
        """Return the answers of the first step."""
        said = {f"controller_says-{each}": NAMES[each][self.name] for each in self.languages}
        order = {f"languages-{place}": each for place, each in enumerate(self.languages)}
        named = self.written or NAMES[self.languages[0]][self.name]
        return {
            "name": named,
            "controller": f"{named}, ul. Długa 1",
            "contact": "rodo@biuro.example",
            "country": "PL",
            "recipients": "nobody",
            **order,
            **said,
        }

    @property
    def why(self) -> dict[str, str | list[str]]:
        """Return the answers of the step of purposes."""
        found: dict[str, str | list[str]] = {"use": [*self.purposes]}
        for name, basis in self.purposes.items():
            found[f"basis-{name}"] = basis
            if basis == Basis.CONTRACT:
                found[f"contract_to-{name}"] = "perform"
            if name in self.sensitive:
                found |= {f"health-{name}": "yes", f"special-{name}": ["health"]}
                if basis != Basis.CONSENT:
                    found[f"care_reason-{name}"] = REASON
            if Basis(basis).can_be_objected_to:
                found[f"justification-{name}"] = REASON
            for language in self.languages:
                found |= self._words(name, Basis(basis), language)
        return found

    def _words(self, name: str, basis: Basis, language: str) -> dict[str, str]:
        said: dict[str, str] = {}
        if name == "own":
            forms = OWN[language][self.own]
            said |= {f"{form}-own-{language}": forms.get(form, forms["label"]) for form in FORMS}
        if basis in ONLY_ON["law_says"]:
            said[f"law_says-{name}-{language}"] = LAWS[language]
        if basis in ONLY_ON["interest_says"]:
            said[f"interest_says-{name}-{language}"] = INTERESTS[language]
        return said


def drawn(pick: random.Random) -> DrawnOffice:
    """Draw an office: one to four purposes on any basis, in one to three languages."""
    ready = {each.id: [str(basis) for basis in each.bases] for each in ready_purposes()}
    offered = ready | {"own": OWN_BASES}
    names = pick.sample([*offered], pick.randint(1, 4))
    purposes = {name: pick.choice(offered[name]) for name in names}
    return DrawnOffice(
        reader=pick.choice(LANGUAGES),
        languages=tuple(pick.sample(LANGUAGES, pick.randint(1, 3))),
        pace=pick.choice(PACES),
        name=pick.randrange(3),
        purposes=purposes,
        own=pick.randrange(2),
        written=pick.choice(WRITTEN),
    )


OWN_BASES = ["consent"]


def equip(panel: Panel, engine: Engine) -> RecorderWordsDesk:
    """Let the recorder measure and speak by a voice, and say what callers would meet."""
    folders = panel.box.folders
    now = config(panel)
    desk = RecorderWordsDesk(lambda: (config(panel), None), folders, lambda config, name: engine)
    settings = RecorderSettingsDesk(
        now,
        lambda: in_force(folders, panel.box.seed),
        lambda config: (),
        prompts=folders.prompts,
        lengths=desk.lengths,
    )
    panel.recorder.desks = handlers_of(settings, desk)
    return desk


class _Hum(Tones):
    """Hums other words at another pitch: no two announcements are the same sound."""

    def speak(self, piece: str, language: str, pace: float = 1.0) -> Sound:
        long = super().speak(piece, language, pace).size
        pitch = 300 + crc32(piece.encode()) % 400
        hum = 9000 * np.sin(2 * np.pi * pitch * np.arange(long) / RATE)
        sound: Sound = np.rint(hum).astype(np.int16)
        return sound


def voice(pace: float) -> Engine:
    """Return a voice that hums as long as one would speak."""
    return _Hum(pace, Voice("RHVoice", f"Hum {pace}", "1", "none", "pl"))


class _Texts(HTMLParser):
    """The texts of a page that are in its own language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._other = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in QUOTING:
            self._other += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in QUOTING:
            self._other -= 1

    def handle_data(self, data: str) -> None:
        if not self._other:
            self.found.append(" ".join(data.split()))


@cache
def _sentences(language: str) -> frozenset[str]:
    """Return the panel's longer sentences in a language."""
    with (TRANSLATIONS / "pl" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        said = [each.id for each in read_po(file) if isinstance(each.id, str)]
    return frozenset(
        translated(each, language) for each in said if len(translated(each, language)) > DIFFERENT
    )


@cache
def _others(language: str) -> frozenset[str]:
    """Return the sentences that only readers of other languages are to see."""
    others = (_sentences(other) for other in LANGUAGES if other != language)
    return frozenset().union(*others) - _sentences(language)


def foreign(page: str, language: str) -> set[str]:
    """Return the sentences of a page that are in another language than its reader's."""
    texts = _Texts()
    texts.feed(page)
    return {*texts.found} & _others(language)


def finish(panel: Panel, browser: Browser, office: DrawnOffice) -> Config:
    """Answer every step, have the words spoken, and return the settings."""
    browser.client.set_cookie("language", office.reader)
    assert kept(panel, browser, "office", **office.office).status_code == 303
    line = {"name": "Recepcja", "number": "22 123 45 67", "device": "exchange"}
    assert kept(panel, browser, "line", **line).status_code == 303
    preview = previewed(panel, browser, office)
    answer = saved(panel, browser, preview, *asked(preview))
    assert answer.status_code == 303, answer.text
    spoken(panel, browser, office)
    assert send(panel, browser, "notice", who="alone").status_code == 303
    return config(panel)


def previewed(panel: Panel, browser: Browser, office: DrawnOffice) -> TestResponse:
    """Preview the purposes; of those that no question can name in time, leave out the last."""
    names = [*office.purposes]
    while True:
        preview = send(panel, browser, "purposes", **{**office.why, "use": names}, do="preview")
        assert foreign(preview.text, office.reader) == set()
        if preview.status_code == 200:
            for language in office.languages if "own" in names else ():
                sentence = (
                    rf'<blockquote lang="{language}"><p>[^<]+{OWN[language][office.own]["full"]}'
                )
                assert re.search(sentence, preview.text), "what is vouched for is shown"
            return preview
        assert 'id="purposes-mistake"' in preview.text, preview.text
        assert set(office.purposes.values()) != {Basis.CONSENT}, "consent alone can always be asked"
        if len(names) > 1:
            names.pop()
        else:  # where a life is at stake a notice lasts 8 s at most
            assert names == ["emergency"], office
            short = {f"controller_says-{each}": SHORT[each] for each in office.languages}
            assert kept(panel, browser, "office", **(office.office | short)).status_code == 303


def spoken(panel: Panel, browser: Browser, office: DrawnOffice) -> None:
    """Have the device speak all words, and see that it has."""
    assert browser.send("/words/speak").status_code == 303
    assert words_of(panel.box.keeper)._job.over.wait(PATIENCE)
    page = browser.get("/setup/words").text
    assert foreign(page, office.reader) == set()
    assert 'class="notice warn"' not in page, browser.get("/words").text
    assert "<audio" in page


def call(panel: Panel, office: DrawnOffice) -> str:
    """Let somebody call who agrees to all, and return how the call ended."""
    box = panel.box
    scene = Scene.ordinary(
        "+48225550123", "1" if Basis.CONSENT in office.purposes.values() else None
    )
    day = datetime.fromtimestamp(box.clock.now(), UTC).date().isoformat()

    def meet(recorder: Recorder) -> None:
        recorder.handle(TellDay(day), None, b"")

    return str(place(config(panel), box.folders, box.clock, scene, meet=meet).result()["outcome"])

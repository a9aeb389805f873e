"""Prove P11 for what callers hear: all that is said is so, and what is due is said.

The rules of ``spoken`` know the conditions under which each sentence would be untrue, and what each
prompt has to tell, and nothing of how it is composed. A sentence that no rule knows fails, too.
What keeps a line from speaking is asked of the box itself: its reader, keeper and recorder.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pytest

from appliance.call import eligibility
from appliance.config.settings import MOST_BACKUP_DAYS, Basis, Purpose
from appliance.config.words.ready import ready_purposes
from appliance.model.policy import PromptKind, Saying
from appliance.prompts.words import compose
from appliance.prompts.words.facts import Facts
from appliance.recorder.line.stated_day import StatedDay
from tests.promises.spoken import answered
from tests.promises.spoken.drawn import (
    ANSWERS,
    DAYS,
    LANGUAGES,
    REASON,
    SAID,
    Backups,
    Case,
    alone,
    as_read,
    cases,
    drawn,
    fitted,
    mixed,
    one_case,
)
from tests.promises.spoken.listening import TOO_SOON, heard_wrong, wrong
from tests.promises.spoken.world import World

PARTS, IN_PART = 10, 50
"""So many purposes are drawn: 500, beside the ready ones."""

DAY = "2026-12-01"
"""Told to the recorder once somebody has confirmed the time."""


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> Backups:
    """What an office can have answered, wherever its backups go."""
    return answered.reached(tmp_path_factory.mktemp("office") / "data")


@pytest.fixture
def days(tmp_path: Path) -> Mapping[str, StatedDay]:
    """What the recorder knows of the day: none before somebody confirmed the time, and one."""
    known = {day: StatedDay(tmp_path / f"told {day}") for day in ("", DAY)}
    known[DAY].tell(DAY)
    return known


def told(case: Case, days: Mapping[str, StatedDay]) -> None:
    """Callers of a line hear nothing wrong in any language; none hears what the reader refuses."""
    lawful = World(case.config, case.line, "pl").lawful
    for language in LANGUAGES if lawful else ():
        assert list(heard_wrong(case, language, days)) == [], (language, case)


def read(case: Case) -> None:
    """The reader takes the settings as they are, or refuses what the law does."""
    config, lawful = case.config, World(case.config, case.line, "pl").lawful
    made, mistakes = as_read(config)
    assert mistakes == (set() if lawful else {"notice_unlawful"}), case
    if made is not None:
        ours = (config.office, config.purposes, config.lines)
        assert (made.office, made.purposes, made.lines) == ours


def of_part(part: int, reached: Backups) -> Iterator[Case]:
    """Yield the lines of one part: each purpose, on each basis, under each answer."""
    pick = random.Random(part)
    for number, basis in product(range(IN_PART), Basis):
        yield from cases(pick, *alone(drawn(pick, number, basis)), reached)


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_about_a_drawn_purpose_is_untrue_or_left_out(
    part: int, reached: Backups, days: Mapping[str, StatedDay]
) -> None:
    for number, case in enumerate(of_part(part, reached)):
        told(case, days)
        if number % 13 == 0:  # four answers in turn, so that each is read
            read(case)


def test_nothing_about_a_ready_purpose_is_untrue_or_left_out(
    reached: Backups, days: Mapping[str, StatedDay]
) -> None:
    pick = random.Random(28)
    for ready, basis in product(ready_purposes(), Basis):
        purpose = Purpose(ready.id, basis, ready.full, short=ready.short, label=ready.label)
        for case in cases(pick, *alone(fitted(purpose, pick, basis)), reached):
            told(case, days)


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_about_a_mixed_line_is_untrue_or_left_out(
    part: int, reached: Backups, days: Mapping[str, StatedDay]
) -> None:
    pick = random.Random(1000 + part)
    for number in range(IN_PART):
        count = pick.randint(2, 4)
        some = [drawn(pick, number * 4 + at, Basis.CONSENT) for at in range(count)]
        if len({each.id for each in some}) < count:
            continue
        case = one_case(pick, *mixed(pick, some), pick.choice(list(ANSWERS)), reached)
        told(case, days)
        read(case)


def test_the_product_has_each_value_beside_each_of_every_other(reached: Backups) -> None:
    """Beside those that the keeper or the meaning of the words keeps apart."""
    seen: dict[tuple[str, str], set[tuple[object, object]]] = defaultdict(set)
    values: dict[str, set[object]] = defaultdict(set)
    for part in range(PARTS):
        for case in of_part(part, reached):
            there = case.dimensions
            for name, value in there.items():
                values[name].add(value)
            for one, other in combinations(there, 2):
                seen[one, other].add((there[one], there[other]))
    # answer and elsewhere; sensitive and health; days for backups and whether a person renews them
    apart = {("nobody", True), (False, True), (True, 0)}
    for (one, other), pairs in seen.items():
        lacking = {*product(values[one], values[other])} - pairs
        assert lacking <= (apart if {one, other} in APART else set()), (one, other)
    assert all(len(each) > 1 for each in values.values())


APART: Sequence[set[str]] = (
    {"answer", "elsewhere"},
    {"sensitive", "health"},
    {"by hand", "backup days"},
)


UNTRUE: Sequence[tuple[str, PromptKind, Mapping[str, object], str]] = (
    (
        "pl",
        PromptKind.NOTICE,
        {"basis": Basis.CONTRACT, "contract_to": "perform"},
        "Nagramy tę rozmowę w celu {full}, bo jest to potrzebne do zawarcia umowy z Państwem.",
    ),
    (
        "de",
        PromptKind.MORE,
        {"basis": Basis.CONTRACT, "contract_to": "perform"},
        "Ohne Aufnahme können wir den Vertrag nicht am Telefon schließen.",
    ),
    (
        "en",
        PromptKind.MORE,
        {"basis": Basis.CONTRACT, "contract_to": "conclude", "other_way_says": SAID},
        "Without the recording we cannot conclude the contract by telephone.",
    ),
    (
        "en",
        PromptKind.MORE,
        {},
        "We delete the recording after thirty days and pass it to nobody.",
    ),
    ("de", PromptKind.QUESTION, {}, "Das Gespräch dient Ihrer Sicherheit."),
)


@pytest.mark.parametrize(("language", "kind", "said", "sentence"), UNTRUE)
def test_the_rules_find_what_was_untrue(
    language: str, kind: PromptKind, said: Mapping[str, object], sentence: str
) -> None:
    """What callers heard before, and a sentence that nobody wrote a rule for."""
    purpose = drawn(random.Random(3), 3, Basis.CONSENT)
    purpose = replace(purpose, retention_days=90, **said)  # type: ignore[arg-type]
    world = World(*alone(purpose), language)
    text = sentence.format(full=purpose.full[language])

    assert text in wrong(world, Saying(kind), text)


UNDONE: Sequence[tuple[str, str, str]] = (
    ("pl", r"Inspektor ochrony danych: .+?\. ", ""),
    ("de", r"Für den Datenschutz zuständig: .+?\. ", ""),
    ("en", r"(You have the right .+? authority\.)(?! Data)", r"\1 Data protection officer: Jan."),
    ("de", r", auch zu Ihre.+?,(?= (?:zur|zum|für))", ""),
    ("en", r", including what you say about your health,", ""),
    (
        "pl",
        r"(zgodę na nagranie tej rozmowy)(?= w)",
        r"\1, także tego, co powiedzą Państwo o zdrowiu,",
    ),
    ("de", r"; Empfänger: .+?\.", " und geben sie nicht weiter."),
    ("en", r"(We delete the recording after [a-z ]+)\.", r"\1 and pass it to nobody."),
    ("pl", r"; odbiorca: .+?\.", "."),
    ("pl", r" i nikomu go nie przekazujemy", ""),
    ("pl", r"Urzędu Ochrony Danych Osobowych", "organu nadzorczego"),
    ("pl", r"organu nadzorczego", "Urzędu Ochrony Danych Osobowych"),
    ("en", r"needs? that to perform|need that to perform", "need that to conclude"),
    ("de", r"die Erfüllung des Vertrags", "der Abschluss des Vertrags"),
    ("en", r"Without the recording we cannot conclude .+?\. ", ""),
    ("pl", r"(przez telefon\. )?(?=Kontakt)", "Bez nagrania nie zawrzemy umowy przez telefon. "),
    ("en", r" and portability", ""),
    ("de", r", auf Widerspruch", ""),
    ("en", r"If you refuse, we talk just the same, .+?\. ", ""),
    ("pl", r"Bez zgody rozmawiamy tak samo.+?\. ", ""),
    ("en", r"The controller is .+?;", "The controller is Nowak Law Office in Warsaw;"),
    ("pl", r"Kontakt: .+?\. ", ""),
    ("pl", r"Pełna informacja: .+?\.", "Pełną informację dajemy na piśmie, na życzenie."),
    ("de", r"Alles Weitere: .+?\.", ""),
    ("pl", r"po trzydziestu dniach", "po siedmiu dniach"),
    ("en", r"at the latest ", ""),
    ("pl", r"najpóźniej po stu dwudziestu jeden dniach", "po dziewięćdziesięciu dniach"),
    ("de", r"spätestens nach hunderteinundzwanzig Tagen", "spätestens nach neunzig Tagen"),
    ("en", r"press two", "press one"),
    ("de", r"Mehr erfahren Sie mit der Neun\.", ""),
    ("en", r", because .+? requires it", ""),
    ("en", r"The task is set by .+?\. ", ""),
    ("de", r"Unsere Abwägung nennen wir .+?\. ", ""),
    ("de", r" Sie wird gelöscht\.", ""),
    ("en", r" Press two to stop and delete it\.", ""),
    ("de", r"Guten Tag, hier ist .+?\. ", ""),
    ("en", r"With your consent, we would like .+?\. ", ""),
    ("pl", r"Mogą Państwo wnieść sprzeciw.+?\. ", ""),
    ("pl", r"Inaczej .+? bez nagrania\. ", ""),
    ("en", r"You can also withdraw after the call.+?\. ", ""),
    ("de", r"Verantwortlich ist .+?; Rechtsgrundlage .+?\. ", ""),
    ("pl", r"Nagranie usuwamy .+?\. ", ""),
    ("en", r"You have the right .+? authority\. ", ""),
    ("pl", r"Nagrywamy tę rozmowę .+?\. ", ""),
)
"""What somebody might break in the composer: language, words, and what would stand for them."""


@pytest.mark.parametrize(("language", "words", "instead"), UNDONE)
def test_the_rules_find_what_a_composer_says_otherwise_or_leaves_out(
    language: str,
    words: str,
    instead: str,
    reached: Backups,
    days: Mapping[str, StatedDay],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said, changed = compose._words, []

    def otherwise(facts: Facts, saying: Saying) -> compose.PromptWords:
        right = said(facts, saying)
        text = re.sub(words, instead, right.text).strip()
        changed.append(text != right.text)
        return replace(right, pieces=(text,))

    monkeypatch.setattr(compose, "_words", otherwise)
    lawful = (case for case in of_part(0, reached) if World(case.config, case.line, "pl").lawful)
    assert any(list(heard_wrong(case, language, days)) for case in lawful)
    assert any(changed)


def test_the_rules_find_a_line_that_asks_before_the_time_was_confirmed(
    reached: Backups, days: Mapping[str, StatedDay], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StatedDay, "against", lambda *_: None)
    later = (replace(each, vouched=True) for each in of_part(0, reached))
    real = [each for each in later if not each.line.simulated and not each.line.records_from]
    lawful = [each for each in real if World(each.config, each.line, "en").lawful][:100]
    found = [each for case in lawful for each in heard_wrong(case, "en", days)]
    assert {day for day, _, _ in found} == {""}
    untrue = [wrong for _, saying, wrong in found if saying == Saying(PromptKind.MORE)]
    assert untrue
    assert all(each.startswith("We delete the recording") for wrong in untrue for each in wrong[:1])


def test_the_rules_find_a_german_line_without_all_who_speak(
    reached: Backups, days: Mapping[str, StatedDay], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eligibility, "lacks_speakers", lambda _: False)
    found = [
        (case.config.office.country, case.vouched, *wrong)
        for case in list(of_part(0, reached))[:200]
        for _, _, wrong in heard_wrong(case, "de", days)
        if World(case.config, case.line, "de").lawful
    ]
    assert {*found} == {("DE", False, TOO_SOON)}


@pytest.mark.parametrize("more", [{"elsewhere": True}, {"holders": 1}])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_find_who_receives_recordings_beside_nobody(
    more: Mapping[str, object], language: str
) -> None:
    config, line = alone(drawn(random.Random(1), 0, Basis.CONSENT))
    world = World(config, line, language)
    saying = Saying(PromptKind.MORE)
    text = compose.compose(config, line, language)[saying].text
    assert config.office.recipients == "nobody"
    assert wrong(world, saying, text) == []
    (found,) = wrong(replace(world, **more), saying, text)  # type: ignore[arg-type]
    assert found in text


def test_a_keeper_lets_nobody_be_said_of_no_server_but_the_offices_own(reached: Backups) -> None:
    every = {*product(ANSWERS, (False, True))}
    assert every - reached.elsewhere == {("nobody", True)}


def test_a_keeper_lets_no_backup_wait_for_a_person_before_the_office_says_how_long(
    reached: Backups,
) -> None:
    every = {*product(answered.DAYS, (False, True))}
    assert every - reached.by_hand == {(0, True)}


@pytest.mark.parametrize("days", [1, 31, MOST_BACKUP_DAYS])
@pytest.mark.parametrize("kept", DAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_find_a_recording_that_a_backup_holds_for_longer_than_is_said(
    language: str, kept: int, days: int
) -> None:
    """What is said is so of a backup that is renewed within as many days, and of no later one."""
    purpose = fitted(drawn(random.Random(1), 0, Basis.CONTRACT), random.Random(1), Basis.CONTRACT)
    config, line = alone(replace(purpose, retention_days=kept, justification=REASON))
    saying = Saying(PromptKind.MORE)
    for said in (0, days):
        told = replace(config, office=replace(config.office, backup_days=said))
        text = compose.compose(told, line, language)[saying].text
        world = World(told, line, language, by_hand=True)
        found = [each for each in wrong(world, saying, text) if not each.startswith("not told")]
        assert len(found) == (0 if said else 1), text
        assert wrong(replace(world, by_hand=False), saying, text) == [], "a bound, if none waits"
    later = replace(config, office=replace(config.office, backup_days=days + 366))
    assert wrong(World(later, line, language, by_hand=True), saying, text)

"""Name the conditions under which what a caller is told is so."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from appliance.config.settings import Basis, Purpose
from appliance.config.words.ready import said_alone
from appliance.model.policy import PromptKind, Saying
from tests.promises.spoken.world import World

Groups = Mapping[str, str]
Rule = Callable[[World, Saying, Groups], bool]
LI = Basis.LEGITIMATE_INTERESTS
Claim = tuple[str, Sequence[Rule]]
"""A sentence as a pattern, and all that has to be so."""

KEYS: dict[str, tuple[str, ...]] = {
    "pl": ("zer|zero", "jedyn", "dwójk", "trójk", "czwórk", "piątk", "szóstk", "siódemk", "ósemk",
           "dziewiątk"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "de": ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
}  # fmt: skip


def pressed(world: World, word: str) -> str:
    """The key of a name."""
    return _key(world.language, word.casefold())


@cache
def _key(language: str, word: str) -> str:
    found = [str(at) for at, name in enumerate(KEYS[language]) if re.match(rf"(?:{name})", word)]
    return found[0] if len(found) == 1 else ""


def ids(purposes: Sequence[Purpose]) -> set[str]:
    """The ids of purposes."""
    return {each.id for each in purposes}


def offered(language: str) -> Rule:
    """The key leads to this language, and is said where the dialogue begins."""

    def is_offered(world: World, saying: Saying, said: Groups) -> bool:
        key, first = _key(language, said["to"].casefold()), {PromptKind.QUESTION, PromptKind.NOTICE}
        leads = world.line.other_languages[:1] == (language,) and saying.spoken in first
        return leads and bool(key) and key == world.language_key

    return is_offered


OFFERS: Mapping[str, Claim] = {
    "pl": (r"Po polsku: proszę nacisnąć (?P<to>\w+)\.", [offered("pl")]),
    "en": (r"For English, press (?P<to>\w+)\.", [offered("en")]),
    "de": (r"Für Deutsch drücken Sie die (?P<to>\w+)\.", [offered("de")]),
}
"""What another language's sentence says, in a prompt of any."""


# -- who, and what for -----------------------------------------------------------------------------


def called(world: World, _: Saying, said: Groups) -> bool:
    """The office has this name on the telephone."""
    return said["name"] == world.config.office.controller_says[world.language]


SPECIAL: Mapping[str, Mapping[str, str]] = {
    "pl": {
        "health": "zdrowiu", "origin": "pochodzeniu", "politics": "poglądach politycznych",
        "religion": "religii lub przekonaniach", "union": "przynależności do związku zawodowego",
        "genetic": "danych genetycznych", "biometric": "danych biometrycznych",
        "sex_life": "życiu seksualnym",
    },
    "en": {
        "health": "your health", "origin": "your origin", "politics": "your political opinions",
        "religion": "your religion or beliefs", "union": "your trade union",
        "genetic": "your genetic data", "biometric": "your biometric data",
        "sex_life": "your sex life",
    },
    "de": {
        "health": "zu Ihrer Gesundheit", "origin": "zu Ihrer Herkunft",
        "politics": "zu Ihren politischen Meinungen",
        "religion": "zu Ihrer Religion oder Weltanschauung", "union": "zu Ihrer Gewerkschaft",
        "genetic": "zu Ihren genetischen Daten", "biometric": "zu Ihren biometrischen Daten",
        "sex_life": "zu Ihrem Sexualleben",
    },
}  # fmt: skip
"""Language -> kind of Art. 9 -> as it is spoken."""


def _special(world: World, said: Groups, some: Sequence[Purpose]) -> bool:
    """Say whether it tells of the sensitive data that these purposes touch, and of no other."""
    kinds = dict.fromkeys(kind for each in some for kind in each.kinds)
    words = world.listed(SPECIAL[world.language][kind] for kind in kinds) if kinds else ""
    return (said.get("also") or "") == words


@cache  # one rule for a reason, by which a sentence is known
def recorded(basis: Basis, contract_to: str | None = None) -> Rule:
    """All purposes that it names are recorded for this reason."""

    def holds(world: World, _: Saying, said: Groups) -> bool:
        some = world.named(said["what"] + (said.get("listed") or ""))
        of_basis = set(ids(some)) <= ids(world.on(basis, contract_to))
        return bool(some) and of_basis and _special(world, said, some)

    return holds


def every_other(world: World, _: Saying, said: Groups) -> bool:
    """It names all purposes that need no consent."""
    return _names(world, said, world.others)


@cache
def laws_of(basis: Basis) -> Rule:
    """The purposes on a basis name these laws."""

    def holds(world: World, _: Saying, said: Groups) -> bool:
        named = [each.law_says[world.language] for each in world.on(basis)]
        return bool(named) and said["laws"] == world.listed(dict.fromkeys(named))

    return holds


def asked(world: World, _: Saying, said: Groups) -> bool:
    """It names all that needs consent, and nothing else."""
    return bool(world.consent) and _names(world, said, world.consent)


def _names(world: World, said: Groups, purposes: Sequence[Purpose]) -> bool:
    some = world.named(said["what"] + (said.get("listed") or ""))
    same = bool(some) and ids(some) == ids(purposes)
    return same and ("also" not in said or _special(world, said, some))


def has_consent(world: World, *_: object) -> bool:
    """Something is asked for."""
    return bool(world.consent)


def withdrawable(world: World, *_: object) -> bool:
    """Consent can be taken back; without it the call goes on."""
    return bool(world.consent)


def only_consent(world: World, *_: object) -> bool:
    """Without consent nothing is recorded."""
    return bool(world.consent) and not world.others


def beside_others(world: World, *_: object) -> bool:
    """Something is recorded without consent."""
    return bool(world.others)


def only_life(world: World, *_: object) -> bool:
    """Nothing but life is at stake."""
    return world.bases == {Basis.VITAL_INTERESTS}


# -- objecting, refusing, agreeing: the keys -------------------------------------------------------


def object_to_all(world: World, *_: object) -> bool:
    """After an objection nothing is recorded."""
    return bool(world.objectionable) and ids(world.objectionable) == ids(world.purposes)


def object_to_these(world: World, _: Saying, said: Groups) -> bool:
    """It names all that one may object to, and nothing else."""
    return bool(world.objectionable) and _names(world, said, world.objectionable)


def refusing(world: World, _: Saying, said: Groups) -> bool:
    """The key refuses."""
    return bool(world.refuse_key) and pressed(world, said["key"]) == world.refuse_key


def objecting(world: World, *_: object) -> bool:
    """There is something to object to."""
    return bool(world.objectionable)


def not_objecting(world: World, *_: object) -> bool:
    """There is nothing to object to."""
    return not world.objectionable


def one_consent(world: World, *_: object) -> bool:
    """Exactly one purpose needs consent."""
    return len(world.consent) == 1


def telling_more(world: World, _: Saying, said: Groups) -> bool:
    """The key tells more, and there is more."""
    taken = {*world.line.choices, world.line.choose_key}
    key = pressed(world, said["key"])
    return bool(key) and key == world.line.more_key and key not in taken


def choosing(world: World, _: Saying, said: Groups) -> bool:
    """The key lets the caller choose one by one."""
    return bool(world.line.choose_key) and pressed(world, said["key"]) == world.line.choose_key


def agreeing(world: World, _: Saying, said: Groups) -> bool:
    """The key agrees to all."""
    agreed = world.agreed_by(pressed(world, said["key"]))
    return bool(agreed) and ids(agreed) == ids(world.consent)


def choice_or_only_consent(world: World, saying: Saying, _: Groups) -> bool:
    """One purpose is asked for, or without consent nothing is recorded."""
    return saying.spoken is PromptKind.CHOICE or not world.others


def agreeing_to_these(world: World, _: Saying, said: Groups) -> bool:
    """The key agrees to these, and to nothing else."""
    agreed = world.agreed_by(pressed(world, said["key"]))
    names = [each.short[world.language] for each in agreed]
    alone = world.listed(said_alone(each, world.language) for each in agreed)
    return bool(agreed) and said["these"] in (world.listed(names), _full(world, agreed), alone)


def _full(world: World, purposes: Sequence[Purpose]) -> str:
    return world.listed(each.full[world.language] for each in purposes)


def count_of(number: int) -> Rule:
    """So many purposes need consent."""
    return lambda world, _, said: len(world.consent) == number


def three_or_four(world: World, *_: object) -> bool:
    """Three or four purposes need consent."""
    return len(world.consent) in {3, 4}


def of_choice(world: World, saying: Saying, said: Groups) -> bool:
    """It names the one purpose that is asked for."""
    if saying.spoken is not PromptKind.CHOICE:
        return False
    (name,) = saying.purposes
    label = world.config.purpose(name).label[world.language]
    same = said["label"] == label[:1].upper() + label[1:]
    return same and name in ids(world.consent)


# -- what follows the answer -----------------------------------------------------------------------


def for_these(world: World, saying: Saying, said: Groups) -> bool:
    """It names what is in force."""
    some = world.named(said["what"] + (said.get("listed") or ""))
    return ids(some) == set(saying.purposes) != set()


def for_all(world: World, saying: Saying, said: Groups) -> bool:
    """All purposes are in force."""
    return set(saying.purposes or ids(world.purposes)) == ids(world.purposes)


def not_all(world: World, saying: Saying, said: Groups) -> bool:
    """Some purposes are not in force."""
    return set(saying.purposes) < ids(world.purposes)


def so_many(number: int) -> Rule:
    """The line has so many purposes."""
    return lambda world, _, said: len(world.purposes) == number


def spoken_as(*kinds: PromptKind) -> Rule:
    """It is said there."""
    return lambda world, saying, said: saying.spoken in kinds


def nothing_stays(world: World, saying: Saying, said: Groups) -> bool:
    """A no ends all that is recorded."""
    return not set(ids(world.others)) - ids(world.objectionable) and not saying.purposes


def erased(world: World, saying: Saying, said: Groups) -> bool:
    """What was recorded goes, since nothing is recorded any more."""
    return saying.spoken is PromptKind.WITHDRAWN and nothing_stays(world, saying, said)

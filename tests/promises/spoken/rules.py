"""Name the conditions under which what a caller is told is so."""

import re
from collections.abc import Callable, Mapping, Sequence

from appliance.config.settings import Basis, Purpose
from appliance.config.words.ready import said_alone
from appliance.model.policy import PromptKind, Saying
from appliance.prompts.words import numbers
from tests.promises.spoken.world import World

Groups = Mapping[str, str]
Rule = Callable[[World, Saying, Groups], bool]
Claim = tuple[str, Sequence[Rule]]
"""A sentence as a pattern, and all that has to be so."""

KEYS: dict[str, tuple[str, ...]] = {
    "pl": ("zer|zero", "jedyn", "dwójk", "trójk", "czwórk", "piątk", "szóstk", "siódemk", "ósemk",
           "dziewiątk"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "de": ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
}  # fmt: skip
PERIODS = {"pl": numbers.polish, "en": numbers.english, "de": numbers.german}
LONGEST = {
    language: {say(days): days for days in range(1, 3654)} for language, say in PERIODS.items()
}
"""A period in words -> the most days that these words are said of."""


def pressed(world: World, word: str) -> str:
    """The key of a name."""
    names = KEYS[world.language]
    found = [str(at) for at, name in enumerate(names) if re.match(rf"(?:{name})", word.casefold())]
    return found[0] if len(found) == 1 else ""


def ids(purposes: Sequence[Purpose]) -> set[str]:
    """The ids of purposes."""
    return {each.id for each in purposes}


# -- who, and what for -----------------------------------------------------------------------------


def called(world: World, _: Saying, said: Groups) -> bool:
    """The office has this name on the telephone."""
    return said["name"] == world.config.office.controller_says[world.language]


def controller(world: World, _: Saying, said: Groups) -> bool:
    """The office has this name in full."""
    office, language = world.config.office, world.language
    name = office.legal_name_says.get(language) or office.controller_says[language]
    return said["name"] == name


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


def told_officer(world: World, _: Saying, said: Groups) -> bool:
    """The office has this data protection officer."""
    return said["officer"] == world.config.office.officer_says.get(world.language)


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


def only_consent(world: World, *_: object) -> bool:
    """Without consent nothing is recorded."""
    return bool(world.consent) and not world.others


def beside_others(world: World, *_: object) -> bool:
    """Something is recorded without consent."""
    return bool(world.others)


def only_life(world: World, *_: object) -> bool:
    """Nothing but life is at stake."""
    return world.bases == {Basis.VITAL_INTERESTS}


def others_are_life(world: World, *_: object) -> bool:
    """It gives no reason but the purpose."""
    return bool(world.on(Basis.VITAL_INTERESTS))


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


def told_nobody(world: World, *_: object) -> bool:
    """Somebody answered that nobody else receives the recording, and it is so."""
    office = world.config.office
    return office.recipients == "nobody" and not office.recipients_say and not world.elsewhere


def told_these(world: World, _: Saying, said: Groups) -> bool:
    """These receive it."""
    return said["to"] == world.config.office.recipients_say.get(world.language)


def told_no_recipients(world: World, *_: object) -> bool:
    """Nobody has answered who receives it."""
    office = world.config.office
    return not office.recipients and not office.recipients_say


# -- the second layer ------------------------------------------------------------------------------


def kept_as_long(world: World, _: Saying, said: Groups) -> bool:
    """Nothing is kept for longer, and for exactly so long where it says so."""
    period, most = said["period"], LONGEST[world.language]
    kept = [each.retention_days for each in world.purposes]
    if said.get("latest"):
        return max(kept) <= most.get(period, 0)
    return {PERIODS[world.language](days) for days in kept} == {period} and len(set(kept)) == 1


def no_contract_without(world: World, *_: object) -> bool:
    """A contract is to be concluded, and there is no other way to."""
    others = any(world.language in each.other_way_says for each in world.purposes)
    return bool(world.on(Basis.CONTRACT, "conclude")) and not others


def weighed(world: World, *_: object) -> bool:
    """There is an interest that was weighed."""
    return all(each.justification for each in world.on(Basis.LEGITIMATE_INTERESTS)) and bool(
        world.on(Basis.LEGITIMATE_INTERESTS)
    )


def told_contact(world: World, _: Saying, said: Groups) -> bool:
    """The office is reached so."""
    return said["contact"] == world.config.office.contact_says.get(world.language)


def no_other_contact(world: World, *_: object) -> bool:
    """The office names no other way to reach it."""
    return world.language not in world.config.office.contact_says


def told_notice(world: World, _: Saying, said: Groups) -> bool:
    """The whole notice is there."""
    return said["notice"] == world.config.office.notice_says.get(world.language)


def no_notice_elsewhere(world: World, *_: object) -> bool:
    """The office names no place where the whole notice can be read."""
    return world.language not in world.config.office.notice_says


def rights(names: Mapping[str, str]) -> Rule:
    """It grants all rights that these bases give, and no other; ``names`` are their words."""

    def holds(world: World, _: Saying, said: Groups) -> bool:
        rest, granted = said["rights"], set()
        for right, words in names.items():
            if words in rest:
                rest = rest.replace(words, "", 1)
                granted.add(right)
        due = {"access", "copy", "rectification", "restriction"}
        due |= {"erasure"} if world.bases != {Basis.LEGAL_OBLIGATION} else set()
        due |= {"portability"} if world.bases & {Basis.CONSENT, Basis.CONTRACT} else set()
        objects = bool(said.get("object")) == bool(world.objectionable)
        return granted == due and objects and not _beside(rest)

    return holds


def resting_on(phrases: Mapping[str, Rule], ours: str) -> Rule:
    """Each basis that it names is one of the line, and no basis of the line is left out.

    Args:
        phrases: words for a basis -> when they are so.
        ours: what stands before the interests.
    """

    def holds(world: World, saying: Saying, said: Groups) -> bool:
        rest, found = said["bases"], set()
        interests = [each.interest_says[world.language] for each in world.on(LI)]
        laws = [each.law_says[world.language] for each in world.on(Basis.LEGAL_OBLIGATION)]
        more = {ours + world.listed(dict.fromkeys(interests)): LI} if interests else {}
        for words in dict.fromkeys(laws):
            more[words] = Basis.LEGAL_OBLIGATION
        for words in sorted({*phrases, *more}, key=len, reverse=True):
            if words in rest:
                if words in phrases and not phrases[words](world, saying, said):
                    return False
                found.add(words)
                rest = rest.replace(words, "", 1)
        due = {words for words, rule in phrases.items() if rule(world, saying, said)} | {*more}
        return not _beside(rest) and found == due and bool(said["one"]) == (len(found) == 1)

    return holds


def _beside(rest: str) -> str:
    """What a list says beside its items."""
    return re.sub(r"\b(?:i|oraz|and also|and|und|sowie)\b|[ ,]", "", rest)


LI = Basis.LEGITIMATE_INTERESTS


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


def nothing_without_an_answer(world: World, saying: Saying, said: Groups) -> bool:
    """Without a key nothing is recorded."""
    return not world.others

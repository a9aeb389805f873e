"""Name the conditions under which what the second layer tells is so."""

import re
from collections.abc import Mapping

from appliance.config.settings import MOST_BACKUP_DAYS, Basis
from appliance.model.policy import Saying
from appliance.prompts.words import numbers
from tests.promises.spoken.rules import LI, Groups, Rule
from tests.promises.spoken.world import World

PERIODS = {"pl": numbers.polish, "en": numbers.english, "de": numbers.german}
LONGEST = {
    language: {say(days): days for days in range(1, 3654 + MOST_BACKUP_DAYS)}
    for language, say in PERIODS.items()
}
"""A period in words -> the most days that these words are said of."""


def told_nobody(world: World, *_: object) -> bool:
    """Somebody answered that nobody else receives the recording, and it is so."""
    office = world.config.office
    answered = office.recipients == "nobody" and not office.recipients_say
    return answered and not world.elsewhere and not world.holders


def told_these(world: World, _: Saying, said: Groups) -> bool:
    """These receive it."""
    return said["to"] == world.config.office.recipients_say.get(world.language)


def told_no_recipients(world: World, *_: object) -> bool:
    """Nobody has answered who receives it."""
    office = world.config.office
    return not office.recipients and not office.recipients_say


def told_officer(world: World, _: Saying, said: Groups) -> bool:
    """The office has this data protection officer."""
    return said["officer"] == world.config.office.officer_says.get(world.language)


def controller(world: World, _: Saying, said: Groups) -> bool:
    """The office has this name in full."""
    office, language = world.config.office, world.language
    name = office.legal_name_says.get(language) or office.controller_says[language]
    return said["name"] == name


def kept_as_long(world: World, _: Saying, said: Groups) -> bool:
    """Nothing is kept for longer, and for exactly so long where it says so.

    A box that knows no day erases nothing on any. A backup that a person renews holds a recording
    until then: for as long as the office says, and nobody knows how long where it does not.
    """
    held = world.held_days
    if not world.erases or held is None:
        return False
    period, most = said["period"], LONGEST[world.language]
    kept = [each.retention_days for each in world.purposes]
    if said.get("latest") or held:
        return bool(said.get("latest")) and max(kept) + held <= most.get(period, 0)
    same = {PERIODS[world.language](days) for days in kept} == {period} and len(set(kept)) == 1
    return same and all(map(_whole, kept))


def _whole(days: int) -> bool:
    """So many days are said one by one, or are whole years, with leap days or without."""
    return days < 366 or any(0 <= days - 365 * year <= year // 4 + 1 for year in range(1, 11))


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


def withdrawable_later(world: World, *_: object) -> bool:
    """Consent can be taken back after the call."""
    return bool(world.consent)

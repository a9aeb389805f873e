"""Name what each prompt has to tell, so that what is left out is found, too.

A sentence counts as told where one of the rules that make it true is the one named here. What is
told is true: another test looks at that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from appliance.config.settings import Basis, Purpose
from appliance.model.policy import PromptKind, Saying
from tests.promises.spoken import rules as is_
from tests.promises.spoken import second_layer as later
from tests.promises.spoken.world import World


class Told(NamedTuple):
    """What a sentence tells: the rules that make it true, and the words that it puts in."""

    rules: Sequence[is_.Rule]
    said: is_.Groups


class Heard(NamedTuple):
    """A prompt as a caller hears it."""

    world: World
    saying: Saying
    text: str
    told: Sequence[Told]
    whole: bool
    """Nothing is shortened."""

    def tells(self, *rules: is_.Rule) -> bool:
        """Say whether a sentence stands on one of the rules."""
        return any(rule in each.rules for each in self.told for rule in rules)

    def names(self, word: str) -> bool:
        """Say whether a sentence puts in such words, by the name of their place."""
        return any(word in each.said for each in self.told)


Due = Callable[[Heard], bool]


def unsaid(heard: Heard) -> Iterator[str]:
    """Yield the name of everything that is due and not told."""
    for name, told in _DUE[heard.saying.spoken].items():
        if not told(heard):
            yield name


def _always(*rules: is_.Rule) -> Due:
    return lambda heard: heard.tells(*rules)


def _where(holds: Callable[[World], object], *rules: is_.Rule) -> Due:
    """It is due where something is so."""
    return lambda heard: not holds(heard.world) or heard.tells(*rules)


# -- the first layer -------------------------------------------------------------------------------


def _reasons(heard: Heard) -> bool:
    """Each purpose without consent is named in a sentence that gives its reason."""
    return all(_has_reason(heard, each) for each in heard.world.others)


def _has_reason(heard: Heard, purpose: Purpose) -> bool:
    reason = is_.recorded(purpose.basis)
    if purpose.basis is Basis.CONTRACT:
        reason = is_.recorded(Basis.CONTRACT, purpose.contract_to)
    found: set[str] = set()
    for told in heard.told:
        life = is_.every_other in told.rules and is_.only_life(heard.world)
        if reason in told.rules or life:
            words = told.said["what"] + (told.said.get("listed") or "")
            found |= is_.ids(heard.world.named(words))
    return purpose.id in found


def _kinds(heard: Heard) -> bool:
    """Each kind of Art. 9 that a purpose touches is named."""
    words = is_.SPECIAL[heard.world.language]
    kinds = {kind for each in heard.world.purposes for kind in each.kinds}
    return all(words[kind] in heard.text for kind in kinds)


def _other_ways(heard: Heard) -> bool:
    """Each other way to contract is told."""
    said = (each.other_way_says.get(heard.world.language) for each in heard.world.others)
    return all(way in heard.text for way in said if way)


_PRESSING = (
    is_.refusing,
    is_.agreeing,
    is_.agreeing_to_these,
    is_.choosing,
    is_.telling_more,
)


def _keys(heard: Heard) -> bool:
    """Each key that does something is named."""
    line = heard.world.line
    due = {*line.choices, line.choose_key, heard.world.telling_key} - {""}
    return due == _pressed(heard)


def _choosing_keys(heard: Heard) -> bool:
    """The key that refuses is named, and that which agrees."""
    return len(_pressed(heard)) == 2 and heard.tells(is_.refusing) and heard.tells(is_.agreeing)


def _pressed(heard: Heard) -> set[str]:
    keys = [each.said["key"] for each in heard.told if set(_PRESSING) & {*each.rules}]
    return {is_.pressed(heard.world, key) for key in keys}


_OBJECTING = _where(lambda w: w.objectionable, is_.object_to_all, is_.object_to_these)

# -- the second layer ------------------------------------------------------------------------------


def _recipients(heard: Heard) -> bool:
    """What the office answered is told; where it never did, nothing is."""
    office = heard.world.config.office
    if heard.world.language in office.recipients_say:
        return heard.tells(later.told_these)
    return not office.recipients or heard.tells(later.told_nobody)


def _weighed(heard: Heard) -> bool:
    """The assessment of an interest is offered, where the words are not shortened."""
    interest = heard.world.on(Basis.LEGITIMATE_INTERESTS)
    return not (interest and heard.whole) or heard.tells(later.weighed)


def _contact(heard: Heard) -> bool:
    """The office can be reached: as it says, or where one also withdraws."""
    if heard.world.language in heard.world.config.office.contact_says:
        return heard.tells(later.told_contact)
    return heard.tells(later.no_other_contact, later.withdrawable_later)


def _notice(heard: Heard) -> bool:
    """Where the whole notice is."""
    elsewhere = heard.world.language in heard.world.config.office.notice_says
    return heard.tells(later.told_notice if elsewhere else later.no_notice_elsewhere)


def _contract(world: World) -> bool:
    others = any(world.language in each.other_way_says for each in world.purposes)
    return bool(world.on(Basis.CONTRACT, "conclude")) and not others


# -- what follows the answer -----------------------------------------------------------------------


def _in_force(heard: Heard) -> bool:
    """What is in force is named, or that all of it is."""
    return heard.tells(is_.for_these, is_.for_all, is_.only_life)


def _stopping(heard: Heard) -> bool:
    """Whoever agreed to the one purpose there is hears how to stop at once."""
    (one, *more) = heard.world.purposes
    alone = not more and one.basis is Basis.CONSENT
    return not alone or _pressed(heard) == {heard.world.refuse_key}


def _ended(heard: Heard) -> bool:
    """What goes on is named; where nothing does, that all is erased."""
    on = bool(heard.saying.purposes)
    return heard.tells(is_.for_these) if on else heard.tells(is_.erased)


def _taken_back(heard: Heard) -> bool:
    """Where some of it goes on, that what was pressed is done."""
    if not heard.saying.purposes:
        return True
    consent = not heard.world.consent or heard.tells(is_.has_consent)
    return consent and (not heard.world.objectionable or heard.tells(is_.objecting))


_FIRST: Mapping[str, Due] = {
    "who": _always(is_.called),
    "reasons": _reasons,
    "sensitive data": _kinds,
    "other ways": _other_ways,
    "objection": _OBJECTING,
    "next language": _where(
        lambda w: w.language_key, *(rule for _, rules in is_.OFFERS.values() for rule in rules)
    ),
}
_DUE: Mapping[PromptKind, Mapping[str, Due]] = {
    PromptKind.QUESTION: {
        **_FIRST,
        "what for": _always(is_.asked),
        "withdrawal": _always(is_.withdrawable),
        "keys": _keys,
    },
    PromptKind.KEYS: {
        "what is recorded anyway": _where(lambda w: w.others, is_.every_other),
        "keys": _keys,
    },
    PromptKind.NOTICE: {**_FIRST, "keys": _keys},
    PromptKind.MORE: {
        "controller": _always(later.controller),
        "bases": lambda heard: heard.names("bases"),
        "law of a task": _where(lambda w: w.on(Basis.PUBLIC_TASK), is_.laws_of(Basis.PUBLIC_TASK)),
        "period": _always(later.kept_as_long),
        "recipients": _recipients,
        "rights": lambda heard: heard.names("rights"),
        "officer": _where(lambda w: w.language in w.config.office.officer_says, later.told_officer),
        "no contract without": _where(_contract, later.no_contract_without),
        "assessment": _weighed,
        "withdrawal later": _where(lambda w: w.consent, later.withdrawable_later),
        "contact": _contact,
        "whole notice": _notice,
    },
    PromptKind.CONFIRMATION: {"what is in force": _in_force, "stopping": _stopping},
    PromptKind.CHOICE: {"what for": _always(is_.of_choice), "keys": _choosing_keys},
    PromptKind.REFUSED: {"no recording": _always(is_.nothing_stays)},
    PromptKind.UNANSWERED: {"no recording": _always(is_.nothing_stays)},
    PromptKind.WITHDRAWN: {"end": _ended, "what was done": _taken_back},
    PromptKind.OBJECTED: {
        "objection": _always(is_.objecting),
        "no recording": _always(is_.nothing_stays),
    },
}

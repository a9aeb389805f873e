"""Compose in English; ``|`` stands before the name of the last key."""

from collections.abc import Iterable, Sequence

from appliance.config.settings import Basis, Purpose
from appliance.prompts.words import numbers
from appliance.prompts.words.facts import Facts, joined, kinds_of, upper_first

_KEYS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_COUNT = {3: "three", 4: "four"}
_ALL = {2: "both", 3: "all three", 4: "all four"}
_RIGHTS = {
    "access": "access to your data",
    "copy": "a copy",
    "rectification": "correction",
    "erasure": "erasure",
    "restriction": "restriction",
    "portability": "portability",
}


def _key(key: str) -> str:
    return _KEYS[int(key)]


def _and(items: Sequence[str]) -> str:
    return joined(items, "and", "and also", last_comma=",")


def _purposes(f: Facts, purposes: Sequence[Purpose]) -> str:
    if len(purposes) < 3:
        return f"for {_and(f.full(purposes))}"
    return f"for {_COUNT[len(purposes)]} purposes: {_and(f.label(purposes))}"


_SPECIAL = {
    "health": "your health",
    "origin": "your origin",
    "politics": "your political opinions",
    "religion": "your religion or beliefs",
    "union": "your trade union",
    "genetic": "your genetic data",
    "biometric": "your biometric data",
    "sex_life": "your sex life",
}


def _also(purposes: Iterable[Purpose]) -> str:
    """Say that sensitive data is meant, too (Art. 9)."""
    kinds = [_SPECIAL[kind] for kind in kinds_of(purposes)]
    return f", including what you say about {_and(kinds)}," if kinds else ""


def offer(key: str) -> str:
    """Offer this language to somebody who hears another."""
    return f"For English, press {_key(key)}."


def question(f: Facts) -> list[str]:
    """Say who asks, what for, that refusing changes nothing, and the keys; agreeing last."""
    said = [f"Hello, this is {f.controller}."]
    if f.others:
        said += _reasons(f)
        use = f"to use the recording{_also(f.consent)} {_purposes(f, f.consent)}"
        said.append(f"Separately, we ask for your consent {use}.")
    else:
        like = f"we would like to record this call{_also(f.consent)} {_purposes(f, f.consent)}"
        said.append(f"With your consent, {like}.")
    if f.objectionable:
        said.append(_may_object(f))
    if len(f.consent) == 1 and not f.others and not f.brief:
        said.append(
            "Without it we talk just the same, only unrecorded, and you can withdraw at any time."
        )
    else:
        said.append("If you refuse, we talk just the same, and you can withdraw at any time.")
    if f.brief >= 2:
        what = "Refuse, withdraw or object" if f.objectionable else "Refuse or withdraw"
        said.append(f"{what}: {_key(f.refuse_key)}.")
    else:
        what = "refuse, withdraw or object" if f.objectionable else "refuse or withdraw"
        said.append(f"To {what}, press {_key(f.refuse_key)}.")
    return [*said, *_more(f), *_agreeing(f)]


def _more(f: Facts) -> list[str]:
    return [f"To hear more, press {_key(f.more_key)}."] if f.more_key else []


def _agreeing(f: Facts, one: str = "To agree") -> list[str]:
    """Name the keys that agree, that for all purposes last."""
    said = [f"To choose one by one, press {_key(f.choose_key)}."] if f.choose_key else []
    for key, some in f.parts:
        begin = "For" if said and not f.choose_key else "To agree for"
        said.append(f"{begin} {_and(f.short(some))} only, press {_key(key)}.")
    if not f.all_key:
        return [*said[:-1], said[-1].replace("press ", "press | ")]
    if len(f.consent) == 1:
        what = f"To agree to the use for {f.full(f.consent)[0]}" if f.others else one
    else:
        begin = "For" if f.parts else "To agree for"
        what = f"{begin} {_ALL[len(f.consent)]}"
    return [*said, f"{what}, press | {_key(f.all_key)}."]


def keys(f: Facts) -> list[str]:
    """Name the keys once more."""
    refuse = _key(f.refuse_key)
    said = [f"We will record {_purposes(f, f.others)}."] if f.others else []
    if f.objectionable:
        said.append(f"To refuse or object, press {refuse}.")
    elif f.others and len(f.consent) == 1:
        said.append(f"We ask for your consent to use it {_purposes(f, f.consent)}.")
        said.append(f"To refuse this use, press {refuse}.")
    else:
        said.append(f"To refuse, press {refuse}.")
    return [*said, *_more(f), *_agreeing(f, "To agree to the recording")]


_NEEDED = {
    "conclude": "to conclude the contract with you",
    "perform": "to perform the contract with you",
    "": "for the contract with you",
}
_CONTRACT = {
    "conclude": "concluding the contract with you",
    "perform": "performing the contract with you",
    "": "the contract with you",
}


def _reason(f: Facts, purposes: Sequence[Purpose]) -> str:
    basis = purposes[0].basis
    laws = f.laws(basis)
    verb = "requires" if len(laws) == 1 else "require"
    return {
        Basis.CONTRACT: f", because we need that {_NEEDED[purposes[0].contract_to]}",
        Basis.LEGAL_OBLIGATION: f", because {_and(laws)} {verb} it" if laws else "",
        Basis.PUBLIC_TASK: ", as part of our public task",
        Basis.LEGITIMATE_INTERESTS: ", which is our legitimate interest",
    }.get(basis, "")


def _reasons(f: Facts) -> list[str]:
    """Say what is recorded without consent, and why."""
    said: list[str] = []
    for _, purposes in f.groups:
        begin = "We will also record it" if said else "We will record this call"
        named = f"{_also(purposes)} {_purposes(f, purposes)}"
        said.append(f"{begin}{named}{_reason(f, purposes)}.")
    return said + [f"{p.other_way_says['en']}." for p in f.others if "en" in p.other_way_says]


def _may_object(f: Facts) -> str:
    if len(f.objectionable) == len(f.purposes):
        return "You may object, and then we talk without recording."
    return f"You may object to the recording {_purposes(f, f.objectionable)}."


def notice(f: Facts) -> list[str]:
    """Say who records, what for and why; the objecting key last."""
    if f.bases == {Basis.VITAL_INTERESTS}:
        what = f"We record this call{_also(f.others)} {_purposes(f, f.others)}."
        return [f"This is {f.controller}.", what, "Please go | ahead."]
    said = [f"Hello, this is {f.controller}.", *_reasons(f)]
    if not f.objectionable:
        return said + ([f"To hear more, press | {_key(f.more_key)}."] if f.more_key else [])
    said += [_may_object(f), *_more(f)]
    return [*said, f"To object, now or at any time, press | {_key(f.refuse_key)}."]


def more(f: Facts, rights: Iterable[str]) -> list[str]:
    """Say what may wait: basis, retention, recipients, rights, where to complain."""
    after = f"{'after' if f.exact else 'at the latest after'} {numbers.english(f.longest_days)}"
    to = " and pass it to nobody" if f.nobody else ""
    to = f"; it is passed only to {f.recipients}" if f.recipients else to
    access, copy, *more_rights = (_RIGHTS[right] for right in rights)
    listed = f"{access} and {copy}, to {joined(more_rights, 'and', 'and also')}"
    object_to = ", to object" if f.objectionable else ""
    said = [
        f"The controller is {f.legal_name}; {_basis(f)}.",
        f"We delete the recording {after}{to}.",
        f"You have the right of {listed}{object_to}, and to complain to the data protection "
        "authority.",
    ]
    if f.officer:
        said.append(f"Data protection officer: {f.officer}.")
    if f.none_without:
        said.append("Without the recording we cannot conclude the contract by telephone.")
    if Basis.LEGITIMATE_INTERESTS in f.bases and not f.brief:
        said.append("You can ask for our assessment of this interest.")
    if f.consent:
        past = "" if f.brief else "; that does not affect earlier use"
        said.append(f"You can also withdraw after the call, by phoning this number{past}.")
    if f.contact or not f.consent:
        said.append(f"Contact: {f.contact or 'this telephone number'}.")
    if f.notice:
        return [*said, f"Full notice: {f.notice}."]
    return [*said, "We give the full notice in writing, on request."]


def _basis(f: Facts) -> str:
    named = [_CONTRACT[each] for each in f.contracts]
    if Basis.VITAL_INTERESTS in f.bases:
        named.append("the protection of vital interests")
    named += f.laws(Basis.LEGAL_OBLIGATION)
    if Basis.PUBLIC_TASK in f.bases:
        named.append("our public task")
    if f.consent:
        named.append("your consent")
    if f.interests:
        named.append(f"our legitimate interest: {_and(f.interests)}")
    laws = f.laws(Basis.PUBLIC_TASK)
    task = f". The task is set by {_and(laws)}" if laws else ""
    return f"the legal {'basis is' if len(named) == 1 else 'bases are'} {_and(named)}{task}"


def confirmation(f: Facts, purposes: Sequence[Purpose]) -> list[str]:
    """Say that recording begins, and what for."""
    if f.bases == {Basis.VITAL_INTERESTS}:
        return ["Recording."]
    if len(f.purposes) == 1 and f.consent:
        out = f"Press {_key(f.refuse_key)} to stop and delete it."
        return ["Thank you.", f"Recording {_purposes(f, purposes)}.", out]
    if len(purposes) == len(f.purposes) >= 3:
        return [f"Recording for {_ALL[len(purposes)]} purposes."]
    only = "" if len(purposes) == len(f.purposes) else "only "
    return [f"Recording {only}{_purposes(f, purposes)}."]


def choice(f: Facts, purpose: Purpose) -> list[str]:
    """Ask for one purpose alone."""
    name = upper_first(f.label([purpose])[0])
    refuse, agree = _key(f.refuse_key), _key(f.all_key)
    return [f"{name}.", f"To refuse, press {refuse}.", f"To agree, press | {agree}."]


def refused() -> list[str]:
    """Answer a refusal."""
    return ["All right, we are not recording."]


def unanswered() -> list[str]:
    """Tell that nothing is recorded without an answer."""
    return ["We are not recording."]


def withdrawn(f: Facts, purposes: Sequence[Purpose]) -> list[str]:
    """Answer a withdrawal: what is erased, or what is recorded for from now on."""
    if not purposes:
        return ["Recording stopped.", "We are deleting it."]
    ends = ["consent withdrawn"] if f.consent else []
    ends += ["objection accepted"] if f.objectionable else []
    on = f"Recording continues only {_purposes(f, purposes)}."
    return [f"{upper_first(', '.join(ends))}.", on]


def objected(f: Facts) -> list[str]:
    """Answer an objection."""
    whole = len(f.objectionable) == len(f.others)
    end = "We are not recording." if whole else "We are not recording for that purpose."
    return ["Objection accepted.", end]

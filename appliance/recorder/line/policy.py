"""Compile a line's configuration into the policy that the dialogue follows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec
from msgspec import structs

from appliance.config.settings import Config, Line
from appliance.digest import sha256
from appliance.model.policy import Policy, PromptKind, PromptRef, Saying
from appliance.model.prompts import Prompt
from appliance.model.sayings import in_order
from appliance.prompts.languages import in_languages, language_of
from appliance.prompts.library import needed_prompts
from appliance.prompts.words.facts import language_key_of
from appliance.recorder.line.rule import fits, more_key, sealed_rule

Spoken = Mapping[str, Mapping[Saying, Prompt]]
"""Language -> the prompts that a line has in it."""


def compile_languages(
    config: Config,
    line: Line,
    spoken: Spoken,
    *,
    grades: frozenset[str],
    lateness_ms: int,
    sees_flash: bool,
) -> Policy:
    """Return the rules of a line in its own language, and with them those in each other one."""
    own, *others = [
        compile_policy(
            config,
            each,
            spoken[language_of(config, each)],
            grades=grades,
            lateness_ms=lateness_ms,
            sees_flash=sees_flash,
        )
        for each in in_languages(config, line)
    ]
    spoken_in = [_hearing_of(each, (own, *others)) for each in (own, *others)]
    return replace(spoken_in[0], others={each.language: each for each in spoken_in[1:]})


_BEFORE_AN_ANSWER = frozenset(
    each.value
    for each in (
        PromptKind.QUESTION,
        PromptKind.KEYS,
        PromptKind.NOTICE,
        PromptKind.MORE,
        PromptKind.CHOICE,
    )
)
"""What a caller may have heard in one language before the key of the next."""


def _hearing_of(policy: Policy, spoken_in: Sequence[Policy]) -> Policy:
    """Return rules that seal what could be heard in the line's other languages, too."""
    if policy.rule is None or len(spoken_in) == 1:
        return policy
    heard = [
        words
        for each in spoken_in
        if each is not policy and each.rule is not None
        for words in each.rule.words
        if words.spoken in _BEFORE_AN_ANSWER
    ]
    words = tuple(dict.fromkeys((*policy.rule.words, *heard)))
    rule = structs.replace(policy.rule, words=words)
    return replace(policy, rule=rule, complete=policy.complete and fits(rule))


def compile_policy(
    config: Config,
    line: Line,
    prompts: Mapping[Saying, Prompt],
    *,
    grades: frozenset[str],
    lateness_ms: int,
    sees_flash: bool,
) -> Policy:
    """Return the rules of a line in one language.

    A policy that lacks words it would have to say, a purpose or a justification is incomplete, and
    so is one that no recording can seal: nothing is asked and nothing is recorded under it.
    """
    purposes = tuple(config.purpose(name) for name in line.purposes)
    choices = {key: frozenset(agreed) for key, agreed in line.choices.items()}
    refs = {saying: prompt.ref for saying, prompt in prompts.items()}
    version = _version(config, line, refs)
    rule = sealed_rule(config, line, prompts, version)
    draft = Policy(
        line=line.name,
        kind=line.kind,
        version=version,
        purposes=purposes,
        choices=choices,
        prompts=refs,
        more_key=more_key(line, refs),
        choose_key=line.choose_key,
        pause_minutes=config.office.pause_minutes,
        grades=grades,
        lateness_ms=lateness_ms,
        sees_flash=sees_flash,
        rule=rule,
        language=language_of(config, line),
        languages=tuple(language_of(config, each) for each in in_languages(config, line)),
        language_key=language_key_of(purposes, line),
    )
    justified = all(p.justification for p in purposes if p.basis.can_be_objected_to)
    complete = bool(purposes) and justified and needed_prompts(config, line) <= refs.keys()
    return replace(draft, complete=complete and fits(rule))


def _version(config: Config, line: Line, refs: Mapping[Saying, PromptRef]) -> str:
    """Return a digest of everything that the caller was promised."""
    parts = {
        "controller": config.office.controller,
        "line": line.name,
        "kind": line.kind,
        "purposes": [msgspec.to_builtins(config.purpose(name)) for name in line.purposes],
        "choices": {key: sorted(agreed) for key, agreed in sorted(line.choices.items())},
        "more_key": more_key(line, refs),
        "choose_key": line.choose_key,
        "prompts": {_name(saying): refs[saying].sha256 for saying in in_order(refs)},
    }
    return sha256(msgspec.json.encode(parts, order="sorted")).hex()[:16]


def _name(saying: Saying) -> str:
    return ":".join((saying.spoken.value, *sorted(saying.purposes)))

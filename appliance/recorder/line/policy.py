"""Compile a line's configuration into the policy that the dialogue follows."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from appliance.config.settings import Config, Line
from appliance.digest import sha256
from appliance.model.policy import Policy, PromptRef, Saying
from appliance.model.prompts import Prompt
from appliance.model.sayings import in_order
from appliance.prompts.library import needed_prompts
from appliance.recorder.line.rule import fits, more_key, sealed_rule


def compile_policy(
    config: Config,
    line: Line,
    prompts: Mapping[Saying, Prompt],
    *,
    grades: frozenset[str],
    lateness_ms: int,
    sees_flash: bool,
) -> Policy:
    """Return the rules of a line.

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

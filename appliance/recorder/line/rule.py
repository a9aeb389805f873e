"""Write a line's rule down as its recordings seal it."""

from collections.abc import Collection, Mapping

import msgspec
from msgspec import structs

from appliance.config.settings import Config, Line, Purpose
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import Prompt
from appliance.model.rule import (
    NOT_YET_HEARD,
    RulePurpose,
    RuleRecipients,
    RuleSpeakers,
    RuleWords,
    SealedRule,
)
from appliance.prompts.languages import language_of
from appliance.structs import convert
from appliance.vault.seal import opening_frames

_LONGEST = RuleSpeakers(count=64, day=99_999, digest="f" * 64)


def sealed_rule(
    config: Config, line: Line, prompts: Mapping[Saying, Prompt], version: str
) -> SealedRule:
    """Return what the callers of a line are promised, in the words that they hear.

    Args:
        config: the owner's settings.
        line: one of its lines.
        prompts: those that can be played on the line.
        version: of the policy made from the same settings.
    """
    language, office = language_of(config, line), config.office
    return SealedRule(
        version=version,
        controller=office.controller,
        contact=office.contact,
        country=office.country,
        line=line.name,
        number=line.number,
        controller_says=office.controller_says.get(language, ""),
        legal_name_says=office.legal_name_says.get(language, ""),
        contact_says=office.contact_says.get(language, ""),
        notice_says=office.notice_says.get(language, ""),
        recipients=RuleRecipients(
            answer=office.recipients, says=office.recipients_say.get(language, "")
        ),
        officer=office.officer,
        officer_says=office.officer_says.get(language, ""),
        kind=line.kind.value,
        language=language,
        purposes=tuple(_purpose(config.purpose(name), language) for name in line.purposes),
        choices={key: tuple(agreed) for key, agreed in line.choices.items()},
        grades=(),  # known at the call, as is what comes next
        heard=NOT_YET_HEARD,
        more_key=more_key(line, prompts) or None,
        choose_key=line.choose_key or None,
        languages=office.languages,
        words=tuple(dict.fromkeys(map(_words, prompts.values()))),
    )


def more_key(line: Line, said: Collection[Saying]) -> str:
    """Return the key of the second layer; none without its words, or where it means a choice."""
    taken = line.more_key in {*line.choices, line.choose_key}
    return "" if taken or Saying(PromptKind.MORE) not in said else line.more_key


def _words(prompt: Prompt) -> RuleWords:
    return RuleWords(
        spoken=prompt.spoken.value,
        prompt_id=prompt.ref.id,
        prompt_sha256=prompt.ref.sha256,
        text=prompt.text,
        voice=prompt.voice,
    )


def fits(rule: SealedRule) -> bool:
    """Say whether a recording can hold the rule, with a list of speakers, and a reader take it."""
    whole = structs.replace(rule, speakers=rule.speakers or _LONGEST)
    try:
        convert(msgspec.to_builtins(whole), SealedRule)
        return opening_frames(whole) > 0
    except (ValueError, msgspec.ValidationError):
        return False


def _purpose(purpose: Purpose, language: str) -> RulePurpose:
    return RulePurpose(
        id=purpose.id,
        basis=purpose.basis.value,
        says=purpose.full.get(language, ""),
        short=purpose.short.get(language, ""),
        label=purpose.label.get(language, ""),
        law=purpose.law_says.get(language, ""),
        interest=purpose.interest_says.get(language, ""),
        retention_days=purpose.retention_days,
        justification=purpose.justification,
        contract_to=purpose.contract_to,
        other_way=purpose.other_way_says.get(language, ""),
        health=purpose.health,
        special=purpose.special,
        care_reason=purpose.care_reason,
    )

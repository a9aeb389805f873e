"""Listen to all that a line may say, and name what is untrue or left out.

What keeps a line from speaking is asked of the recorder's own rules.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from appliance.call.eligibility import obstacle
from appliance.config.settings import Basis, Config, Line
from appliance.model.policy import Policy, PromptRef, Saying
from appliance.model.prompts import Prompt
from appliance.model.rule import RuleSpeakers
from appliance.model.terms import Obstacle
from appliance.prompts.words.compose import BRIEFEST, compose
from appliance.recorder.line.policy import compile_policy
from appliance.recorder.line.speakers import with_speakers
from appliance.recorder.line.stated_day import StatedDay
from tests.promises.spoken import english, german, polish
from tests.promises.spoken.drawn import Case
from tests.promises.spoken.due import Heard, Told, unsaid
from tests.promises.spoken.rules import OFFERS, Rule
from tests.promises.spoken.world import World

CLAIMS: Mapping[str, Sequence[tuple[re.Pattern[str], Sequence[Rule]]]] = {
    language: [(re.compile(pattern), rules) for pattern, rules in (*OFFERS.values(), *claims)]
    for language, claims in (
        ("pl", polish.CLAIMS),
        ("en", english.CLAIMS),
        ("de", german.CLAIMS),
    )
}
VOUCHED = RuleSpeakers(count=2, day=20_790, digest="ab" * 32)
SILENT, TOO_SOON = "nothing is said", "something is said"
NONE = np.zeros(1, np.int16)
Said = Mapping[tuple[Saying, str], int]
"""All that a line may say, in every length -> how far it is shortened."""


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=\.) ", text)


@lru_cache(maxsize=4096)  # most sentences are said again and again
def claim_of(language: str, sentence: str) -> Told | None:
    """Return what a sentence claims, or None if no rule knows it."""
    for pattern, rules in CLAIMS[language]:
        if match := pattern.fullmatch(sentence):
            return Told(rules, match.groupdict(default=""))
    return None


def wrong(world: World, saying: Saying, text: str, brief: int = 0) -> list[str]:
    """Every sentence that no rule knows or whose conditions do not hold, and what is not told."""
    found, told = [], []
    ways = [each.other_way_says.get(world.language) for each in world.on(Basis.CONTRACT)]
    for sentence in sentences(text):
        if sentence in {f"{way}." for way in ways if way}:
            continue
        claim = claim_of(world.language, sentence)
        if claim is not None:
            told.append(claim)
        if claim is None or not all(rule(world, saying, claim.said) for rule in claim.rules):
            found.append(sentence)
    due = unsaid(Heard(world, saying, text, told, whole=not brief))
    return found + [f"not told: {each}" for each in due]


def all_said(config: Config, line: Line, language: str) -> Said:
    """All that a line may say; each text once, however far it is shortened."""
    found: dict[tuple[Saying, str], int] = {}
    for brief in range(BRIEFEST + 1):
        for saying, words in compose(config, line, language, brief).items():
            found.setdefault((saying, words.text), brief)
    return found


def compiled(config: Config, line: Line, language: str, said: Said) -> Policy:
    """The rules of the line as the recorder makes them, with these words as its prompts."""
    prompts = {
        saying: Prompt(PromptRef(saying.code, "ab" * 32, language), saying.spoken, NONE, 0, text)
        for (saying, text), brief in said.items()
        if not brief
    }
    line = replace(line, language=language)
    rules = {"grades": frozenset(), "lateness_ms": 0, "sees_flash": False}
    return compile_policy(config, line, prompts, **rules)  # type: ignore[arg-type]


def heard_wrong(
    case: Case, language: str, days: Mapping[str, StatedDay]
) -> Iterator[tuple[str, Saying | Obstacle | None, list[str]]]:
    """Yield what callers of a line would hear wrong on each day, and on none that is known."""
    said = all_said(case.config, case.line, language)
    policy = compiled(case.config, case.line, language, said)
    policy = with_speakers(policy, VOUCHED if case.vouched else None)
    assert policy.rule is not None
    for today, day in days.items():
        world = World(
            case.config,
            case.line,
            language,
            elsewhere=case.elsewhere,
            by_hand=case.by_hand,
            today=today,
            vouched=case.vouched,
            holders=len(policy.rule.holders),
        )
        against = obstacle(replace(policy, held_back=day.against(case.line)))
        if (against is None) != world.in_order:
            yield today, against, [SILENT if world.in_order else TOO_SOON]
        for (saying, text), brief in said.items() if against is None else ():
            if found := wrong(world, saying, text, brief):
                yield today, saying, found

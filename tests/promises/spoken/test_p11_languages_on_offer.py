"""P11: what a line of several languages says is so in each of them, and its offer, too."""

from dataclasses import replace

import pytest

from appliance.model.policy import PromptKind, Saying
from appliance.prompts.languages import in_languages, language_of
from appliance.prompts.words.compose import BRIEFEST, compose
from tests.promises.spoken.listening import wrong
from tests.promises.spoken.world import World
from tests.prompts.lines import LINES, line_of
from tests.scenes.worded import WHY

RINGS = [("pl", "en"), ("de", "pl"), ("pl", "en", "de"), ("en", "de", "pl")]


@pytest.mark.parametrize("ring", RINGS)
@pytest.mark.parametrize("name", LINES)
def test_every_sentence_is_so_in_every_language(name: str, ring: tuple[str, ...]) -> None:
    config, line = line_of(*LINES[name])
    weighed = tuple(replace(each, justification=WHY) for each in config.purposes)
    config = replace(config, purposes=weighed)
    key = "8" if "3" in line.choices else "3"
    line = replace(line, language=ring[0], other_languages=ring[1:], language_key=key)
    for each in in_languages(config, line):
        language = language_of(config, each)
        world = World(config, each, language)
        for brief in range(BRIEFEST + 1):
            for saying, words in compose(config, each, language, brief).items():
                assert wrong(world, saying, words.text, brief) == [], words.text


def test_an_offer_that_is_not_so_is_found() -> None:
    config, line = line_of(*LINES["consent"])
    line = replace(line, language="pl", other_languages=("en",))
    question = Saying(PromptKind.QUESTION)
    text = compose(config, line, "pl")[question].text
    world = World(config, line, "pl")
    assert wrong(world, question, text) == []

    offer = "For English, press three."
    assert wrong(world, question, text.replace(f"{offer} ", "")) == ["not told: next language"]
    for spoilt in (
        replace(world, line=replace(line, language_key="7")),
        replace(world, line=replace(line, other_languages=("de",))),
        replace(world, line=replace(line, other_languages=())),
        replace(world, line=replace(line, more_key="3")),
    ):
        assert offer in wrong(spoilt, question, text)
    keys = compose(config, line, "pl")[Saying(PromptKind.KEYS)].text
    assert wrong(world, Saying(PromptKind.KEYS), f"{keys} {offer}") == [offer]

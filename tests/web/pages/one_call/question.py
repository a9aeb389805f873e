"""Let the samples' question have a sound that is kept."""

import hashlib

import pytest
from msgspec import structs

from appliance.link.requests.processes.prompts_in_use import PromptInUse, PromptsInUse
from tests import samples
from tests.web.conftest import Panel

SOUND = b"\1\0\2\0" * 4000
SHA256 = hashlib.sha256(SOUND).hexdigest()


def keep_question(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> str:
    """Keep it, and let every call have heard it; return its hash."""
    (heard,), (words,) = samples.RECEIPT.said, samples.RULE.words
    receipt = structs.replace(
        samples.RECEIPT,
        refused=("quality",),
        prompt_sha256=SHA256,
        said=(structs.replace(heard, prompt_sha256=SHA256),),
    )
    rule = structs.replace(samples.RULE, words=(structs.replace(words, prompt_sha256=SHA256),))
    monkeypatch.setattr("tests.web.conftest.RECEIPT", receipt)
    monkeypatch.setattr("tests.samples.RULE", rule)
    assert panel.box.keeper.box is not None
    prompt = PromptInUse(SHA256, "question", "question-pl", "pl", words.text, "")
    panel.box.keeper.box.records.keep_prompts(PromptsInUse((prompt,), 90), lambda _: SOUND)
    return SHA256

"""The recorder tells which prompts callers may hear, and gives the keeper their sound."""

import dataclasses
import hashlib
from pathlib import Path

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.kept import InForce
from appliance.link.requests.processes.prompts_in_use import (
    GetPromptInUse,
    ListPromptsInUse,
    PromptsInUse,
)
from appliance.link.requests.settings import SettingsChanged
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.model.refusals import refuses
from tests.prompts.short import short_trial

CONFIG = short_trial()


def test_it_tells_what_its_lines_say_and_did_say_since_its_start(tmp_path: Path) -> None:
    folders, now = Folders(tmp_path), InForce(1, "", CONFIG)
    make_places(folders)
    recorder = Recorder(
        CONFIG,
        folders,
        SystemClock(),
        simulation=Simulation(at_speed=True),
        settings=lambda: now,
    )

    def told() -> PromptsInUse:
        answer: PromptsInUse = recorder.handle(ListPromptsInUse(), None, b"")
        return answer

    try:
        first = told()
        rule = recorder.line("Reception").thread._parts.policy.rule
        assert rule is not None
        in_rule = {words.prompt_sha256 for words in rule.words}
        assert {prompt.sha256 for prompt in first.prompts} == in_rule
        assert first.days == 90
        assert {prompt.language for prompt in first.prompts} == {"pl"}
        question = next(prompt for prompt in first.prompts if prompt.spoken == "question")
        assert question.text.startswith("Dzień dobry, tu Kancelaria Nowak")
        for prompt in first.prompts:
            raw = recorder.handle(GetPromptInUse(prompt.sha256), None, b"")[1]
            assert hashlib.sha256(raw).hexdigest() == prompt.sha256

        # Another language from now on, and a shorter retention: what was said stays.
        line_now = dataclasses.replace(CONFIG.lines[0], language="en")
        purposes = tuple(dataclasses.replace(one, retention_days=7) for one in CONFIG.purposes)
        now = InForce(2, "", dataclasses.replace(CONFIG, lines=(line_now,), purposes=purposes))
        recorder.handle(SettingsChanged(), None, b"")
        later = told()
        assert {prompt.language for prompt in later.prompts} == {"pl", "en"}
        assert {prompt.sha256 for prompt in first.prompts} < {p.sha256 for p in later.prompts}
        assert later.days == 90
        with refuses("no_announcement"):
            recorder.handle(GetPromptInUse("ab" * 32), None, b"")
    finally:
        recorder.close()

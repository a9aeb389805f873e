"""Examine lines, prompts, lamps and button."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from msgspec import structs

from appliance.config.read import parse
from appliance.config.settings import Basis, LineKind, Part
from appliance.config.words.ready import ready_purpose
from appliance.link.requests.doctor import ExamineLines, Findings
from appliance.model.policy import PromptKind
from appliance.model.sentences.faults import device_fault
from appliance.model.sentences.lacking import Lacking
from appliance.prompts.library import OWN, needed_prompts
from appliance.prompts.recorded import keep
from appliance.prompts.store import INDEX
from appliance.recorder.calibration.figures import KeptCalibration
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.prompts.engines import bring, put_on_path
from tests.prompts.test_recorded import recording, renamed
from tests.recorder.doctor.examining import Look, look_at
from tests.signals.side.test_fingerprint import WHOLE


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return look_at(tmp_path)


def test_a_trial_has_nothing_amiss(look: Look) -> None:
    assert {each.level for each in look.findings()} == {"ok"}
    assert look.found()["lines.simulated"] == "Reception is simulated."
    assert look.found()["prompts.there"] == "Reception has every announcement that it needs."


@pytest.mark.parametrize(
    ("state", "id"),
    [("idle", "lines.heard"), ("recording", "lines.heard"), ("unknown", "lines.waits")],
)
def test_a_running_recorder_tells_how_its_lines_are(look: Look, state: str, id: str) -> None:
    look.real().runs(state)
    assert [each for each in look.found() if each.startswith("lines.")] == [id, "lines.mixed"]


def test_a_line_before_its_first_day_is_told(look: Look) -> None:
    running = look.runs("idle").running
    assert running is not None
    (status,) = running.lines
    waiting = structs.replace(status, records_from="2027-01-11")
    look.running = replace(running, lines=(waiting,))
    assert "before 2027-01-11" in look.found()["lines.not_before"]
    assert "lines.not_before" not in look.runs("idle").found()


def test_a_box_that_nobody_has_set_up_says_where_to_begin(look: Look) -> None:
    look.config = parse("fresh = true")
    assert "follow the steps in the panel" in look.found()["lines.none"]


def test_a_line_that_cannot_be_heard_is_a_failure(look: Look) -> None:
    assert "lines.fault" in look.real().runs("fault").found()


def test_a_line_whose_monitor_is_gone_does_not_wait_for_its_phone(look: Look) -> None:
    look.bench.ports = []
    found = look.real().runs("unknown").found()
    assert "lines.fault" in found
    assert "lines.waits" not in found


def test_a_line_says_why_it_cannot_be_heard_where_its_devices_look_well(look: Look) -> None:
    cut = device_fault("no_current").fault
    found = look.real().runs("fault", wrong=cut).found()
    assert cut.sentence() in found["lines.broken"]
    assert "lines.fault" not in found
    look.bench.ports = []  # what is to be done is said better where the port is looked at
    gone = device_fault("vanished_monitor", path="/dev/ttyUSB0").fault
    found = look.runs("fault", wrong=gone).found()
    assert "lines.fault" in found
    assert "lines.broken" not in found


@pytest.mark.parametrize(("seconds", "minutes"), [(1.0, 1), (61.0, 2), (1800.0, 30)])
def test_why_nobody_is_asked_after_an_emergency(look: Look, seconds: float, minutes: int) -> None:
    found = look.runs("idle", exempt=seconds).found()
    assert f"for {minutes} more minutes" in found["lines.exempt"]
    assert "lines.exempt" not in look.runs("idle").found()


def test_lines_that_are_never_asked_need_no_prompt(look: Look) -> None:
    assert "lines.never" in look.line(kind=LineKind.FAX).found()
    assert not any(id.startswith("prompts.") for id in look.found())


def test_a_line_without_a_purpose_is_told(look: Look) -> None:
    assert "lines.no_purpose" in look.line(purposes=(), choices={}).found()


def test_a_prompt_that_is_missing_is_a_failure_for_its_line(look: Look) -> None:
    look.line(choices={"1": ("training", "quality"), "9": ()})
    (missing,) = [each for each in look.findings() if each.id == "prompts.missing"]
    assert missing.lacking == (Lacking("words", {"line": "Reception"}),)


def test_a_voice_that_is_hard_to_understand_is_told(look: Look) -> None:
    assert "prompts.draft" not in look.found()
    assert (
        "hard to understand (9 announcements)" in look.line(language="de").found()["prompts.draft"]
    )


def test_files_whose_words_nobody_knows_are_told(look: Look, tmp_path: Path) -> None:
    (tmp_path / "own" / "pl").mkdir(parents=True)
    wave = 0.3 * np.sin(2 * np.pi * 440 / 8000 * np.arange(8000))
    soundfile.write(tmp_path / "own" / "pl" / "refused.wav", wave, 8000)
    look.config = replace(look.config, vault=replace(look.config.vault, prompts=f"{tmp_path}/own"))
    assert "nobody has confirmed: refused." in look.found()["prompts.unread"]


def test_a_piper_voice_that_cannot_speak_is_told(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path / "bin", monkeypatch)
    look.config = replace(look.config, vault=replace(look.config.vault, prompts=f"{tmp_path}/own"))
    assert "prompts.no_voice" not in look.found()
    voices = tmp_path / "own" / "voices"
    voices.mkdir(parents=True)
    bring(voices)
    assert "prompts.no_voice" not in look.found()
    bring(voices, size=100)
    told = look.found()["prompts.no_voice"]
    assert "pl_PL-gosia-medium.onnx has not the size of a voice, 1 to 150 MB." in told


def test_recordings_that_are_out_of_date_are_told(look: Look, tmp_path: Path) -> None:
    look.kept = tmp_path / "prompts"
    keep(look.kept / OWN, *recording(look.config, look.config.lines[0]))
    assert {each.level for each in look.findings()} == {"ok"}
    look.config = renamed(look.config)
    assert "out of date" in look.found()["prompts.outdated"]
    keys = {"1": ("quality",), "2": ()}
    look.line(name="Front desk", language="en", purposes=("quality",), choices=keys)
    assert look.found()["prompts.outdated"].startswith("Reception: recordings are out of date")
    (look.kept / OWN / INDEX).write_bytes(b"[")
    assert look.found()["prompts.damaged"].endswith("or record them again.")


def test_one_mixed_signal_is_told_where_consent_is_asked(look: Look) -> None:
    assert "lines.mixed" in look.real().found()
    stereo = Part("sound", {"card": "LineTap", "sides": "voltage/current"})
    found = look.real(audio=stereo).found()
    assert "lines.mixed" not in found
    assert "as long as every phone of the office hangs behind the tap" in found["lines.behind_tap"]


def test_what_test_calls_earned_is_told_and_the_better_way(look: Look) -> None:
    found = look.real().runs("idle", grade="B").found()
    assert "lines.mixed" not in found
    assert "with evidence grade B" in found["lines.graded"]
    assert "A two-channel line tap does" in found["lines.graded"]


def test_what_a_calibration_lacks_is_told_also_where_no_recorder_runs(
    look: Look, tmp_path: Path
) -> None:
    look.calibrations = tmp_path / "calibration"
    look.real()
    assert "zgoda calibrate" in look.found()["lines.mixed"]

    kept = KeptCalibration(look.calibrations, "Reception")
    kept.keep(structs.replace(WHOLE, far=()))
    assert look.found()["grade.calls"].startswith("Reception: calibration calls from outside, 0 of")
    kept.keep(structs.replace(WHOLE, every_phone=False))
    found = look.found()
    assert "not enrolled" in found["grade.others"]
    assert "grade.calls" not in found

    kept.keep(WHOLE)
    found = look.found()
    assert "with evidence grade B" in found["lines.graded"]
    assert not {id for id in found if id.startswith("grade.")} - {"grade.enrolled"}
    assert "lines.mixed" not in found


def test_a_calibration_that_cannot_be_read_is_told_and_one_that_may_not_claims_nothing(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look.calibrations = tmp_path
    (tmp_path / "Reception.toml").write_text("phone = 3")
    found = look.real().found()
    assert "Reception.toml" in found["lines.broken"]
    assert not found.keys() & {"lines.mixed", "lines.graded"}

    def denied(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", denied)
    found = look.found()
    assert not found.keys() & {"lines.mixed", "lines.graded", "lines.broken"}


def test_a_simulated_line_can_have_a_mixed_signal(look: Look) -> None:
    look.line(audio=Part("exchange", {"sides": "both"}))
    assert "zgoda calibrate" in look.found()["lines.mixed"]


def test_where_nothing_is_asked_a_mixed_signal_will_do(look: Look) -> None:
    config = look.real().line(choices={"2": ()}).config
    interest = ready_purpose("faults").interest_says
    purposes = tuple(
        replace(p, basis=Basis.LEGITIMATE_INTERESTS, interest_says=interest)
        for p in config.purposes
    )
    look.config = replace(config, purposes=purposes)
    assert "lines.mixed" not in look.found()
    (missing,) = [each for each in look.findings() if each.id == "prompts.missing"]
    assert missing.lacking == (Lacking("words", {"line": "Reception"}),)
    needed = needed_prompts(look.config, look.config.lines[0])
    assert {each.spoken for each in needed} == {PromptKind.NOTICE}, "a notice is enough"


class TestFront:
    def test_without_the_section_the_pins_are_not_looked_at(self, look: Look) -> None:
        look.lgpio = False
        assert "gpio.unused" in look.found()

    def test_lamps_that_can_work(self, look: Look) -> None:
        assert look.fronted().found()["gpio.ready"].endswith("dev/gpiochip0.")

    def test_off_a_pi_they_are_simulated(self, look: Look) -> None:
        look.bench.label = b"INT34C5:00"
        look.lgpio = False
        assert "gpio.simulated" in look.fronted().found()

    def test_a_missing_library_is_a_failure(self, look: Look) -> None:
        look.lgpio = False
        assert "gpio.no_lgpio" in look.fronted().found()

    def test_a_pin_that_is_taken_is_told_with_its_taker(self, look: Look) -> None:
        look.bench.holders[22] = b"spi0 CS0"
        found = look.fronted().found()
        assert found["gpio.taken"].startswith("GPIO 22 (red) is taken by spi0 CS0:")
        assert "gpio.ready" not in found

    def test_a_running_recorder_holds_its_pins_itself(self, look: Look) -> None:
        look.bench.holders[22] = b"lg"
        assert "gpio.ready" in look.fronted().runs("idle").found()

    def test_a_fault_of_a_running_front_is_told(self, look: Look) -> None:
        fault = device_fault("pins_failed", detail="GPIO busy")
        found = look.fronted().runs("idle", fault=fault).found()
        assert found["gpio.fault"].endswith("settings. The pins failed: GPIO busy.")

    def test_pins_that_may_not_be_opened_are_a_failure(self, look: Look) -> None:
        chip = look.bench.root / "dev/gpiochip0"
        chip.unlink()
        chip.symlink_to("nowhere")
        assert "add this user to the group gpio" in look.fronted().found()["gpio.denied"]


def test_the_recorder_answers_for_its_lines(trial_box: TrialBox) -> None:
    make_places(trial_box.folders)
    simulation = Simulation(at_speed=True, own_time=False)
    recorder = Recorder(trial_box.config, trial_box.folders, trial_box.clock, simulation=simulation)
    recorder.start()
    try:
        assert ExamineLines in recorder.offered
        answer = recorder.handle(ExamineLines(), None, b"")
    finally:
        recorder.close()
    assert isinstance(answer, Findings)
    assert {"lines.simulated", "prompts.there", "gpio.unused"} <= {each.id for each in answer.found}


ENDS = {
    "network": "127.0.0.1:9311",
    "terminal": "127.0.0.1:9312",
    "network_here": "127.0.0.1:9301",
    "terminal_here": "127.0.0.1:9302",
}


def on_isdn(look: Look, **options: object) -> Look:
    hook = Part(
        "isdn", {"transport": "l1oip", "mode": "bridge", "id": "5a2b4c6d", **ENDS, **options}
    )
    return look.line(hook=hook, audio=Part("isdn"), prompt=Part("isdn"))


def test_a_bridge_is_told_to_hold_the_phone(look: Look) -> None:
    found = on_isdn(look).found()
    assert "for emergency calls too" in found["lines.bridge"]
    assert "lines.mute" not in found
    assert "lines.mixed" not in found


def test_a_tap_that_cannot_speak_is_told_to_record_nothing(look: Look) -> None:
    found = on_isdn(look, mode="tap").found()
    assert "so it records nothing" in found["lines.mute"]
    assert "lines.bridge" not in found


def test_a_tunnel_through_a_vpn_is_named_for_what_it_is(look: Look) -> None:
    assert "lines.tunnel" not in on_isdn(look).found()
    assert "unencrypted (L1oIP)" in on_isdn(look, over_vpn=True).found()["lines.tunnel"]


def test_an_isdn_line_says_what_is_wrong_and_not_that_calls_go_on(look: Look) -> None:
    on_isdn(look).runs("unknown", wrong=device_fault("peer_silent", peer="127.0.0.1:9311").fault)
    found = look.found()
    assert "does not answer" in found["lines.broken"]
    assert not found.keys() & {"lines.waits", "lines.fault"}

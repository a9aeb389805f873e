"""Settings change while lines work: from the next call on, line by line, losing none."""

from dataclasses import dataclass, field, replace

import pytest

from appliance.call.call import Call
from appliance.call.states import State
from appliance.config.kept import InForce
from appliance.config.mistakes import Mistake, found, mistake
from appliance.config.read import trial_text
from appliance.config.settings import Config, Line, Part
from appliance.exchange.scene import Scene
from appliance.link.requests.doctor import ExamineLines
from appliance.link.requests.live import GetLive
from appliance.link.requests.settings import NextCalls, SettingsChanged, Taken, TryCalls
from appliance.link.requests.words import PromptsChanged
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.lamps import Need
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.deep import deep
from tests.model.refusals import refuses

NUMBER = "+48223334455"
FIRST, NEXT = Scene.ordinary(NUMBER, "1", talk=3.0), Scene.ordinary(NUMBER, "1", talk=1.0)

CUT = found("kept_cut", path="zgoda.toml")
COPIED = (*CUT.mistakes, mistake((), "kept_copied"))
BROKEN = mistake(("line", 1, "hook", "modem"), "word", known="conexant")


@dataclass
class Office:
    """A recorder, and settings that change at a moment of a call."""

    box: TrialBox
    changes: list[tuple[State, Config | Exception]] = field(default_factory=list)
    outcomes: list[tuple[str, str | None]] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    now: Config | Exception | None = None
    problem: tuple[Mistake, ...] = ()

    def __post_init__(self) -> None:
        self.now = self.box.config
        make_places(self.box.folders)
        simulation = Simulation(at_speed=True, seed=1, observe=self._observe)
        self.recorder = Recorder(
            self.box.config,
            self.box.folders,
            self.box.clock,
            simulation=simulation,
            settings=self._read,
        )

    def _read(self) -> InForce:
        if isinstance(self.now, Exception):
            raise self.now
        assert self.now is not None
        return InForce(7, "", self.now, self.problem)

    def _observe(self, event: ev.Event, call: Call, actions: tuple[act.Action, ...]) -> None:
        for action in actions:
            if isinstance(action, act.Note):
                self.outcomes.append((action.outcome, action.reason and action.reason.value))
        if self.changes and call.state is self.changes[0][0]:
            self.change(self.changes.pop(0)[1])

    def change(self, config: Config | Exception) -> Taken:
        self.now = config
        taken = self.recorder.handle(SettingsChanged(), None, b"")
        assert isinstance(taken, Taken)
        self.taken.append(taken)
        return taken

    def settle(self) -> None:
        assert self.recorder._lines is not None
        assert self.recorder._lines.settle(10)

    def let_call(self, *scenes: Scene) -> None:
        exchange = self.recorder.simulated()
        for scene in scenes:
            exchange.place(scene)
        exchange.wait_over()


@pytest.fixture
def office(trial_box: TrialBox) -> Office:
    return Office(trial_box)


def run(office: Office, *scenes: Scene) -> None:
    try:
        office.recorder.start()
        office.let_call(*scenes)
    finally:
        office.recorder.close()


def with_line(config: Config, **changes: object) -> Config:
    return replace(config, lines=(replace(config.lines[0], **changes), *config.lines[1:]))  # type: ignore[arg-type]


def days(config: Config, count: int) -> Config:
    return replace(
        config, purposes=tuple(replace(each, retention_days=count) for each in config.purposes)
    )


@pytest.mark.parametrize("state", [State.ASKING, deep(State.RECORDING)])
def test_a_call_ends_under_the_rules_it_began_with(office: Office, state: State) -> None:
    office.changes = [(state, days(office.box.config, 30))]
    run(office, FIRST, NEXT)
    assert office.taken == [Taken(7)]
    kept = [office.box.open(rid) for rid in office.box.recordings()]

    promised = [{purpose.retention_days for purpose in reader.rule.purposes} for reader in kept]
    assert sorted(promised, key=max) == [{30}, {90}]
    assert [outcome for outcome, _ in office.outcomes] == ["recorded", "recorded"]


def test_a_line_that_may_record_no_more_ends_the_call_in_progress_as_agreed(
    office: Office,
) -> None:
    none = with_line(office.box.config, purposes=(), choices={})
    office.changes = [(State.RECORDING, none)]
    run(office, FIRST, NEXT)
    assert [outcome for outcome, _ in office.outcomes] == ["recorded", "unrecorded"]
    assert office.outcomes[1][1] == "no_policy"
    assert len(office.box.recordings()) == 1


def test_bad_settings_leave_every_line_as_it_is(office: Office) -> None:
    office.changes = [(State.RECORDING, CUT)]
    run(office, FIRST, NEXT)
    assert [outcome for outcome, _ in office.outcomes] == ["recorded", "recorded"]
    assert (office.taken[0].version, office.taken[0].problem) == (7, CUT.mistakes)
    news = office.recorder.handle(GetLive(), None, b"")
    assert news.need is Need.OLDER, "lamp and live page show that somebody is needed"
    found = office.recorder.handle(ExamineLines(), None, b"").found
    assert "configuration.not_taken" in {finding.id for finding in found}
    office.change(office.box.config)
    assert office.recorder.handle(GetLive(), None, b"").need is Need.NOTHING


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ((), "configuration.not_taken"),
        (COPIED, "configuration.copied"),
        ((*COPIED, BROKEN), "configuration.not_taken"),
    ],
    ids=["unread", "copied", "copied, and a line has no devices"],
)
def test_new_prompts_leave_a_standing_problem(
    office: Office, problem: tuple[Mistake, ...], told: str
) -> None:
    """Whoever only has something spoken has mended no settings."""
    office.problem = problem
    taken = office.change(office.box.config if problem else CUT)
    assert taken.problem == (problem or CUT.mistakes)
    assert taken.amiss == (told == "configuration.not_taken")
    for _ in range(2):
        reread = office.recorder.handle(PromptsChanged(), None, b"")
        assert isinstance(reread, Taken)
        assert reread.problem == (problem or CUT.mistakes)
    assert office.recorder.handle(GetLive(), None, b"").need is Need.OLDER
    found = office.recorder.handle(ExamineLines(), None, b"").found
    assert [each.id for each in found if each.id.startswith("configuration.")] == [told]
    office.problem = ()
    assert office.change(office.box.config).problem == ()
    assert office.recorder.handle(GetLive(), None, b"").need is Need.NOTHING
    office.recorder.close()


def second(config: Config) -> Line:
    return replace(config.lines[0], name="Back office", number="+48221234568")


def test_a_line_is_added_while_another_records(office: Office) -> None:
    config = office.box.config
    office.changes = [(State.RECORDING, replace(config, lines=(*config.lines, second(config))))]
    try:
        office.recorder.start()
        office.let_call(FIRST)
        names = [status.line for status in office.recorder.statuses()]
        assert names == ["Reception", "Back office"]
        exchange = office.recorder.line("Back office").exchange
        assert exchange is not None
        exchange.place(NEXT)
        exchange.wait_over()
    finally:
        office.recorder.close()
    assert [outcome for outcome, _ in office.outcomes] == ["recorded", "recorded"]


def test_a_line_that_is_removed_first_ends_its_call(office: Office) -> None:
    config = office.box.config
    office.changes = [(State.RECORDING, replace(config, lines=(second(config),)))]
    try:
        office.recorder.start()
        office.let_call(FIRST)
        office.settle()
        assert [status.line for status in office.recorder.statuses()] == ["Back office"]
    finally:
        office.recorder.close()
    assert [outcome for outcome, _ in office.outcomes] == ["recorded"]
    (rid,) = office.box.recordings()
    with office.box.open(rid) as reader:
        assert reader.samples / 8000 > 2.5, "nothing of the call is lost"


def test_a_line_gets_other_devices_between_two_calls(office: Office) -> None:
    audio = Part("exchange", {"sides": "both"})
    office.changes = [(State.RECORDING, with_line(office.box.config, audio=audio))]
    try:
        office.recorder.start()
        before = office.recorder.line("Reception")
        office.let_call(FIRST)

        office.settle()
        assert office.recorder.line("Reception").thread is not before.thread
        assert office.recorder.line("Reception").devices.audio.sides == ("both",)
    finally:
        office.recorder.close()
    assert [outcome for outcome, _ in office.outcomes] == ["recorded"]


def test_a_line_whose_new_devices_cannot_be_made_goes_on_with_its_own(office: Office) -> None:
    isdn = Part("isdn")
    config = days(with_line(office.box.config, hook=isdn, audio=isdn, prompt=isdn), 30)
    try:
        office.recorder.start()
        before = office.recorder.line("Reception")
        office.change(config)

        office.settle()
        assert office.recorder.line("Reception").thread is not before.thread
        office.let_call(NEXT)
    finally:
        office.recorder.close()
    assert [outcome for outcome, _ in office.outcomes] == ["recorded"]
    assert office.recorder._lines is not None
    assert office.recorder._lines.problem == ("Reception",)


def test_what_the_next_caller_would_hear_is_told_and_changes_nothing(office: Office) -> None:
    answer = office.recorder.handle(TryCalls(), None, trial_text().encode())
    assert isinstance(answer, NextCalls)
    (call,) = answer.calls
    assert (call.line, call.asked, call.language, call.days) == ("Reception", "question", "pl", 90)
    assert call.purposes == ("training", "quality")
    assert call.keys["2"] == ()
    assert not call.lacking
    assert call.words[0].startswith("Dzień dobry, tu Kancelaria Nowak w Warszawie.")
    assert call.voices
    assert any("szkole" in text for text in call.says)
    none = trial_text().replace("language", "unknown_key")
    with refuses("settings_unusable"):
        office.recorder.handle(TryCalls(), None, none.encode())
    office.recorder.close()


def test_a_line_without_its_words_is_told_as_one_that_records_nothing(office: Office) -> None:
    text = trial_text().replace('pl = "szkolenie"', 'pl = "naukę"')  # nobody has spoken it
    (call,) = office.recorder.handle(TryCalls(), None, text.encode()).calls
    assert call.asked == "nothing"
    assert call.lacking
    office.recorder.close()

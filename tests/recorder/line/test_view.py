"""Show a line: who is on while it may be told, levels while a page looks."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from appliance.call.call import Call
from appliance.call.states import State
from appliance.exchange.scene import Scene
from appliance.exchange.script.files import named_scene
from appliance.link.requests.live import GetLive, LineLevel, LiveNews, OnLine, WatchLive
from appliance.link.requests.processes.news import LendList
from appliance.model import events as ev
from appliance.model.policy import LineMemory
from appliance.model.terms import NumberKind, Obstacle
from appliance.recorder.line.devices import Simulation
from appliance.recorder.line.view import MEASURED, TOLD, LineView, who
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from appliance.vault.tags import tag
from tests.boxes import TrialBox
from tests.call.policies import CONSENT
from tests.recorder.calls import play

NUMBER, NAME = "+48600555012", "Zofia Testowa"
KEY = b"k" * 32
UNTOLD = set(State) - TOLD

CALLER = ev.CallerId(0, NUMBER, NAME)
LISTED = ev.CallerId(0, None, listed=True)
ORDINARY = ev.NumberDialled(0, NumberKind.ORDINARY, NUMBER)


def call(state: State, **fields: Any) -> Call:
    return replace(Call(CONSENT, LineMemory(), direction="incoming", state=state), **fields)


class Looker:
    """Looks at the line at every step of a call."""

    def __init__(self, *, levels: bool = True) -> None:
        self.seen: list[tuple[str, OnLine | None]] = []
        self.since: dict[str, float] = {}
        self.levels: dict[str, list[float]] = {}
        self._look_at_levels = levels

    def __call__(self, recorder: Recorder, event: ev.Event, after: Call) -> None:
        view = recorder.line("Reception").thread.view
        status, on = view.shown.status, view.shown.on
        if not self.seen or self.seen[-1] != (status.state, on):
            self.seen.append((status.state, on))
        self.since[status.state] = status.call_since
        level = view.level() if self._look_at_levels else None
        if level is not None:
            self.levels.setdefault(status.state, []).append(level.dbm0)

    def told(self, state: State) -> list[OnLine | None]:
        return [on for seen, on in self.seen if seen == state]

    @property
    def identities(self) -> set[tuple[str, str | None, str | None]]:
        return {(on.identity, on.number, on.name) for _, on in self.seen if on is not None}


# -- who may be told: the rule by itself -----------------------------------------------------------


@pytest.mark.parametrize("state", sorted(TOLD))
def test_the_caller_is_told_while_the_call_can_be_recorded(state: State) -> None:
    assert who(call(state, caller=CALLER)) == OnLine("Reception", "incoming", "known", NUMBER, NAME)


@pytest.mark.parametrize("state", sorted(UNTOLD))
def test_nobody_is_told_of_otherwise(state: State) -> None:
    assert who(call(state, caller=CALLER)) is None
    assert who(call(state, direction="outgoing", number=ORDINARY)) is None


def test_unrecorded_calls_are_among_those() -> None:
    assert {State.REFUSED, State.PRIVATE, State.EXEMPT, State.MACHINE} <= UNTOLD
    assert {State.FAR_CHANGED, State.ENDED, State.IDLE} <= UNTOLD


@pytest.mark.parametrize("state", sorted({*TOLD, State.EXEMPT, State.REFUSED, State.PRIVATE}))
def test_of_a_listed_caller_nothing_is_told_but_that(state: State) -> None:
    assert who(call(state, caller=LISTED)) == OnLine("Reception", "incoming", "listed")
    spoilt = replace(CALLER, listed=True)
    assert who(call(state, caller=spoilt)) == OnLine("Reception", "incoming", "listed")


def test_nobody_is_told_of_who_might_stand_on_an_unknown_list() -> None:
    unknown = replace(CONSENT, held_back=Obstacle.LIST)
    assert who(call(State.RINGING, policy=unknown, caller=CALLER)) is None


def test_nobody_is_told_of_in_a_call_made_private_while_it_rings() -> None:
    assert who(call(State.RINGING, caller=CALLER, private_wanted=True)) is None


@pytest.mark.parametrize(
    ("caller", "identity"),
    [
        (None, "unknown"),
        (ev.CallerId(0, None), "unknown"),
        (ev.CallerId(0, None, withheld=True), "withheld"),
        (ev.CallerId(0, NUMBER, NAME, withheld=True), "withheld"),
    ],
)
def test_a_caller_who_is_not_named_is_not_guessed(
    caller: ev.CallerId | None, identity: str
) -> None:
    told = who(call(State.ASKING, caller=caller))
    assert told is not None
    assert (told.identity, told.number, told.name) == (identity, None, None)


@pytest.mark.parametrize("kind", list(NumberKind))
def test_a_dialled_number_is_told_only_if_it_is_whole_and_ordinary(kind: NumberKind) -> None:
    dialled = ev.NumberDialled(0, kind, NUMBER)
    told = who(call(State.DIALLING, direction="outgoing", number=dialled))
    assert told is not None
    whole = kind is NumberKind.ORDINARY
    assert (told.identity, told.number) == (("known", NUMBER) if whole else ("unknown", None))


# -- the same over the whole path ------------------------------------------------------------------


def test_a_call_is_shown_from_the_ringing_to_the_end(
    trial_box: TrialBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The call is simulated, the meter's patience real: a busy computer would outwait it.
    monkeypatch.setattr("appliance.recorder.line.view.LOOKED_AT_SECONDS", math.inf)
    looker = Looker()
    play(trial_box, Scene.ordinary(NUMBER, "1", talk=3.0, name=NAME), wish=looker)
    known = OnLine("Reception", "incoming", "known", NUMBER, NAME)
    assert looker.told(State.RINGING) == [OnLine("Reception", "incoming", "unknown"), known]
    assert looker.told(State.ASKING) == looker.told(State.RECORDING) == [known]
    assert set(looker.told(State.IDLE)) == set(looker.told(State.ENDED)) == {None}
    began = looker.since["ringing"]
    assert trial_box.clock.now() - 60 < began <= trial_box.clock.now()
    assert looker.since["asking"] == looker.since["recording"] == began
    assert looker.since["idle"] == looker.since["ended"] == 0
    assert set(looker.levels) <= {state.value for state in MEASURED}
    assert -30 < max(looker.levels["asking"]) < 0
    assert -30 < max(looker.levels["recording"]) < 0


def test_a_refuser_is_shown_no_longer_and_the_call_not_measured(trial_box: TrialBox) -> None:
    looker = Looker()
    play(trial_box, Scene.ordinary(NUMBER, "2", talk=3.0, name=NAME), wish=looker)
    assert looker.told(State.REFUSED) == [None]
    assert State.REFUSED.value not in looker.levels
    assert looker.seen[-1][1] is None


def test_a_withheld_number_is_said_to_be_withheld(trial_box: TrialBox) -> None:
    looker = Looker()
    play(trial_box, Scene.ordinary("", "1", talk=2.0), wish=looker)
    assert ("withheld", None, None) in looker.identities
    assert {identity for identity, _, _ in looker.identities} <= {"withheld", "unknown"}


def test_a_listed_number_is_never_shown(trial_box: TrialBox) -> None:
    lent: list[bool] = []
    looker = Looker()

    def lend_first(recorder: Recorder, event: ev.Event, after: Call) -> None:
        if not lent:
            recorder.handle(LendList(key=KEY, tags=(tag(KEY, NUMBER),)), None, b"")
            lent.append(True)
        looker(recorder, event, after)

    play(trial_box, Scene.ordinary(NUMBER, "1", name=NAME), wish=lend_first)
    assert looker.told(State.EXEMPT) == [OnLine("Reception", "incoming", "listed")]
    assert looker.identities == {("unknown", None, None), ("listed", None, None)}


def test_a_dialled_number_is_shown_when_it_was_heard_whole(trial_box: TrialBox) -> None:
    looker = Looker()
    play(trial_box, named_scene("outgoing-agrees"), wish=looker)
    assert looker.told(State.DIALLING) == [
        OnLine("Reception", "outgoing", "unknown"),
        OnLine("Reception", "outgoing", "known", NUMBER),
    ]
    assert looker.told(State.RECORDING) == [OnLine("Reception", "outgoing", "known", NUMBER)]


def test_a_call_for_help_is_shown_to_nobody(trial_box: TrialBox) -> None:
    looker = Looker()
    play(trial_box, named_scene("outgoing-emergency"), wish=looker)
    assert looker.identities == {("unknown", None, None)}
    assert looker.told(State.EXEMPT) == [None]


def test_after_a_call_for_help_it_is_told_until_when_callers_are_not_asked(
    trial_box: TrialBox,
) -> None:
    looker, seen = Looker(), {}

    def look(recorder: Recorder, event: ev.Event, after: Call) -> None:
        looker(recorder, event, after)
        status = recorder.line("Reception").thread.view.shown.status
        seen[status.state] = status.exempt_until

    play(trial_box, named_scene("outgoing-emergency"), wish=look)
    assert seen["ringing" if "ringing" in seen else "dialling"] == 0
    half_an_hour = seen["ended"] - trial_box.clock.now()
    assert 1750 < half_an_hour <= 1800
    play(trial_box, Scene.ordinary(NUMBER, "1", talk=1.0), wish=look)
    assert seen["idle"] == 0  # another recorder at speed remembers nothing of it


# -- levels ----------------------------------------------------------------------------------------


def test_nothing_is_measured_while_nobody_looks(
    trial_box: TrialBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[float] = []
    monkeypatch.setattr("appliance.recorder.line.view.level_dbm0", measured.append)
    play(trial_box, Scene.ordinary(NUMBER, "1", talk=2.0), wish=Looker(levels=False))
    assert measured == []


# -- the desk --------------------------------------------------------------------------------------


@pytest.fixture
def recorder(trial_box: TrialBox) -> Iterator[Recorder]:
    make_places(trial_box.folders)
    simulation = Simulation(at_speed=True, seed=1)
    made = Recorder(trial_box.config, trial_box.folders, trial_box.clock, simulation=simulation)
    yield made
    made.close()


def states(news: LiveNews | None) -> list[str]:
    assert news is not None
    assert news.kind == "state"
    return [status.state for status in news.lines]


def test_whoever_watches_sees_a_call_and_its_end(recorder: Recorder) -> None:
    watching = recorder.handle(WatchLive(), None, b"")
    assert states(next(watching)) == ["unknown"]
    recorder.start()
    recorder.simulated().place(Scene.ordinary(NUMBER, "1", talk=2.0, name=NAME))
    recorder.simulated().wait_over()
    news = next(watching)
    assert states(news) == ["idle"]  # a slow watcher: all of the call went by, the end did not
    assert news.people == ()
    assert recorder.handle(GetLive(), None, b"") == news
    assert next(watching) is None
    recorder.close()
    assert list(watching) == []


def test_levels_of_all_lines_come_in_one_message_and_after_any_state(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching = recorder.handle(WatchLive(), None, b"")
    assert states(next(watching)) == ["unknown"]
    assert next(watching) is None
    monkeypatch.setattr(LineView, "level", lambda view: LineLevel("Reception", -18.0))
    news = LiveNews("levels", levels=(LineLevel("Reception", -18.0),))
    assert [next(watching), next(watching)] == [news, news]
    recorder.start()
    recorder.simulated().place(Scene.ordinary(NUMBER, "2"))
    recorder.simulated().wait_over()
    assert states(next(watching)) == ["idle"]
    assert next(watching) == news

"""Describe one simulated call as data: its line, its parties, their acts, the expected end.

``docs/scenes-format.md`` is the specification. A scene holds only what people and networks do: its
parties hear the line and know nothing of the recorder's state.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from appliance.model.demo_phone import CommonDo, LiveDo, Party, Source

Positive = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]

By = Literal[Source, "both"]

PARTY_AT: Mapping[str, Party] = {"far": "caller", "near": "office"}
"""The party at each side of the line; a scene's file may name either."""

Do = Literal[
    CommonDo,
    "speak",  # caller, office, third: talk; both: talk in turns
    "dial",  # office: dial by keys or by pulses
    "tone",  # network: a tone of the country, or frequencies
    "reverse",  # network: swap the wires
    "disconnect",  # network: no voltage
    "break",  # network: no loop current
    "music",  # caller, network: on hold
    "lose_sound",  # box: its adapter gives none
    "lose_monitor",  # box: the monitor's bytes are lost
    "restart",  # box: both, and what it knew of the hook
]
WHO_DOES: Mapping[Do | LiveDo, tuple[By, ...]] = {
    "call": ("caller", "third"),
    "lift": ("caller", "office", "third"),
    "hang_up": ("caller", "office", "third"),
    "key": ("caller", "office", "third"),
    "flash": ("office",),
    "talk": ("caller", "office", "third"),
    "hush": ("caller", "office", "third"),
    "speak": ("caller", "office", "both", "third"),
    "dial": ("office",),
    "tone": ("caller", "office", "network"),
    "reverse": ("network",),
    "disconnect": ("network",),
    "break": ("network",),
    "music": ("caller", "network"),
    "lose_sound": ("box",),
    "lose_monitor": ("box",),
    "restart": ("box",),
}
"""Who can do it at all, by hand or in a scene."""

On = Literal[
    "start",  # the call begins
    "lifted",  # the office's phone is off-hook
    "dialled",  # the last digit is out
    "answered",  # both parties are connected
    "question",  # the question begins
    "mark",  # its mark
    "question_end",
    "question_again",  # the question, said up to its mark before, begins again
    "mark_again",
    "keys",  # the keys, repeated, begin
    "keys_mark",
    "keys_end",
    "notice",  # where nothing is asked
    "notice_end",
    "more",  # the second layer begins
    "more_end",
    "choice",  # a purpose is asked alone; the first time it happens
    "choice_mark",
    "choice_end",
    "outcome",  # a short sentence about the outcome begins
    "outcome_end",
    "confirmation",  # the confirmation begins
    "recording",  # the confirmation is over
    "conversation",  # the box has been silent so long that people talk
    "flashed",  # the phone is off-hook again after a flash
    "far_gone",  # the caller has hung up
    "near_gone",  # the office has hung up
]


class SceneAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that a party, the network or the box does."""

    by: By
    do: Do
    on: str  # one of On, or "done:ID": the end of another act
    after_ms: int = 0  # may be negative for the marks and ends of prompts
    id: str = ""
    keys: str = ""  # key, dial
    ms: int = 100  # key, dial: each key; flash, disconnect, break, the box's: how long
    gap_ms: int = 100  # key, dial: between keys
    dbm0: float | None = None  # key, tone, speak: level; both tones of a key together
    twist_db: float = 2.0  # key: high minus low group
    deviation: float = 0.0  # key: relative error of both frequencies
    jitter_db: float = 0.0  # key: standard deviation of the level, drawn anew for each call
    pulses: bool = False  # dial: by breaks of the loop, 60 ms in 100
    seconds: float = 1.0  # speak, tone, music: how long
    share: NotNegative = 0.0  # speak: for so much of the words being played instead
    tone: str = ""  # tone: dial, ringback, busy, congestion, sit, call_waiting
    frequencies: tuple[float, ...] = ()  # tone: others, all at once
    over: bool = False  # speak: goes on when the box speaks


class Circuit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The wires, the network behind them and the box's tap."""

    loss_db: float = 2.0  # of the line between exchange and office, each way
    receive_dbr: float = 0.0  # of the exchange's port towards the office (often -7)
    gain_db: float = 0.0  # of the network between the caller and the exchange
    alaw: bool = True  # the network carries A-law
    network: Literal["complex", "resistive"] = "complex"  # impedance seen towards the exchange
    phone: Literal["complex", "resistive"] = "complex"  # impedance of the office's phone
    second_phone: bool = False  # another phone in parallel is off-hook too
    line_noise_dbm0: float = -65.0
    network_noise_dbm0: float = -68.0
    sense_noise_dbm0: float = -62.0  # of the current channel
    echo_ms: NotNegative = 0.0  # delay of the network's echo of the near side, 0 for none
    echo_loss_db: NotNegative = 20.0  # its return loss
    monitor_late_ms: Annotated[int, msgspec.Meta(ge=0, le=2000)] = 0  # of its bytes, in 20 ms
    monitor_counts: bool = True  # it tells digits dialled by pulses; else the box alone counts
    idle_volts: Positive = 48.0
    loop_ohms: NotNegative = 400.0  # both wires together
    prompt_db: float = 0.0  # of the prompt's way to the line, against what it should be
    prompt_muted: bool = False  # its way to the line is cut
    prompt_gap_ms: Annotated[int, msgspec.Meta(ge=0)] = 0  # silence in it, two seconds in
    prompt_ppm: float = 0.0  # its clock against the adapter's, in millionths
    capture_db: float = 0.0  # gain of the box's adapter
    capture_agc: bool = False  # the box's adapter controls its gain
    lost_packets: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0  # in the network, concealed
    agc: bool = False  # the network controls the gain of what comes from far
    hum_dbm0: float | None = None  # of the mains, at 50 Hz
    crosstalk_dbm0: float | None = None  # of a neighbouring pair that rings
    clicks_per_second: NotNegative = 0.0


class SceneCaller(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The caller, or the party that the office dials."""

    number: str = ""
    name: str = ""
    withheld: bool = False
    speech_dbm0: float = -20.0  # active level of the caller's voice
    codec: Literal["", "gsm"] = ""  # of the caller's phone, keys and voice alike


class SceneOffice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The office's phone, and when it answers."""

    lifts_after_rings: Annotated[int, msgspec.Meta(ge=0)] = 2  # 0: nobody answers
    speech_dbm0: float = -18.0


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The network's tones, ringing and reversals."""

    country: str = "PL"
    answers_after_ms: int = 7000  # outgoing: from the last digit; negative: never
    reversal: bool = False  # the wires are swapped at the far end's answer and hang-up
    when_far_gone: Literal["busy", "dial", "silence"] = "busy"
    rings: Annotated[int, msgspec.Meta(ge=1, le=40)] = 6  # then the caller gives up


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the call must end."""

    outcome: Literal["recorded", "unrecorded"]
    reason: str = ""  # unrecorded: why
    ended: str = ""  # recorded: why the recording ended


class Today(Expectation, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the call ends today, where the detectors are not good enough yet."""

    because: str  # what the detectors miss


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One call."""

    name: str
    about: str
    expect: Expectation | None = None  # None: it depends on what the office has configured
    today: Today | None = None  # where it does not end as expected
    situation: int = 0  # of docs/scenes.md's list, 0 for none
    direction: Literal["incoming", "outgoing"] = "incoming"
    caller: SceneCaller = SceneCaller()
    office: SceneOffice = SceneOffice()
    network: Network = Network()
    circuit: Circuit = Circuit()
    acts: tuple[SceneAct, ...] = ()
    limit_seconds: Annotated[float, msgspec.Meta(gt=0, le=7200)] = 180.0  # then all hang up
    before: tuple["Scene", ...] = ()  # calls that must have happened first

    @classmethod
    def ordinary(
        cls,
        number: str,
        answer: str | None,
        by: Party = "caller",
        talk: float = 5.0,
        withdraw_after: float | None = None,
        *,
        name: str | None = None,
        refuse: str = "2",
    ) -> "Scene":
        """Return an ordinary incoming call.

        Args:
            number: the caller's, empty for withheld.
            answer: the key pressed after the question, None for none.
            by: whose phone it is pressed on.
            talk: seconds of conversation before the office hangs up.
            withdraw_after: seconds into the conversation at which the caller presses ``refuse``.
            name: the caller's name, as the network tells it.
            refuse: the key that withdraws.
        """
        acts = list(greetings())
        if answer is not None:
            acts.append(SceneAct(by=by, do="key", keys=answer, on="mark", after_ms=700, ms=120))
        acts.append(SceneAct(by="both", do="speak", on="conversation", after_ms=200, seconds=talk))
        last_ms = round(talk * 1000) + 500
        if withdraw_after is not None:
            at_ms = round(withdraw_after * 1000)
            acts.append(
                SceneAct(by="caller", do="key", keys=refuse, on="conversation", after_ms=at_ms)
            )
            last_ms = max(last_ms, at_ms + 4000)
        acts.append(SceneAct(by="office", do="hang_up", on="conversation", after_ms=last_ms))
        caller = SceneCaller(number=number, name=name or "", withheld=not number)
        return cls(
            name="ordinary",
            about="A call with the given answer.",
            caller=caller,
            acts=tuple(acts),
        )

    def on_line(self, **changes: object) -> "Scene":
        """Return the same call on a line with some figures of its circuit changed."""
        return msgspec.structs.replace(
            self, circuit=msgspec.structs.replace(self.circuit, **changes)
        )


def greetings() -> tuple[SceneAct, SceneAct]:
    """Return both parties' hello when the office answers, with a pause for the question."""
    return (
        SceneAct(by="office", do="speak", on="answered", after_ms=250, seconds=0.8),
        SceneAct(by="caller", do="speak", on="answered", after_ms=1100, seconds=1.0),
    )

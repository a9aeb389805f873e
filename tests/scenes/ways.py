"""Describe calls on lines with other rules: second layer, choices, mixed bases.

Each is a scene and what its line records for; the prompts are made for the test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import structs

from appliance.config.settings import Basis, Config
from appliance.exchange.scene import Scene, SceneAct, greetings
from tests.boxes import TrialBox
from tests.scenes.worded import worded_config

CONSENT, CONTRACT, INTEREST = Basis.CONSENT, Basis.CONTRACT, Basis.LEGITIMATE_INTERESTS
ALL = ("training", "quality", "claims", "agreements")


@dataclass(frozen=True)
class Rules:
    """Purposes and keys of a line."""

    bases: Mapping[str, Basis]
    choices: Mapping[str, tuple[str, ...]]
    choose_key: str = ""

    def of(self, box: TrialBox, folder: Path) -> TrialBox:
        """Return the box with such a line."""
        return replace(box, config=self.config(box.config, folder))

    def config(self, config: Config, folder: Path) -> Config:
        """Return the configuration with such a line; its prompts are in ``folder``."""
        return worded_config(config, folder, self.bases, self.choices, self.choose_key)


RULES: Mapping[str, Rules] = {
    "consent": Rules({"training": CONSENT}, {"1": ("training",), "2": ()}),
    "four": Rules(dict.fromkeys(ALL, CONSENT), {"1": ALL, "2": ()}, "4"),
    "contract": Rules({"order": CONTRACT}, {}),
    "interest": Rules({"faults": INTEREST}, {"2": ()}),
    "both": Rules({"order": CONTRACT, "faults": INTEREST}, {"2": ()}),
    "mixed": Rules(
        {"order": CONTRACT, "training": CONSENT, "quality": CONSENT},
        {"1": ("training", "quality"), "4": ("training",), "6": ("quality",), "2": ()},
    ),
    "objectable": Rules({"faults": INTEREST, "training": CONSENT}, {"1": ("training",), "2": ()}),
}


@dataclass(frozen=True)
class Way:
    """A call, and what must become of it."""

    about: str
    rules: str
    acts: tuple[SceneAct, ...]
    said: str  # the kinds of prompts, in their order
    why: str  # of its end, or of not being recorded
    purposes: frozenset[str] | None = None  # in force at the end; None: not recorded

    @property
    def scene(self) -> Scene:
        """Return the call as a scene: greetings, the acts, talk, and a hang-up."""
        both = SceneAct(by="both", do="speak", on="conversation", after_ms=200, seconds=1.5)
        later = self.why == "too_early" or any(act.on == "conversation" for act in self.acts)
        end = SceneAct(
            by="office", do="hang_up", on="conversation", after_ms=9000 if later else 2500
        )
        acts = (*greetings(), *self.acts, both, end)
        return structs.replace(Scene.ordinary("+48600555012", None), acts=acts, about=self.about)


def key(keys: str, on: str, after_ms: int = 700, by: str = "caller") -> SceneAct:
    """Return the press of a key."""
    return SceneAct(by=by, do="key", keys=keys, on=on, after_ms=after_ms, ms=120, gap_ms=3000)  # type: ignore[arg-type]


def talk_over(after_ms: int) -> SceneAct:
    """Return talk that does not give way to the box, so long after the question began."""
    return SceneAct(
        by="office", do="speak", on="question", after_ms=after_ms, seconds=3.0, over=True
    )


def recorded(about: str, rules: str, said: str, purposes: str, *acts: SceneAct) -> Way:
    """Return a call that is recorded to its end."""
    return Way(about, rules, acts, said, "hung_up", frozenset(purposes.split()))


def unrecorded(about: str, rules: str, said: str, why: str, *acts: SceneAct) -> Way:
    """Return a call that is not recorded."""
    return Way(about, rules, acts, said, why)


WAYS: Mapping[str, Way] = {
    "more-after-the-mark": recorded(
        "The caller asks for the second layer, hears it and the keys, and agrees.",
        "consent",
        "question more keys confirmation",
        "training",
        key("9", "mark"),
        key("1", "keys_mark"),
    ),
    "more-before-the-mark": recorded(
        "The caller asks for the second layer early, and hears the whole question again.",
        "consent",
        "question more question confirmation",
        "training",
        key("9", "question", 1500),
        key("1", "mark", 700),
    ),
    "more-in-a-notice": recorded(
        "During a notice the caller asks for the second layer; recording waits for both.",
        "contract",
        "notice more notice",
        "order",
        key("9", "notice", 1500),
    ),
    "more-by-the-office": unrecorded(
        "The office presses the key of the second layer.",
        "consent",
        "question",
        "interrupted",
        key("9", "mark", by="office"),
    ),
    "too-early": unrecorded(
        "The caller presses the key before its name was said, and nothing more.",
        "consent",
        "question keys unanswered",
        "too_early",
        key("1", "question", 1500),
    ),
    "refused": unrecorded(
        "The caller refuses and is answered.",
        "consent",
        "question refused",
        "refused",
        key("2", "mark"),
    ),
    "withdrawn": unrecorded(
        "The caller agrees, takes it back and is answered.",
        "consent",
        "question confirmation withdrawn",
        "refused",
        key("1", "mark"),
        key("2", "conversation", 2500),
    ),
    "objected": unrecorded(
        "The caller objects to a legitimate interest and is answered.",
        "interest",
        "notice objected",
        "refused",
        key("2", "notice", 1500),
    ),
    "objected-to-a-part": recorded(
        "The caller objects; the contract stays, and the box says so.",
        "both",
        "notice confirmation",
        "order",
        key("2", "notice", 1500),
    ),
    "chosen-one-by-one": recorded(
        "Of four purposes the caller agrees to the first and the last.",
        "four",
        "question choice choice choice choice confirmation",
        "training agreements",
        key("4", "mark"),
        key("1221", "choice_mark", 900),
    ),
    "none-chosen": unrecorded(
        "The caller opens the choice of four purposes and refuses each.",
        "four",
        "question choice choice choice choice refused",
        "nothing_chosen",
        key("4", "mark"),
        key("2222", "choice_mark", 900),
    ),
    "mixed-agreed-to-one": recorded(
        "On a mixed line the caller agrees to one purpose; the contract needs no key.",
        "mixed",
        "question confirmation",
        "order quality",
        key("6", "mark"),
    ),
    "mixed-refused-early": recorded(
        "On a mixed line the caller refuses early; the notice of the rest is finished.",
        "mixed",
        "question confirmation",
        "order",
        key("2", "question", 1500),
    ),
    "mixed-refused-late": recorded(
        "On a mixed line the caller refuses after the mark.",
        "mixed",
        "question confirmation",
        "order",
        key("2", "mark"),
    ),
    "mixed-silent": recorded(
        "On a mixed line the caller presses nothing.",
        "mixed",
        "question keys confirmation",
        "order",
    ),
    "mixed-wrong-key": recorded(
        "On a mixed line the caller presses a key without a meaning.",
        "mixed",
        "question confirmation",
        "order",
        key("7", "mark"),
    ),
    "mixed-talked-over": unrecorded(
        "On a mixed line people talk over the question, and over its replay.",
        "mixed",
        "question question",
        "not_heard",
        talk_over(300),
        talk_over(5000),
    ),
    "mixed-withdrawn": recorded(
        "On a mixed line the caller takes the consent back; the contract goes on.",
        "mixed",
        "question confirmation withdrawn",
        "order",
        key("1", "mark"),
        key("2", "conversation", 2500),
    ),
    "mixed-objected": unrecorded(
        "On a mixed line the refuse key also objects; nothing is left.",
        "objectable",
        "question refused",
        "refused",
        key("2", "mark"),
    ),
}

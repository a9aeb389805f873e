"""Check that shipped scenes load, mistakes are reported and the format is documented."""

from pathlib import Path
from typing import get_args

import pytest
from msgspec import structs

from appliance.errors import LineError
from appliance.exchange.scene import (
    Circuit,
    Do,
    Expectation,
    Network,
    On,
    Scene,
    SceneAct,
    SceneCaller,
    SceneOffice,
)
from appliance.exchange.script.files import find_scene, named_scene, parse_scene, scene_names
from appliance.link.requests.trial import TrialCaller
from appliance.model.records import Reason
from tests.deep import spread
from tests.exchange.scripted_recorder import asking, run

ABOUT = 'about = "x"\n'
FORMAT = Path(__file__).parents[3] / "docs" / "scenes-format.md"


@pytest.mark.parametrize("name", scene_names())
def test_every_shipped_scene_loads_and_expects_something(name: str) -> None:
    scene = named_scene(name)
    assert scene.name == name
    assert scene.about.endswith(".")
    assert scene.expect is not None
    told = scene.expect.reason if scene.expect.outcome == "unrecorded" else scene.expect.ended
    assert told in {*Reason, ""}  # a call that was never seen is not counted


def test_every_trial_caller_is_there() -> None:
    for caller in get_args(TrialCaller):
        assert named_scene(caller).direction == "incoming"


@pytest.mark.parametrize("name", spread([name for name in scene_names() if ":" not in name], 4))
def test_every_shipped_scene_comes_to_an_end(name: str) -> None:
    script = run(named_scene(name), asking)
    assert len(script.frames) * 0.02 < 120


def test_a_variant_changes_only_what_it_names() -> None:
    base, changed = named_scene("flash-new-party"), named_scene("flash-new-party:flash-80")
    flashes = [act for act in changed.acts if act.do == "flash"]
    assert [act.ms for act in flashes] == [80]
    assert [a for a in changed.acts if a.do != "flash"] == [a for a in base.acts if a.do != "flash"]
    assert changed.circuit == base.circuit


def test_a_scene_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(ABOUT + '[caller]\nnumber = "+48221234567"\n')
    scene = find_scene(str(file))
    assert (scene.name, scene.caller.number) == ("mine", "+48221234567")
    assert scene.expect is None
    assert find_scene("agrees") == named_scene("agrees")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "about: missing"),
        (ABOUT + "colour = 1", "colour: unknown"),
        (ABOUT + "[circuit]\nlos_db = 1.0", "circuit.los_db: unknown; did you mean 'loss_db'?"),
        (ABOUT + '[circuit]\nloss_db = "much"', "circuit.loss_db: Expected `float`"),
        (ABOUT + "[circuit]\necho_ms = -5.0", "circuit.echo_ms: Expected `float` >= 0"),
        (ABOUT + "circuit = 3", "circuit: a table is meant"),
        (ABOUT + 'expect = { outcome = "maybe" }', "expect.outcome: Invalid enum value"),
        (ABOUT + "expect = {}", "expect.outcome: missing"),
        (ABOUT + "act = 3", "act: an array of tables"),
        (ABOUT + '[[act]]\ndo = "speak"', "act 1.by: missing"),
        (ABOUT + '[[act]]\nby = "caller"\ndo = "flash"\non = "start"', "'caller' cannot 'flash'"),
        (ABOUT + '[[act]]\nby = "far"\ndo = "flash"\non = "start"', "'caller' cannot 'flash'"),
        (ABOUT + '[[act]]\nby = "third"\ndo = "hang_up"\non = "start"', "'third' cannot 'hang_up'"),
        (ABOUT + '[[act]]\nby = "office"\ndo = "lift"\non = "start"', "act 1.do: Invalid enum"),
        (ABOUT + '[[act]]\nby = ["far"]\ndo = "flash"\non = "start"', "act 1.by: "),
        (ABOUT + '[[act]]\nby = "caller"\ndo = "key"\non = "mark"', "keys: '' are no keys"),
        (
            ABOUT + '[[act]]\nby = "office"\ndo = "dial"\npulses = true\nkeys = "*"\non = "lifted"',
            "keys: '*' are no keys",
        ),
        (
            ABOUT + '[[act]]\nby = "caller"\ndo = "speak"\non = "marc"',
            "nothing is called 'marc'; did you mean 'mark'?",
        ),
        (
            ABOUT + '[[act]]\nby = "caller"\ndo = "speak"\non = "done:x"',
            "nothing is called 'done:x'",
        ),
        (
            ABOUT + '[[act]]\nby = "network"\ndo = "tone"\ntone = "bussy"\non = "start"',
            "did you mean 'busy'?",
        ),
        (
            ABOUT + '[[act]]\nby = "network"\ndo = "tone"\nfrequencies = [5000.0]\non = "start"',
            "frequencies: between 0 and 4000 Hz",
        ),
        (
            ABOUT + '[[act]]\nby = "caller"\ndo = "key"\nkeys = "1"\nms = 0\non = "start"',
            "a time is meant",
        ),
        (ABOUT + 'before = ["agres"]', "did you mean agrees?"),
        (ABOUT + "before = 7", "before: Expected `array`"),
        (ABOUT + "variant = 7", "variant: tables"),
        (ABOUT + "limit_seconds = 0.0", "limit_seconds"),
        ("about = ", "is no TOML"),
    ],
)
def test_a_mistake_is_told(text: str, told: str) -> None:
    with pytest.raises(LineError) as caught:
        parse_scene("mine", text)
    assert told in str(caught.value)


def test_a_key_that_cannot_be_shown_is_named_without_its_signs() -> None:
    with pytest.raises(LineError) as caught:
        parse_scene("mine", ABOUT + '"\\u202e\\u0000\\n" = 1\n"' + "x" * 5000 + '" = 1\n')
    _, *told = str(caught.value).split("\n")
    assert len(told) == 2
    assert all(line.isprintable() and len(line) < 700 for line in told)


@pytest.mark.parametrize(("side", "party"), [("far", "caller"), ("near", "office")])
def test_a_party_may_be_called_by_its_side_of_the_line(side: str, party: str) -> None:
    text = ABOUT + '[[act]]\nby = "{}"\ndo = "key"\nkeys = "1"\non = "mark"'
    assert parse_scene("mine", text.format(side)) == parse_scene("mine", text.format(party))


def test_all_mistakes_are_told_together() -> None:
    text = 'colour = 1\n[caller]\nnumer = "1"\n[[act]]\nby = "caller"\ndo = "jump"\non = "start"'
    with pytest.raises(LineError) as caught:
        parse_scene("mine", text)
    message = str(caught.value)
    for told in ("about: missing", "colour: unknown", "caller.numer: unknown", "act 1.do: Invalid"):
        assert told in message


@pytest.mark.parametrize("variant", ["loud", "quie"])
def test_a_variant_that_is_not_there(variant: str) -> None:
    text = ABOUT + "[variant.quiet]\nact.nobody.ms = 3\ncircuit.gain = 1.0\n"
    with pytest.raises(LineError, match="there is none called"):
        parse_scene("mine", text, variant)
    with pytest.raises(LineError, match="no act has the id 'nobody'") as caught:
        parse_scene("mine", text, "quiet")
    assert "circuit.gain: unknown" in str(caught.value)


@pytest.mark.parametrize("name", ["agres", "agrees:loud", "../agrees", "", "nothing.toml"])
def test_a_scene_that_is_not_there(name: str) -> None:
    with pytest.raises(LineError):
        find_scene(name)


def test_calls_may_not_hang_on_each_other_for_ever() -> None:
    with pytest.raises(LineError, match="too many calls"):
        parse_scene("mine", ABOUT + 'before = ["call-back"]', depth=3)


def test_an_ordinary_call_says_what_the_options_say() -> None:
    scene = Scene.ordinary("", "3", "office", 7.5, 2.0, name="Zofia")
    assert scene.caller == SceneCaller(number="", name="Zofia", withheld=True)
    keys = [(act.by, act.keys, act.on, act.after_ms) for act in scene.acts if act.do == "key"]
    assert keys == [("office", "3", "mark", 700), ("caller", "2", "conversation", 2000)]
    (hang_up,) = [act for act in scene.acts if act.do == "hang_up"]
    assert (hang_up.by, hang_up.after_ms) == ("office", 8000)
    assert not [act for act in Scene.ordinary("1", None).acts if act.do == "key"]


def test_a_scene_on_another_line() -> None:
    scene = named_scene("agrees").on_line(gain_db=-6.0)
    assert scene.circuit.gain_db == -6.0
    assert structs.replace(scene, circuit=Circuit()) == named_scene("agrees")


def test_the_format_is_written_down_whole() -> None:
    text = FORMAT.read_text("utf-8")
    words = [
        field
        for kind in (SceneAct, SceneCaller, Circuit, Expectation, Network, SceneOffice)
        for field in kind.__struct_fields__
    ]
    words += [*get_args(Do), *get_args(On), "direction", "limit_seconds", "greetings", "before"]
    assert [word for word in words if f"`{word}`" not in text] == []

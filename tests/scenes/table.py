"""Write docs/scenes.md: how every shipped scene must end, and how it ends today.

python -m tests.scenes.table > docs/scenes.md
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.exchange.scene import Scene
from appliance.exchange.script.files import named_scene, scene_names
from tests.boxes import TrialBox, make_box
from tests.scenes.playing import Ending, expected, play, today
from tests.scenes.ways import WAYS, Way

SITUATIONS = (
    "Calls as they are made every day",
    "An analog caller: loops, levels, noise",
    "A mobile caller: keys made by the network",
    "A router's port",
    "Packets lost and concealed",
    "Keys through a mobile phone's codec",
    "A key leaked by a gateway, then made anew",
    "A key whose end is lost",
    "A near key",
    "A near key with a second phone off-hook",
    "A near key on a phone that nobody measured",
    "A tone generator held to the office's handset",
    "A near key and its echo from the network",
    "Both press",
    "The office talks over the question, or over the key",
    "A key around the mark; an early refusal",
    "A question that is muted, too quiet, broken, or played by another clock",
    "The hook switch and a new party",
    "Call waiting, swapped calls, three at once",
    "The caller hangs up; the office stays",
    "Outgoing calls; emergencies and the call-back",
    "Alarms, care phones, faxes, modems",
    "Answering machines",
    "Music on hold, silence",
    "Hum, clicks, crosstalk, hiss, gain control, clipping, dropped sound",
    "The box starts, or loses sound or monitor, in any state; late bytes",
)
"""Sections of the page, by number; a scene names its own."""

HEAD = """# The scenes, and what becomes of them

Written by `python -m tests.scenes.table > docs/scenes.md`; a test fails when a scene is missing
here or stands with another expectation. [scenes-format.md](scenes-format.md) says how a scene is
written. Every one of them runs through the whole recorder in the tests, on the trial's line, which
has a V/I tap and so grade A; what one mixed signal makes of keys stands in
[the figures](benchmarks.md#whose-key-it-was). Writing this page also plays each scene, but not its
variants, with a network 6 dB quieter and 6 dB louder: it is written only if each ends in the same
way. **Today** stands where the ears are not good enough yet: what becomes of the call instead, and
what they miss. A test fails, too, when one of these gets better.
"""
WAYS_HEAD = """
## On lines with other rules

These are not shipped: `tests/scenes/ways.py` holds them and the rules of their lines, and the tests
make the prompts. `tests/scenes/test_ways.py` plays each through the whole recorder, compares what
the box says, and opens the recording.

| Call | What happens | Rules | The box says | Must end as |
|---|---|---|---|---|
"""
GAINS_DB = (-6.0, 6.0)
COLUMNS = "| Scene | What happens | Expected | Seen |\n|---|---|---|---|\n"


def line(name: str, scene: Scene, seen: Ending) -> str:
    """Return a row of the table."""
    verdict = "as expected" if seen == expected(scene) else f"**{seen}**"
    if scene.today is not None and seen == today(scene):
        verdict = f"**today: {seen}**, because {scene.today.because}"
    return f"| {name} | {scene.about} | {expected(scene)} | {verdict} |\n"


def page(seen: dict[str, Ending]) -> Iterator[str]:
    """Yield the page's parts.

    Args:
        seen: how each scene ended, by its name.
    """
    scenes = {name: named_scene(name) for name in sorted(seen)}
    behind = sum(scene.today is not None for scene in scenes.values())
    yield HEAD
    yield f"\n{len(scenes)} scenes and variants, of which {behind} are not as they should be yet.\n"
    for number, title in enumerate(SITUATIONS):
        yield f"\n## {number}. {title}\n\n{COLUMNS}" if number else f"\n## {title}\n\n{COLUMNS}"
        for name, scene in scenes.items():
            if scene.situation == number:
                yield line(name, scene, seen[name])
    yield WAYS_HEAD
    yield from (way_line(name, way) for name, way in WAYS.items())


def way_line(name: str, way: Way) -> str:
    """Return the row of a call on a line with other rules."""
    said = ", ".join(way.said.split())
    kept = f"recorded for {', '.join(sorted(way.purposes))}" if way.purposes else "unrecorded"
    return f"| {name} | {way.about} | {way.rules} | {said} | {kept}, {way.why} |\n"


def at_other_levels(box: TrialBox, names: Sequence[str]) -> Iterator[str]:
    """Play scenes with a quieter and a louder network; yield each that ends otherwise."""
    for name in names:
        for gain_db in GAINS_DB:
            seen = play(box, named_scene(name).on_line(gain_db=gain_db))
            if seen != today(named_scene(name)):
                yield f"{name} at {gain_db:+.0f} dB: {seen}"


def main() -> None:
    """Play all scenes and print the page."""
    names = scene_names()
    with TemporaryDirectory() as folder:
        box = make_box(Path(folder) / "data", pool_ahead=4 * len(names))
        seen = {name: play(box, named_scene(name)) for name in names}
        others = list(at_other_levels(box, [name for name in names if ":" not in name]))
    if others:
        sys.exit("\n".join(others))
    print("".join(page(seen)), end="")


if __name__ == "__main__":
    main()

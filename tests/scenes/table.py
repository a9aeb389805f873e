"""Write docs/scenes.md: every shipped scene, what must become of it, and what does today.

python -m tests.scenes.table > docs/scenes.md
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.lines.scene import Scene
from appliance.lines.scenes import named_scene, scene_names
from tests.boxes import make_box
from tests.scenes.playing import Ending, expected, play

HEAD = """# The scenes, and what becomes of them

Written by `python -m tests.scenes.table > docs/scenes.md`; a test fails when a scene is missing
here or stands with another expectation. [scenes-format.md](scenes-format.md) says how a scene is
written. Every one of them runs through the whole recorder in the tests; the last column is what
the last run of the command above saw.

| Scene | Variant | What happens | Expected | Seen |
|---|---|---|---|---|
"""


def line(name: str, scene: Scene, seen: Ending) -> str:
    """Return a row of the table."""
    base, _, variant = name.partition(":")
    wanted = expected(scene)
    verdict = "as expected" if seen == wanted else f"**{seen}**"
    return f"| {base} | {variant} | {scene.about} | {wanted} | {verdict} |\n"


def main() -> None:
    """Play all scenes and print the page."""
    names = scene_names()
    print(HEAD, end="")
    with TemporaryDirectory() as folder:
        box = make_box(Path(folder) / "data", pool_ahead=len(names) + 10)
        for name in names:
            scene = named_scene(name)
            print(line(name, scene, play(box, scene)), end="")


if __name__ == "__main__":
    main()

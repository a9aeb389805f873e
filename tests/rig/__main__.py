"""Run the whole box on sound and serial without hardware: ``python -m tests.rig``."""

import sys
import tempfile
from pathlib import Path

import click

from appliance.commands.helpers.options import stop_on_signal
from appliance.errors import ZgodaError
from appliance.exchange.script.files import find_scene
from tests.rig.hook.choice import HOOKS
from tests.rig.rig import running_rig
from tests.rig.trial import say, try_call


@click.command(epilog="Example: python -m tests.rig --stay")
@click.option(
    "--tap/--mono",
    "stereo",
    default=True,
    help="A stereo adapter as voltage and current tap (usual), or one mixed channel, on which the "
    "office's phones are enrolled.",
)
@click.option(
    "--hook",
    type=click.Choice(list(HOOKS)),
    default="lm1",
    show_default=True,
    help="What tells of the hook: a board that speaks LM1, a Whozz Calling unit, optocouplers, or "
    "an emulated voice modem; beside one that does not see it, optocouplers.",
)
@click.option("--scene", "name", default="agrees", show_default=True, help="A scene, or a file.")
@click.option("--stay", is_flag=True, help="Go on after the call, for a look at the panel.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to keep the box; a new folder below the system's temporary one if not given.",
)
def command(stereo: bool, hook: str, name: str, stay: bool, data: Path | None) -> None:
    """Start a sound server, a telephone line and the box, and let somebody call.

    The recorder works with its real drivers: PyAudio, and a serial port. Exit code 0 if the call
    became what its scene expects, and a recording holds the caller's voice.
    """
    scene = find_scene(name)
    stop = stop_on_signal()
    folder = data or Path(tempfile.mkdtemp(prefix="zgoda-trial-"))
    if folder.exists() and any(folder.iterdir()):
        raise ZgodaError(f"{folder} is not empty; name a new folder with --data.")
    say("Starting a sound server, a telephone line and the box; the call takes a minute …")
    with running_rig(folder, hook=hook, stereo=stereo) as rig:
        say(f"Panel:    {rig.box.url} (while this runs)")
        say(f"Name:     {rig.box.owner}")
        say(f"Password: {rig.box.password}")
        good = try_call(rig, scene, folder, stop)
        if stay and not stop.is_set():
            say("\nThe box goes on; Ctrl-C ends it.")
            stop.wait()
    say("\nThe box has stopped." + ("" if stay else " With --stay (make: STAY=1) it goes on."))
    sys.exit(0 if good else 1)


def main() -> None:
    """Run the command; what went wrong is one sentence."""
    try:
        command()
    except ZgodaError as error:
        click.echo(f"{error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

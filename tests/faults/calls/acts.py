"""Prepare acts that change the disk, before their calls count: keeper and recorder."""

from collections.abc import Mapping
from pathlib import Path

from appliance.clock import DAY, SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.exchange.scene import Scene
from appliance.keeper.audit.check import check
from appliance.link.requests.exempt import AddExempt, RemoveExempt
from appliance.model.calibration import LineCalibration
from appliance.recorder.calibration.figures import KeptCalibration
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.faults import killable_keeper as keeper
from tests.faults.killable_keeper import Act, Arm, later, opened

LISTED = "+48223334455"


def exempt(data: Path, arm: Arm) -> None:
    """List a number that is never recorded."""
    box = opened(data)
    token = box.log_in()
    arm()
    box.ask(AddExempt(LISTED), token)


def unlisting(data: Path, arm: Arm) -> None:
    """Take a number off the list, which renews the root of all keys."""
    box = opened(data)
    token = box.log_in()
    box.ask(AddExempt(LISTED), token)
    arm()
    box.ask(RemoveExempt(LISTED), token)
    later(box, 31)


def audit(data: Path, arm: Arm) -> None:
    """Let a day begin: its key, the head of the day before, what is settled."""
    box = opened(data)
    arm()
    later(box, DAY)
    box.keeper.close()
    assert check(box.folders.audit).sound


def settings(data: Path, arm: Arm) -> None:
    """Keep what calibrating found, in place of what was known."""
    folder = Folders(data).calibration
    KeptCalibration(folder, "Reception").keep(LineCalibration(date="2026-09-20", prompt_db=-2.5))
    arm()
    KeptCalibration(folder, "Reception").keep(LineCalibration(date="2026-09-21", prompt_db=-3.5))


def _record(data: Path, arm: Arm, scene: Scene) -> None:
    folders = Folders(data)
    make_places(folders)
    simulation = Simulation(at_speed=True, seed=1)
    recorder = Recorder(trial(), folders, SystemClock(), simulation=simulation)
    arm()
    recorder.start()
    exchange = recorder.simulated()
    exchange.place(scene)
    exchange.wait_over()
    recorder.close()


def call(data: Path, arm: Arm) -> None:
    """Record a call at speed."""
    _record(data, arm, Scene.ordinary("+48221234567", "1", talk=3.0))


def withdrawal(data: Path, arm: Arm) -> None:
    """Record a call whose consent the caller withdraws."""
    _record(data, arm, Scene.ordinary("+48221234567", "1", talk=4.0, withdraw_after=1.5))


OF_THE_KEEPER: Mapping[str, Act] = {
    **keeper.ACTS,
    **{act.__name__: act for act in (exempt, unlisting, audit, settings)},
}
OF_THE_RECORDER: Mapping[str, Act] = {act.__name__: act for act in (call, withdrawal)}
EMPTY = {"first_run", "sheet"}
"""Acts of a box that is not set up."""

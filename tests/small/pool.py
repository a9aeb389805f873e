"""Let boxes make few keys ahead: thousands, each with a file, outlast most tests."""

import atexit
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from appliance.config.read import trial, trial_text
from appliance.config.settings import Config

AHEAD = 64


def small_trial() -> Config:
    """Return the trial's configuration."""
    config = trial()
    return replace(config, vault=replace(config.vault, pool_ahead=AHEAD))


def small_trial_text() -> str:
    """Return the same as a configuration file."""
    return f"{trial_text()}\n[vault]\npool_ahead = {AHEAD}\n"


@cache
def small_trial_file() -> Path:
    """Return such a file, which is there until the tests are over."""
    folder = Path(tempfile.mkdtemp(prefix="small-pool-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "zgoda.toml"
    file.write_text(small_trial_text(), "utf-8")
    return file

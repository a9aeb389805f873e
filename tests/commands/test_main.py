"""The ``zgoda`` command itself: rules for every command."""

import os
import subprocess
import sys

from appliance.model.release import MODEL, SUPPORTED_UNTIL, VERSION

COUNTED = """
import os
from appliance.commands.main import main
try:
    main()
except SystemExit:
    pass
import numpy
print(len(os.listdir("/proc/self/task")))
"""


def test_numpy_has_one_thread_in_every_command() -> None:
    environment = {name: value for name, value in os.environ.items() if "THREADS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", COUNTED, "--version"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "1"


def test_the_version_comes_with_model_and_support_period() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "--version"], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert first == f"zgoda, version {VERSION}"
    assert second == f"{MODEL}; security fixes until {SUPPORTED_UNTIL.isoformat()}"

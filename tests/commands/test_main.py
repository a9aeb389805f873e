"""The ``zgoda`` command itself: rules for every command."""

import os
import subprocess
import sys

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

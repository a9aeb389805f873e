"""Run inside the machine the tests that were chosen outside."""

import sys
from pathlib import Path

import pytest

CHOSEN = Path("/sys/firmware/qemu_fw_cfg/by_name/opt/zgoda/chosen/raw")
SECONDS = 400
HERE = Path(__file__).parent


def main() -> None:
    """Run pytest; what becomes of each test goes out as it happens."""
    # By the machine's clock; the first test of a call waits for the call itself.
    limit = f"--timeout={SECONDS}"
    chosen = CHOSEN.read_text("utf-8").splitlines()
    # The fixtures above are of tests that make a box of their own.
    alone = ["-m", "vm", "-p", "no:hypothesispytest", f"--confcutdir={HERE}"]
    sys.exit(pytest.main([*alone, limit, *chosen]))


if __name__ == "__main__":
    main()

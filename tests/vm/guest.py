"""Run inside the machine the tests that were chosen outside."""

import sys
from pathlib import Path

import pytest

CHOSEN = Path("/sys/firmware/qemu_fw_cfg/by_name/opt/zgoda/chosen/raw")


def main() -> None:
    """Run pytest; what becomes of each test goes out as it happens."""
    chosen = CHOSEN.read_text("utf-8").splitlines()
    sys.exit(pytest.main(["-m", "vm", "-p", "no:hypothesispytest", *chosen]))


if __name__ == "__main__":
    main()

"""The machine is what the other tests take it for: Debian's kernel, Python and systemd."""

import platform
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.vm


def test_it_is_debian_13_with_its_own_kernel_and_python() -> None:
    assert "VERSION_CODENAME=trixie" in Path("/etc/os-release").read_text("utf-8")
    assert "deb13" in platform.release()
    assert sys.version_info[:2] == (3, 13)
    assert Path("/proc/1/comm").read_text("utf-8").strip() == "systemd"

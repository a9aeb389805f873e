"""The machine's Python gets what a board's gets."""

import re

from installer.places import REPOSITORY
from installer.wheels import entries

from tests.vm.wheels import lists


def test_each_package_is_there_once_pinned_by_version_and_hash() -> None:
    for name, texts in lists().items():
        pins = [text.split("==")[0] for text in texts]
        assert len(pins) == len(set(pins)), name
        form = r"[\w.-]+(\[\w+\])?==\S+( --hash=sha256:[0-9a-f]{64})+$"
        assert all(re.match(form, " ".join(text.split())) for text in texts), name


def test_the_product_is_all_that_its_lock_files_name() -> None:
    locks = ("requirements.lock", "requirements-hardware.lock")
    named = {name for lock in locks for name, _, _ in entries(REPOSITORY / lock)}

    assert {text.split("==")[0].split("[")[0] for text in lists()["product.txt"]} == named


def test_a_package_with_two_versions_has_that_of_debian_13s_python() -> None:
    (numpy,) = (text for text in lists()["product.txt"] if text.startswith("numpy=="))

    assert re.match(r"numpy==2\.5\.", numpy)

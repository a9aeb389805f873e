"""The description that ``make bundle`` writes is the one that boxes read."""

import hashlib
from pathlib import Path

import pytest
from card.bundle import COMPATIBLE
from card.describe import FORMAT, NAME, main, published

from appliance.model.outside import update
from appliance.model.outside.update import Description, place_of, read_description

CONTENT = b"a bundle"


def test_builder_and_box_agree() -> None:
    assert (FORMAT, COMPATIBLE) == (update.FORMAT, update.COMPATIBLE)
    assert place_of(f"https://updates.example/zgoda/{NAME}") is not None


@pytest.mark.parametrize("name", ["zgoda-0.9.0-arm64.raucb", "zgoda-0.9.0-arm64-development.raucb"])
def test_what_is_built_is_read(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795737600")
    bundle = tmp_path / name
    bundle.write_bytes(CONTENT)
    main([str(bundle), "--version", "0.9.0"])

    path = tmp_path / NAME
    assert capsys.readouterr().out == f"{path}\n"
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert read_description(path.read_bytes()) == Description(
        "0.9.0", name, len(CONTENT), sha256, "2026-11-27"
    )
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([name, NAME])


def test_without_a_bundle_nothing_is_described(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"card\.describe"):
        main([str(tmp_path / "none.raucb"), "--version", "0.9.0"])
    assert list(tmp_path.iterdir()) == []


def test_the_day_is_todays_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert published().startswith("20")


def test_make_bundle_describes_what_it_has_signed() -> None:
    script = Path(__file__).parents[2] / "image-build/bundle"
    signed, _, rest = script.read_text("utf-8").partition("-m card.bundle")
    assert "-m card.describe" not in signed
    assert '-m card.describe "$bundle" --version "$version"' in rest

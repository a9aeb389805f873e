"""Examine where the keyring's root lies: the file, the board's secret, or the chip."""

from collections.abc import Iterator
from pathlib import Path

from appliance.config.settings import Vault
from appliance.errors import EraserFailed
from appliance.model.findings import Finding, find
from appliance.vault.opening.eraser import Level
from appliance.vault.opening.erasers.chip import PAGE_BYTES, Chip, ChipFile
from appliance.vault.opening.erasers.eeprom import TITLE_PAGES, is_ours

CONFIGURED: dict[str, Level] = {"file": "E0", "board": "E1", "eeprom": "E2"}


def examine_eraser(
    vault: Vault, level: Level | None = None, driver: ChipFile | None = None
) -> Iterator[Finding]:
    """Yield the findings about the configured eraser.

    Args:
        vault: its settings.
        level: of the root in use, if the vault is open.
        driver: reads a chip; the kernel's if None.
    """
    configured = CONFIGURED[vault.eraser]
    if level is not None and level < configured:
        yield find("vault.below", level=level, configured=configured)
    if vault.eraser == "file":
        yield find("vault.E0")
    elif vault.eraser == "board":
        secret = Path(vault.board_secret)
        yield find("vault.E1") if secret.exists() else find("vault.no_secret", path=secret)
    else:
        yield _chip(Path(vault.eeprom), driver or ChipFile())


def _chip(path: Path, driver: ChipFile) -> Finding:
    try:
        driver.close(driver.open(path))
    except FileNotFoundError:
        return find("vault.no_chip", path=path)
    except PermissionError:
        return find("vault.unknown", path=path)
    except OSError as error:
        return find("vault.bad_chip", path=path, detail=error.strerror)
    chip = Chip(path, driver)
    try:
        titles = [chip.read(page * PAGE_BYTES, PAGE_BYTES) for page in TITLE_PAGES]
    except EraserFailed:
        return find("vault.chip_unfit", path=path)
    return find("vault.E2" if any(map(is_ours, titles)) else "vault.new_chip", path=path)

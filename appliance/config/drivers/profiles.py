"""Name the profiles of line hardware, which are files; who drives it reads what they say."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from appliance import toml
from appliance.config.declare import Kind
from appliance.config.validators import valid_word


def firmware_config() -> Traversable:
    """Return the folder of hardware profiles, in the installed package or the checkout."""
    package = resources.files("appliance")
    installed = package / "firmware_config"
    if installed.is_dir():
        return installed
    with resources.as_file(package) as folder:
        return folder.parent / "firmware-config"


def emulated_modems() -> Traversable:
    """Return the folder of the profiles of modems that can be emulated."""
    return resources.files("appliance") / "exchange" / "modem" / "profiles"


_FOLDERS: Mapping[str, Callable[[], Traversable]] = {
    "monitors": lambda: firmware_config() / "monitors",
    "modems": lambda: firmware_config() / "modems",
    "emulated": emulated_modems,
}


def profile_names(folder: str) -> tuple[str, ...]:
    """Return the names of the profiles of a kind: ``monitors``, ``modems`` or ``emulated``."""
    found = _FOLDERS[folder]().iterdir()
    return tuple(sorted(e.name[:-5] for e in found if e.name.endswith(".toml")))


def profile_of(folder: str) -> Kind:
    """Declare the name of a profile, which may be a file of the owner's."""
    return Kind(lambda value: valid_word(value, profile_names(folder)))


@cache
def monitor_family(dialect: str) -> str:
    """Return the family of a dialect's profile; empty if there is none, or it holds a mistake."""
    if dialect not in profile_names("monitors"):
        return ""
    try:
        text = (_FOLDERS["monitors"]() / f"{dialect}.toml").read_text("utf-8")
        return str(toml.loads(text).get("family", ""))
    except (OSError, UnicodeDecodeError, toml.MISTAKE):
        return ""

"""Ask ALSA whether a device of PortAudio's is a sound card with nothing before it.

PortAudio tells names. ``… (hw:2,0)`` is what it calls a card of the kernel's, but a device of the
configuration can be called so as well; and ``hw:2,0``, which it then opens, is itself no more than
a definition. Written anew in ``/etc/asound.conf`` it may lay a file over the card: the card is
opened, and what is heard comes from the file. So both names are looked up as opening them does,
in the configuration that opening has read.
"""

import contextlib
import ctypes
import locale
import re
from collections.abc import Iterator

_HARDWARE = re.compile(r"\((hw:\d{1,3},\d{1,3})\)$", re.ASCII)
_COMPOUND = 1024  # SND_CONFIG_TYPE_COMPOUND
_Node = ctypes.c_void_p


def is_card_itself(name: str) -> bool:
    """Say whether opening a device of that name opened a card of the kernel's and nothing else.

    For who has just opened it, while no other thread opens any. In doubt it is none.

    Args:
        name: as PortAudio calls it.
    """
    found = _HARDWARE.search(name)
    configuration = _configuration()
    if found is None or configuration is None:
        return False
    return not any(map(configuration.defines, _encoded(name))) and configuration.is_hardware(
        found[1].encode()
    )


class _Configuration:
    """The tree that was read when a device was last opened."""

    def __init__(self, library: ctypes.CDLL, top: int) -> None:
        self._library = library
        self._top = _Node(top)

    def defines(self, name: bytes) -> bool:
        """Say whether ALSA has a device of that name."""
        with self._definition(b"pcm", name) as node:
            return node is not None

    def is_hardware(self, name: bytes) -> bool:
        """Say whether a device is of the type ``hw``, and that type still ALSA's own."""
        with self._definition(b"pcm_type", b"hw") as replaced:
            if replaced is not None:
                return False
        with self._definition(b"pcm", name) as node:
            return node is not None and self._type(node) == b"hw"

    @contextlib.contextmanager
    def _definition(self, kind: bytes, name: bytes) -> Iterator[_Node | None]:
        """Look a name up, with aliases, parameters and functions, as ``snd_pcm_open`` does."""
        node = _Node()
        found = self._library.snd_config_search_definition(
            self._top, kind, name, ctypes.byref(node)
        )
        if found < 0:
            yield None
            return
        try:
            yield node
        finally:
            self._library.snd_config_delete(node)

    def _type(self, node: _Node) -> bytes | None:
        """Return a definition's type; None of one that leads to another by its name."""
        told, text = _Node(), ctypes.c_char_p()
        if self._library.snd_config_get_type(node) != _COMPOUND:
            return None
        if self._library.snd_config_search(node, b"type", ctypes.byref(told)) < 0:
            return None
        if self._library.snd_config_get_string(told, ctypes.byref(text)) < 0:
            return None
        return text.value


def _configuration() -> _Configuration | None:
    """Return what ALSA has read in this process; None if it has read nothing, or is not there."""
    try:
        library = ctypes.CDLL("libasound.so.2")
        top = _Node.in_dll(library, "snd_config").value
    except (OSError, ValueError):
        return None
    return None if top is None else _Configuration(library, top)


def _encoded(name: str) -> set[bytes]:
    """Return what PyAudio may have read a name from."""
    codecs = {"utf-8", locale.getpreferredencoding(do_setlocale=False)}
    return {name.encode(codec, "replace") for codec in codecs}

"""Speak through librhvoice, in a process of its own.

``rhvoice_child VOICE PACE DATA`` reads a text, and writes the sample rate, a line feed and samples
of 16 bits; only the line ``voiceless`` where RHVoice finds no voices, and no samples where it does
not speak. ``rhvoice_child LIBRARY`` prints the library's version. The library is called by its C
interface (``RHVoice.h``), so no part of it is linked with ours.
"""

import ctypes
import ctypes.util
import sys

_TEXT = 0
_Samples = ctypes.POINTER(ctypes.c_short)
_SetRate = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_Play = ctypes.CFUNCTYPE(ctypes.c_int, _Samples, ctypes.c_uint, ctypes.c_void_p)


class _Callbacks(ctypes.Structure):
    _fields_ = (
        ("set_sample_rate", _SetRate),
        ("play_speech", _Play),
        ("others", ctypes.c_void_p * 7),  # marks, words, sentences: not wanted
    )


class _InitParams(ctypes.Structure):
    _fields_ = (
        ("data_path", ctypes.c_char_p),
        ("config_path", ctypes.c_char_p),
        ("resource_paths", ctypes.c_void_p),
        ("callbacks", _Callbacks),
        ("options", ctypes.c_uint),
    )


class _SynthParams(ctypes.Structure):
    _fields_ = (
        ("voice_profile", ctypes.c_char_p),
        ("absolute", ctypes.c_double * 3),  # rate, pitch, volume: -1 to 1
        ("relative", ctypes.c_double * 3),
        ("punctuation_mode", ctypes.c_int),
        ("punctuation_list", ctypes.c_char_p),
        ("capitals_mode", ctypes.c_int),
        ("flags", ctypes.c_int),
    )


def _library(name: str | None) -> ctypes.CDLL:
    library = ctypes.CDLL(name or ctypes.util.find_library("RHVoice"))
    for made in (library.RHVoice_new_tts_engine, library.RHVoice_new_message):
        made.restype = ctypes.c_void_p
    library.RHVoice_get_version.restype = ctypes.c_char_p
    return library


def speak(text: bytes, voice: str, pace: float, data: str) -> tuple[bytes, bytes]:
    """Return the sample rate and the samples of a spoken text."""
    library, rates, spoken = _library(None), [0], bytearray()

    def set_rate(rate: int, _data: object) -> int:
        rates[0] = rate
        return 1

    def play(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _data: object) -> int:
        spoken.extend(ctypes.string_at(samples, 2 * count))
        return 1

    callbacks = _Callbacks(_SetRate(set_rate), _Play(play))  # kept while they may be called
    wanted = _InitParams(data.encode(), None, None, callbacks, 0)
    engine = library.RHVoice_new_tts_engine(ctypes.byref(wanted))
    if not engine:
        return b"voiceless", b""
    how = _SynthParams(voice.encode(), (0, 0, 0), (pace, 1, 1), 0, None, 0, 0)
    message = library.RHVoice_new_message(
        ctypes.c_void_p(engine), text, len(text), _TEXT, ctypes.byref(how), None
    )
    if not message or not library.RHVoice_speak(ctypes.c_void_p(message)):
        return b"0", b""
    return b"%d" % rates[0], bytes(spoken)


def main() -> None:
    """Speak what standard input holds, or print the version."""
    if len(sys.argv) == 2:
        print(_library(sys.argv[1]).RHVoice_get_version().decode())
        return
    voice, pace, data = sys.argv[1:]
    rate, samples = speak(sys.stdin.buffer.read(), voice, float(pace), data)
    sys.stdout.buffer.write(rate + b"\n" + samples)


if __name__ == "__main__":
    main()

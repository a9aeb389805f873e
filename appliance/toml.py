"""Read TOML that a person wrote: whatever is wrong with it is one kind of error."""

import tomllib
from typing import Any

MISTAKE = tomllib.TOMLDecodeError
"""Raised for a text that is not TOML; its message ends with the place."""

LONGEST_QUOTE = 80
"""Characters of what is wrong that a message repeats: a name may be as long as the file."""


def loads(text: str) -> dict[str, Any]:
    """Return the values of a TOML text.

    Raises:
        MISTAKE: the text is not TOML, or its brackets are nested deeper than Python reads.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise MISTAKE("Brackets are nested too deeply (at end of document)") from None
    except MISTAKE as error:
        what, _, place = str(error).rpartition(" (")
        if len(what) <= LONGEST_QUOTE:
            raise
        raise MISTAKE(f"{what[:LONGEST_QUOTE]}… ({place}") from None

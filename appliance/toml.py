"""Read TOML that a person wrote: whatever is wrong with it is one kind of error."""

import tomllib
from typing import Any

MISTAKE = tomllib.TOMLDecodeError
"""Raised for a text that is not TOML; its message ends with the place."""

TOO_DEEP = "Brackets are nested too deeply"

TOO_MANY_DIGITS = "A number has too many digits"

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
        raise MISTAKE(f"{TOO_DEEP} (at end of document)") from None
    except MISTAKE as error:
        what, _, place = str(error).rpartition(" (")
        if len(what) <= LONGEST_QUOTE:
            raise
        raise MISTAKE(f"{what[:LONGEST_QUOTE]}… ({place}") from None
    except ValueError:  # Python reads at most 4,300
        raise MISTAKE(f"{TOO_MANY_DIGITS} (at end of document)") from None

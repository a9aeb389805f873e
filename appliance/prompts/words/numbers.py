"""Say periods in words, in the case that follows po, after and nach."""

_YEARS = {
    days: year for year in range(1, 11) for days in (year * 365, year * 365 + (year + 2) // 4)
}
"""Days -> whole years, with or without leap days."""

_PL_ONES = (
    "", "jednym", "dwóch", "trzech", "czterech", "pięciu", "sześciu", "siedmiu", "ośmiu",
    "dziewięciu", "dziesięciu", "jedenastu", "dwunastu", "trzynastu", "czternastu", "piętnastu",
    "szesnastu", "siedemnastu", "osiemnastu", "dziewiętnastu",
)  # fmt: skip
_PL_TENS = (
    "", "", "dwudziestu", "trzydziestu", "czterdziestu", "pięćdziesięciu", "sześćdziesięciu",
    "siedemdziesięciu", "osiemdziesięciu", "dziewięćdziesięciu",
)  # fmt: skip
_PL_HUNDREDS = ("", "stu", "dwustu", "trzystu")
_EN_ONES = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN_TENS = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_DE_ONES = (
    "", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf",
    "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
_DE_TENS = (
    "", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig",
)  # fmt: skip


def whole_years(days: int) -> int:
    """Return the years that a period has, rounded up; 0 for a period said in days."""
    if days in _YEARS:
        return _YEARS[days]
    return -(-days // 365) if days > 365 else 0


def is_exact(days: int) -> bool:
    """Say whether the words for a period name it exactly, and not a year begun as a whole one."""
    return days < 366 or days in _YEARS


def polish(days: int) -> str:
    """Return a period after "po": dziewięćdziesięciu dniach."""
    if years := whole_years(days):
        return "roku" if years == 1 else f"{_PL_ONES[years]} latach"
    if days == 1:
        return "jednym dniu"
    hundreds, rest = divmod(days, 100)
    words = [_PL_HUNDREDS[hundreds]]
    if rest < 20:
        words.append("jeden" if rest == 1 else _PL_ONES[rest])
    else:
        tens, ones = divmod(rest, 10)
        words += [_PL_TENS[tens], "jeden" if ones == 1 else _PL_ONES[ones]]
    return " ".join(word for word in words if word) + " dniach"


def english(days: int) -> str:
    """Return a period after "after": ninety days."""
    if years := whole_years(days):
        return "one year" if years == 1 else f"{_EN_ONES[years]} years"
    if days == 1:
        return "one day"
    hundreds, rest = divmod(days, 100)
    tail = _EN_ONES[rest] if rest < 20 else f"{_EN_TENS[rest // 10]} {_EN_ONES[rest % 10]}".strip()
    head = f"{_EN_ONES[hundreds]} hundred" if hundreds else ""
    return (f"{head} and {tail}" if head and tail else head or tail) + " days"


def german(days: int) -> str:
    """Return a period after "nach": neunzig Tagen."""
    if years := whole_years(days):
        return "einem Jahr" if years == 1 else f"{_DE_ONES[years]} Jahren"
    if days == 1:
        return "einem Tag"
    hundreds, rest = divmod(days, 100)
    if rest < 20:
        tail = _DE_ONES[rest]
    else:
        one = {"eins": "ein"}.get(_DE_ONES[rest % 10], _DE_ONES[rest % 10])
        tail = f"{one}und{_DE_TENS[rest // 10]}" if one else _DE_TENS[rest // 10]
    head = {0: "", 1: "hundert"}.get(hundreds, f"{_DE_ONES[hundreds]}hundert")
    return f"{head}{tail} Tagen"

"""Compose in Polish; ``|`` stands before the name of the last key."""

from collections.abc import Collection, Iterable, Sequence

from appliance.config.settings import Basis, Purpose
from appliance.prompts.words import numbers
from appliance.prompts.words.facts import Facts, joined, kinds_of, upper_first

_PRESSED = (
    "zero", "jedynkę", "dwójkę", "trójkę", "czwórkę", "piątkę", "szóstkę", "siódemkę", "ósemkę",
    "dziewiątkę",
)  # fmt: skip
_NAMED = (
    "zero", "jedynka", "dwójka", "trójka", "czwórka", "piątka", "szóstka", "siódemka", "ósemka",
    "dziewiątka",
)  # fmt: skip
_IN = {3: "trzech", 4: "czterech"}
_ALL = {2: "oba cele", 3: "wszystkie", 4: "wszystkie"}
_RIGHTS = {
    "access": "dostępu do danych",
    "copy": "ich kopii",
    "rectification": "ich sprostowania",
    "erasure": "usunięcia",
    "portability": "przeniesienia",
    "restriction": "ograniczenia przetwarzania",
}


def _pressed(key: str) -> str:
    return _PRESSED[int(key)]


def _named(key: str) -> str:
    return _NAMED[int(key)]


def _and(items: Sequence[str]) -> str:
    return joined(items, "i", "oraz")


def _purposes(f: Facts, purposes: Sequence[Purpose]) -> str:
    if len(purposes) < 3:
        return f"w celu {_and(f.full(purposes))}"
    return f"w {_IN[len(purposes)]} celach: {_and(f.label(purposes))}"


_SPECIAL = {
    "health": "zdrowiu",
    "origin": "pochodzeniu",
    "politics": "poglądach politycznych",
    "religion": "religii lub przekonaniach",
    "union": "przynależności do związku zawodowego",
    "genetic": "danych genetycznych",
    "biometric": "danych biometrycznych",
    "sex_life": "życiu seksualnym",
}


def _also(purposes: Iterable[Purpose], what: str) -> str:
    """Say that sensitive data is meant, too (Art. 9)."""
    kinds = [_SPECIAL[kind] for kind in kinds_of(purposes)]
    return f", także {what}, co powiedzą Państwo o {_and(kinds)}," if kinds else ""


def offer(key: str) -> str:
    """Offer this language to somebody who hears another."""
    return f"Po polsku: proszę nacisnąć {_pressed(key)}."


def question(f: Facts) -> list[str]:
    """Say who asks, what for, that refusing changes nothing, and the keys; agreeing last."""
    said = [f"Dzień dobry, tu {f.controller}."]
    if f.others:
        said += _reasons(f)
        use = f"użycie nagrania{_also(f.consent, 'tego')} {_purposes(f, f.consent)}"
        said.append(f"Osobno prosimy o zgodę na {use}.")
    else:
        call = f"nagranie tej rozmowy{_also(f.consent, 'tego')} {_purposes(f, f.consent)}"
        said.append(f"Prosimy o zgodę na {call}.")
    if f.objectionable:
        said.append(_may_object(f))
    one = len(f.consent) == 1 and not f.others
    if one and not f.brief:
        said.append(
            "Bez zgody rozmawiamy tak samo, tylko bez nagrania, a zgodę można cofnąć w każdej "
            "chwili."
        )
    else:
        said.append("Bez zgody rozmawiamy tak samo; można ją zawsze cofnąć.")
    if f.brief >= 2:
        return [*said, _refusal(f), *_more(f), *_agreeing(f)]
    said.append(f"Aby {_to_refuse(f)}, proszę nacisnąć {_pressed(f.refuse_key)}.")
    if not one:
        return [*said, *_more(f), *_agreeing(f)]
    if f.more_key:
        said.append(f"Aby usłyszeć więcej, {_pressed(f.more_key)}.")
    return [*said, f"Aby się zgodzić, proszę nacisnąć | {_pressed(f.all_key)}."]


def _to_refuse(f: Facts) -> str:
    if f.objectionable:
        return "odmówić, cofnąć zgodę albo wnieść sprzeciw"
    return "odmówić albo cofnąć zgodę"


def _refusal(f: Facts) -> str:
    what = "Odmowa, cofnięcie zgody albo sprzeciw" if f.objectionable else "Odmowa albo cofnięcie"
    return f"{what}: {_named(f.refuse_key)}."


def _more(f: Facts) -> list[str]:
    return [f"Więcej informacji: {_named(f.more_key)}."] if f.more_key else []


def _agreeing(f: Facts, one: str = "Zgoda na nagranie") -> list[str]:
    """Name the keys that agree, that for all purposes last."""
    said = [f"Wybór celów: {_named(f.choose_key)}."] if f.choose_key else []
    for key, some in f.parts:
        begin = "Tylko do" if said and not f.choose_key else "Zgoda na nagranie tylko do"
        said.append(f"{begin} {_and(f.alone(some))}: {_named(key)}.")
    if not f.all_key:
        return [*said[:-1], said[-1].replace(": ", ": | ")]
    begin = "Na" if len(f.parts) >= 2 else "Zgoda na"
    if len(f.consent) == 1:
        what = f"Zgoda na użycie do {f.alone(f.consent)[0]}" if f.others else one
    else:
        what = f"{begin} {_ALL[len(f.consent)]}"
    return [*said, f"{what}: | {_named(f.all_key)}."]


def keys(f: Facts) -> list[str]:
    """Name the keys once more."""
    said = []
    if f.others:
        said.append(f"Nagramy {_purposes(f, f.others)}.")
    if f.others and len(f.consent) == 1 and not f.objectionable:
        said.append(f"O zgodę prosimy {_purposes(f, f.consent)}.")
        said.append(f"Odmowa użycia nagrania w tym celu: {_named(f.refuse_key)}.")
    elif f.objectionable:
        said.append(f"Odmowa albo sprzeciw: {_named(f.refuse_key)}.")
    else:
        said.append(f"Odmowa: {_named(f.refuse_key)}.")
    return [*said, *_more(f), *_agreeing(f)]


_NEEDED_TO = {
    "conclude": "do zawarcia umowy z Państwem",
    "perform": "do wykonania umowy z Państwem",
    "": "w związku z umową z Państwem",
}
_CONTRACT = {
    "conclude": "zawarcie umowy z Państwem",
    "perform": "wykonanie umowy z Państwem",
    "": "umowa z Państwem",
}


def _reason(f: Facts, purposes: Sequence[Purpose]) -> str:
    basis = purposes[0].basis
    laws = f.laws(basis)
    verb = "wymaga" if len(laws) == 1 else "wymagają"
    return {
        Basis.CONTRACT: f", bo jest to potrzebne {_NEEDED_TO[purposes[0].contract_to]}",
        Basis.LEGAL_OBLIGATION: f", bo {verb} tego {_and(laws)}" if laws else "",
        Basis.PUBLIC_TASK: ", bo wykonujemy zadanie publiczne",
        Basis.LEGITIMATE_INTERESTS: ", bo mamy w tym prawnie uzasadniony interes",
    }.get(basis, "")


def _reasons(f: Facts) -> list[str]:
    """Say what is recorded without consent, and why."""
    said: list[str] = []
    for _, purposes in f.groups:
        begin = "Nagramy ją także" if said else "Nagramy tę rozmowę"
        named = f"{_also(purposes, 'to')} {_purposes(f, purposes)}"
        said.append(f"{begin}{named}{_reason(f, purposes)}.")
    return said + [f"{p.other_way_says['pl']}." for p in f.others if "pl" in p.other_way_says]


def _may_object(f: Facts) -> str:
    if len(f.objectionable) == len(f.purposes):
        return "Mogą Państwo wnieść sprzeciw, a wtedy rozmawiamy dalej bez nagrania."
    return f"Mogą Państwo wnieść sprzeciw wobec nagrania {_purposes(f, f.objectionable)}."


def notice(f: Facts) -> list[str]:
    """Say who records, what for and why; the objecting key last."""
    if f.bases == {Basis.VITAL_INTERESTS}:
        what = f"Nagrywamy tę rozmowę{_also(f.others, 'to')} {_purposes(f, f.others)}."
        return [f"Tu {f.controller}.", what, "Proszę | mówić."]
    said = [f"Dzień dobry, tu {f.controller}.", *_reasons(f)]
    if not f.objectionable:
        return said + ([f"Więcej informacji: | {_named(f.more_key)}."] if f.more_key else [])
    said += [_may_object(f), *_more(f)]
    key = _pressed(f.refuse_key)
    if f.brief:
        return [*said, f"Sprzeciw, teraz lub w każdej chwili: | {_named(f.refuse_key)}."]
    return [*said, f"Aby wnieść sprzeciw, teraz lub w każdej chwili, proszę nacisnąć | {key}."]


def more(f: Facts, rights: Collection[str]) -> list[str]:
    """Say what may wait: basis, retention, recipients, rights, where to complain."""
    period = numbers.polish(f.longest_days)
    after = f"{'po' if f.exact else 'najpóźniej po'} {period}"
    to = " i nikomu go nie przekazujemy" if f.nobody else ""
    to = f"; odbiorca: {f.recipients}" if f.recipients else to
    access, copy, *more_rights = (_RIGHTS[right] for right in _RIGHTS if right in rights)
    listed = f"{access} i {copy}, do {_and(more_rights)}"
    object_to = ", do sprzeciwu" if f.objectionable else ""
    office = "Urzędu Ochrony Danych Osobowych" if f.country == "PL" else "organu nadzorczego"
    said = [
        f"Administratorem jest {f.legal_name}; {_basis(f)}.",
        f"Nagranie usuwamy {after}{to}.",
        f"Mają Państwo prawo {listed}{object_to} oraz do skargi do {office}.",
    ]
    if f.officer:
        said.append(f"Inspektor ochrony danych: {f.officer}.")
    if f.none_without:
        said.append("Bez nagrania nie zawrzemy umowy przez telefon.")
    if Basis.LEGITIMATE_INTERESTS in f.bases and not f.brief:
        said.append("Ocenę tego interesu udostępniamy na życzenie.")
    if f.consent:
        past = "" if f.brief else "; wcześniejsze użycie pozostaje zgodne z prawem"
        said.append(f"Zgodę można cofnąć także po rozmowie, pod tym numerem{past}.")
    if f.contact or not f.consent:
        said.append(f"Kontakt: {f.contact}." if f.contact else "Kontakt pod tym numerem.")
    if f.notice:
        return [*said, f"Pełna informacja: {f.notice}."]
    return [*said, "Pełną informację dajemy na piśmie, na życzenie."]


def _basis(f: Facts) -> str:
    named = [_CONTRACT[each] for each in f.contracts]
    if Basis.VITAL_INTERESTS in f.bases:
        named.append("ochrona żywotnych interesów")
    named += f.laws(Basis.LEGAL_OBLIGATION)
    if Basis.PUBLIC_TASK in f.bases:
        named.append("zadanie publiczne")
    if f.consent:
        named.append("Państwa zgoda")
    if f.interests:
        named.append(f"nasz prawnie uzasadniony interes: {_and(f.interests)}")
    laws = f.laws(Basis.PUBLIC_TASK)
    task = f". Zadanie {'określa' if len(laws) == 1 else 'określają'} {_and(laws)}" if laws else ""
    return f"podstawą {'jest' if len(named) == 1 else 'są'} {_and(named)}{task}"


def confirmation(f: Facts, purposes: Sequence[Purpose]) -> list[str]:
    """Say that recording begins, and what for."""
    if f.bases == {Basis.VITAL_INTERESTS}:
        return ["Nagrywamy."]
    if len(f.purposes) == 1 and f.consent:
        out = f"{upper_first(_named(f.refuse_key))} kończy i usuwa nagranie."
        return ["Dziękujemy.", f"Nagrywamy {_purposes(f, purposes)}.", out]
    if len(purposes) == len(f.purposes) >= 3:
        return [f"Nagrywamy we wszystkich {_IN[len(purposes)]} celach."]
    only = "" if len(purposes) == len(f.purposes) else "tylko "
    return [f"Nagrywamy {only}{_purposes(f, purposes)}."]


def choice(f: Facts, purpose: Purpose) -> list[str]:
    """Ask for one purpose alone."""
    name = upper_first(f.label([purpose])[0])
    refuse, agree = _named(f.refuse_key), _named(f.all_key)
    return [f"{name}.", f"Odmowa: {refuse}.", f"Zgoda: | {agree}."]


def refused() -> list[str]:
    """Answer a refusal."""
    return ["Dobrze, nie nagrywamy."]


def unanswered() -> list[str]:
    """Tell that nothing is recorded without an answer."""
    return ["Nie nagrywamy."]


def withdrawn(f: Facts, purposes: Sequence[Purpose]) -> list[str]:
    """Answer a withdrawal: what is erased, or what is recorded for from now on."""
    if not purposes:
        return ["Koniec nagrywania.", "Nagranie usuwamy."]
    ends = ["Zgoda cofnięta"] if f.consent else []
    ends += ["sprzeciw przyjęty"] if f.objectionable else []
    on = f"Nagrywamy dalej tylko {_purposes(f, purposes)}."
    return [f"{upper_first(', '.join(ends))}.", on]


def objected(f: Facts) -> list[str]:
    """Answer an objection."""
    whole = len(f.objectionable) == len(f.others)
    return ["Sprzeciw przyjęty.", "Nie nagrywamy." if whole else "W tym celu nie nagrywamy."]

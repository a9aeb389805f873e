"""Compose in German; ``|`` stands before the name of the last key."""

from collections.abc import Iterable, Sequence

from appliance.config.settings import Basis, Purpose
from appliance.prompts.words import numbers
from appliance.prompts.words.facts import Facts, joined, kinds_of, upper_first

_KEYS = ("Null", "Eins", "Zwei", "Drei", "Vier", "Fünf", "Sechs", "Sieben", "Acht", "Neun")
_COUNT = {3: "drei", 4: "vier"}
_ALL = {2: "beidem", 3: "allen", 4: "allen"}
_RIGHTS = {
    "access": "auf Auskunft",
    "copy": "eine Kopie",
    "rectification": "auf Berichtigung",
    "erasure": "Löschung",
    "restriction": "Einschränkung",
    "portability": "Übertragung",
}


def _key(key: str) -> str:
    return f"die {_KEYS[int(key)]}"


def _last(key: str) -> str:
    return f"die | {_KEYS[int(key)]}"


def _and(items: Sequence[str]) -> str:
    return joined(items, "und", "sowie")


def _purposes(f: Facts, purposes: Sequence[Purpose]) -> str:
    """Return one or two purposes with their prepositions, or that there are more of them."""
    if len(purposes) < 3:
        return _and(f.full(purposes))
    return f"zu {_COUNT[len(purposes)]} Zwecken"


def _listed(f: Facts, purposes: Sequence[Purpose]) -> str:
    """Return the list that follows a sentence which only counts the purposes."""
    return f": {_and(f.label(purposes))}" if len(purposes) >= 3 else ""


_SPECIAL = {
    "health": "zu Ihrer Gesundheit",
    "origin": "zu Ihrer Herkunft",
    "politics": "zu Ihren politischen Meinungen",
    "religion": "zu Ihrer Religion oder Weltanschauung",
    "union": "zu Ihrer Gewerkschaft",
    "genetic": "zu Ihren genetischen Daten",
    "biometric": "zu Ihren biometrischen Daten",
    "sex_life": "zu Ihrem Sexualleben",
}


def _also(purposes: Iterable[Purpose]) -> str:
    """Say that sensitive data is meant, too (Art. 9)."""
    kinds = [_SPECIAL[kind] for kind in kinds_of(purposes)]
    return f", auch {_and(kinds)}," if kinds else ""


def offer(key: str) -> str:
    """Offer this language to somebody who hears another."""
    return f"Für Deutsch drücken Sie {_key(key)}."


def question(f: Facts) -> list[str]:
    """Say who asks, what for, that refusing changes nothing, and the keys; agreeing last."""
    said = [f"Guten Tag, hier ist {f.controller}."]
    named, listed = _purposes(f, f.consent), _listed(f, f.consent)
    if f.others:
        said += _reasons(f)
        use = f"die Aufnahme{_also(f.consent)} auch {named} zu nutzen{listed}"
        said.append(f"Zusätzlich bitten wir um Ihre Einwilligung, {use}.")
    elif len(f.consent) == 2:
        like = f"möchten wir dieses Gespräch{_also(f.consent)} aufnehmen, {named}"
        said.append(f"Mit Ihrer Einwilligung {like}.")
    else:
        like = f"möchten wir dieses Gespräch{_also(f.consent)} {named} aufnehmen{listed}"
        said.append(f"Mit Ihrer Einwilligung {like}.")
    if f.objectionable:
        said.append(_may_object(f))
    one = len(f.consent) == 1 and not f.others
    if one and not f.brief:
        said.append(
            "Ohne Einwilligung sprechen wir genauso weiter, nur ohne Aufnahme; widerrufen können "
            "Sie jederzeit."
        )
    else:
        said.append(
            "Auch ohne Einwilligung sprechen wir normal weiter; widerrufen können Sie jederzeit."
        )
    refuse = _key(f.refuse_key)
    if f.brief >= 2:
        what = "Ablehnen, widerrufen, widersprechen" if f.objectionable else "Ablehnen, widerrufen"
        return [*said, f"{what}: {refuse}.", *_more(f), *_agreeing(f)]
    verbs = (
        "Ablehnen, Widerrufen oder Widersprechen" if f.objectionable else "Ablehnen oder Widerrufen"
    )
    said.append(f"Zum {verbs} drücken Sie {refuse}.")
    if not one:
        return [*said, *_more(f), *_agreeing(f)]
    if f.more_key:
        said.append(f"Mehr erfahren Sie mit der {_KEYS[int(f.more_key)]}.")
    return [*said, f"Wenn Sie einwilligen, drücken Sie bitte {_last(f.all_key)}."]


def _more(f: Facts) -> list[str]:
    return [f"Mehr erfahren: {_key(f.more_key)}."] if f.more_key else []


def _agreeing(f: Facts, one: str = "Einwilligen") -> list[str]:
    """Name the keys that agree, that for all purposes last."""
    said = [f"Einzeln auswählen: {_key(f.choose_key)}."] if f.choose_key else []
    for key, some in f.parts:
        begin = "Nur" if said and not f.choose_key else "Einwilligung nur"
        said.append(f"{begin} {_and(f.alone(some))}: {_key(key)}.")
    if not f.all_key:
        return [*said[:-1], said[-1].replace(": die ", ": die | ")]
    if len(f.consent) == 1:
        what = f"Einwilligung in die Nutzung {f.alone(f.consent)[0]}" if f.others else one
    else:
        begin = "Zu" if f.parts else "Einwilligung zu"
        what = f"{begin} {_ALL[len(f.consent)]}"
    return [*said, f"{what}: {_last(f.all_key)}."]


def keys(f: Facts) -> list[str]:
    """Name the keys once more."""
    said, refuse = [], _key(f.refuse_key)
    if f.others:
        named = f"{_purposes(f, f.others)} auf{_listed(f, f.others)}"
        said.append(f"Wir nehmen das Gespräch {named}.")
    if f.objectionable:
        said.append(f"Ablehnen oder widersprechen: {refuse}.")
    elif f.others and len(f.consent) == 1:
        named, listed = _purposes(f, f.consent), _listed(f, f.consent)
        said.append(f"Um Einwilligung bitten wir {named}{listed}.")
        said.append(f"Diese Nutzung ablehnen: {refuse}.")
    else:
        said.append(f"Ablehnen: {refuse}.")
    return [*said, *_more(f), *_agreeing(f, "Einwilligung zur Aufnahme")]


_NEEDED = {
    "conclude": "für den Abschluss des Vertrags mit Ihnen",
    "perform": "zur Erfüllung des Vertrags mit Ihnen",
    "": "für den Vertrag mit Ihnen",
}
_CONTRACT = {
    "conclude": "der Abschluss des Vertrags mit Ihnen",
    "perform": "die Erfüllung des Vertrags mit Ihnen",
    "": "der Vertrag mit Ihnen",
}


def _reason(f: Facts, purposes: Sequence[Purpose]) -> str:
    basis = purposes[0].basis
    laws = f.laws(basis)
    verb = "verlangt" if len(laws) == 1 else "verlangen"
    return {
        Basis.CONTRACT: f", weil wir das {_NEEDED[purposes[0].contract_to]} brauchen",
        Basis.LEGAL_OBLIGATION: f", weil {_and(laws)} es {verb}" if laws else "",
        Basis.PUBLIC_TASK: ", weil wir damit eine öffentliche Aufgabe erfüllen",
        Basis.LEGITIMATE_INTERESTS: "; das ist unser berechtigtes Interesse",
    }.get(basis, "")


def _reasons(f: Facts) -> list[str]:
    """Say what is recorded without consent, and why."""
    said: list[str] = []
    for _, purposes in f.groups:
        begin = "Außerdem nehmen wir es" if said else "Wir nehmen dieses Gespräch"
        named, listed = _purposes(f, purposes), _listed(f, purposes)
        said.append(f"{begin}{_also(purposes)} {named} auf{_reason(f, purposes)}{listed}.")
    return said + [f"{p.other_way_says['de']}." for p in f.others if "de" in p.other_way_says]


def _may_object(f: Facts) -> str:
    if len(f.objectionable) == len(f.purposes):
        return "Sie können widersprechen, dann sprechen wir ohne Aufnahme weiter."
    named, listed = _purposes(f, f.objectionable), _listed(f, f.objectionable)
    return f"Der Aufnahme {named} können Sie widersprechen{listed}."


def notice(f: Facts) -> list[str]:
    """Say who records, what for and why; the objecting key last."""
    if f.bases == {Basis.VITAL_INTERESTS}:
        named, listed = _purposes(f, f.others), _listed(f, f.others)
        what = f"Wir nehmen dieses Gespräch{_also(f.others)} {named} auf{listed}."
        return [f"Hier ist {f.controller}.", what, "Bitte sprechen | Sie."]
    said = [f"Guten Tag, hier ist {f.controller}.", *_reasons(f)]
    more_key = f"Mehr erfahren Sie mit der {_KEYS[int(f.more_key)]}." if f.more_key else ""
    if not f.objectionable:
        return said + ([more_key.replace("mit der ", "mit der | ")] if more_key else [])
    said += [_may_object(f), *([more_key] if more_key else [])]
    if f.brief:
        return [*said, f"Widersprechen, jetzt oder jederzeit: {_last(f.refuse_key)}."]
    key = _last(f.refuse_key)
    return [*said, f"Zum Widersprechen, jetzt oder jederzeit später, drücken Sie bitte {key}."]


def more(f: Facts, rights: Iterable[str]) -> list[str]:
    """Say what may wait: basis, retention, recipients, rights, where to complain."""
    after = f"{'nach' if f.exact else 'spätestens nach'} {numbers.german(f.longest_days)}"
    to = " und geben sie nicht weiter" if f.nobody else ""
    to = f"; Empfänger: {f.recipients}" if f.recipients else to
    access, copy, *more_rights = (_RIGHTS[right] for right in rights)
    listed = f"{access} und {copy}, {_and(more_rights)}"
    of_what = "" if f.brief else " Ihrer Daten"
    object_to = ", auf Widerspruch" if f.objectionable else ""
    said = [
        f"Verantwortlich ist {f.legal_name}; {_basis(f)}.",
        f"Wir löschen die Aufnahme {after}{to}.",
        f"Sie haben das Recht {listed}{of_what}{object_to} und auf Beschwerde bei der "
        "Datenschutzaufsicht.",
    ]
    if f.officer:
        said.append(f"Für den Datenschutz zuständig: {f.officer}.")
    if f.none_without:
        said.append("Ohne Aufnahme können wir den Vertrag nicht am Telefon schließen.")
    if Basis.LEGITIMATE_INTERESTS in f.bases and not f.brief:
        said.append("Unsere Abwägung nennen wir Ihnen auf Wunsch.")
    if f.consent:
        past = "" if f.brief else "; die Nutzung bis dahin bleibt rechtmäßig"
        after_call = "auch nach dem Gespräch, unter dieser Telefonnummer"
        said.append(f"Widerrufen können Sie {after_call}{past}.")
    if f.contact or not f.consent:
        here = "Sie erreichen uns unter dieser Telefonnummer."
        said.append(f"Kontakt: {f.contact}." if f.contact else here)
    if f.notice:
        return [*said, f"Alles Weitere: {f.notice}."]
    return [*said, "Alles Weitere geben wir Ihnen auf Wunsch schriftlich."]


def _basis(f: Facts) -> str:
    named = [_CONTRACT[each] for each in f.contracts]
    if Basis.VITAL_INTERESTS in f.bases:
        named.append("der Schutz lebenswichtiger Interessen")
    named += f.laws(Basis.LEGAL_OBLIGATION)
    if Basis.PUBLIC_TASK in f.bases:
        named.append("unsere öffentliche Aufgabe")
    if f.consent:
        named.append("Ihre Einwilligung")
    if f.interests:
        named.append(f"unser berechtigtes Interesse {_and(f.interests)}")
    laws = f.laws(Basis.PUBLIC_TASK)
    verb = "regelt" if len(laws) == 1 else "regeln"
    task = f". Die Aufgabe {verb} {_and(laws)}" if laws else ""
    return f"Rechtsgrundlage {'ist' if len(named) == 1 else 'sind'} {_and(named)}{task}"


def confirmation(f: Facts, purposes: Sequence[Purpose]) -> list[str]:
    """Say that recording begins, and what for."""
    if f.bases == {Basis.VITAL_INTERESTS}:
        return ["Die Aufnahme läuft."]
    named = f"{_purposes(f, purposes)}{_listed(f, purposes)}"
    if len(f.purposes) == 1 and f.consent:
        out = f"{upper_first(_key(f.refuse_key))} beendet und löscht sie."
        return ["Danke.", f"Die Aufnahme läuft {named}.", out]
    if len(purposes) == len(f.purposes) >= 3:
        return [f"Die Aufnahme läuft zu allen {_COUNT[len(purposes)]} Zwecken."]
    only = "" if len(purposes) == len(f.purposes) else "nur "
    return [f"Die Aufnahme läuft {only}{named}."]


def choice(f: Facts, purpose: Purpose) -> list[str]:
    """Ask for one purpose alone."""
    refuse, agree = _key(f.refuse_key), _last(f.all_key)
    return [f"{f.label([purpose])[0]}.", f"Ablehnen: {refuse}.", f"Einwilligen: {agree}."]


def refused() -> list[str]:
    """Answer a refusal."""
    return ["In Ordnung, keine Aufnahme."]


def unanswered() -> list[str]:
    """Tell that nothing is recorded without an answer."""
    return ["Keine Aufnahme."]


def withdrawn(f: Facts, purposes: Sequence[Purpose]) -> list[str]:
    """Answer a withdrawal: what is erased, or what is recorded for from now on."""
    if not purposes:
        return ["Aufnahme beendet.", "Sie wird gelöscht."]
    named = f"{_purposes(f, purposes)}{_listed(f, purposes)}"
    ends = ["Einwilligung widerrufen"] if f.consent else []
    ends += ["Widerspruch angenommen"] if f.objectionable else []
    return [f"{', '.join(ends)}.", f"Die Aufnahme läuft nur noch {named}."]


def objected(f: Facts) -> list[str]:
    """Answer an objection."""
    whole = len(f.objectionable) == len(f.others)
    return ["Widerspruch angenommen.", "Keine Aufnahme." if whole else "Keine Aufnahme dazu."]

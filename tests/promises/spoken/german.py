"""Say when each German sentence is so."""

from collections.abc import Sequence

from appliance.config.settings import Basis
from appliance.model.policy import PromptKind
from tests.promises.spoken import rules as is_
from tests.promises.spoken import second_layer as later

ALSO = r"(?:, auch (?P<also>zu Ihre[nrm]? .+?),)?"
FOR = r"(?P<what>(?:zur|zum|für|zu (?:drei|vier)) .+)"
WILL = rf"(?:Wir nehmen dieses Gespräch|Außerdem nehmen wir es){ALSO} {FOR} auf"
LISTED = r"(?P<listed>: .+)?"
KEY = r"die (?P<key>\w+)"
RIGHTS = {
    "access": "auf Auskunft",
    "copy": "eine Kopie",
    "rectification": "auf Berichtigung",
    "erasure": "Löschung",
    "restriction": "Einschränkung",
    "portability": "Übertragung",
}
BASES: dict[str, is_.Rule] = {
    "der Abschluss des Vertrags mit Ihnen": lambda w, *_: bool(w.on(Basis.CONTRACT, "conclude")),
    "die Erfüllung des Vertrags mit Ihnen": lambda w, *_: bool(w.on(Basis.CONTRACT, "perform")),
    "der Vertrag mit Ihnen": lambda w, *_: bool(w.on(Basis.CONTRACT, "")),
    "der Schutz lebenswichtiger Interessen": lambda w, *_: bool(w.on(Basis.VITAL_INTERESTS)),
    "unsere öffentliche Aufgabe": lambda w, *_: bool(w.on(Basis.PUBLIC_TASK)),
    "Ihre Einwilligung": is_.has_consent,
}

CLAIMS: Sequence[is_.Claim] = (
    (r"Guten Tag, hier ist (?P<name>.+)\.", [is_.called]),
    (r"Hier ist (?P<name>.+)\.", [is_.called, is_.only_life]),
    (
        rf"{WILL}, weil wir das für den Abschluss des Vertrags mit Ihnen brauchen{LISTED}\.",
        [is_.recorded(Basis.CONTRACT, "conclude")],
    ),
    (
        rf"{WILL}, weil wir das zur Erfüllung des Vertrags mit Ihnen brauchen{LISTED}\.",
        [is_.recorded(Basis.CONTRACT, "perform")],
    ),
    (
        rf"{WILL}, weil wir das für den Vertrag mit Ihnen brauchen{LISTED}\.",
        [is_.recorded(Basis.CONTRACT, "")],
    ),
    (
        rf"{WILL}, weil (?P<laws>.+) es verlang(?:t|en){LISTED}\.",
        [is_.recorded(Basis.LEGAL_OBLIGATION), is_.laws_of(Basis.LEGAL_OBLIGATION)],
    ),
    (
        rf"{WILL}, weil wir damit eine öffentliche Aufgabe erfüllen{LISTED}\.",
        [is_.recorded(Basis.PUBLIC_TASK)],
    ),
    (rf"{WILL}; das ist unser berechtigtes Interesse{LISTED}\.", [is_.recorded(is_.LI)]),
    (rf"{WILL}{LISTED}\.", [is_.recorded(Basis.VITAL_INTERESTS)]),
    (r"Bitte sprechen Sie\.", [is_.only_life]),
    (
        rf"Zusätzlich bitten wir um Ihre Einwilligung, die Aufnahme{ALSO} auch (?P<what>.+) zu "
        rf"nutzen{LISTED}\.",
        [is_.asked, is_.beside_others],
    ),
    (
        rf"Mit Ihrer Einwilligung möchten wir dieses Gespräch{ALSO} aufnehmen, (?P<what>.+)\.",
        [is_.asked, is_.only_consent],
    ),
    (
        rf"Mit Ihrer Einwilligung möchten wir dieses Gespräch{ALSO} {FOR} aufnehmen{LISTED}\.",
        [is_.asked, is_.only_consent],
    ),
    (r"Sie können widersprechen, dann sprechen wir ohne Aufnahme weiter\.", [is_.object_to_all]),
    (rf"Der Aufnahme (?P<what>.+) können Sie widersprechen{LISTED}\.", [is_.object_to_these]),
    (
        r"Ohne Einwilligung sprechen wir genauso weiter, nur ohne Aufnahme; widerrufen können Sie "
        r"jederzeit\.",
        [is_.only_consent, is_.withdrawable],
    ),
    (
        r"Auch ohne Einwilligung sprechen wir normal weiter; widerrufen können Sie jederzeit\.",
        [is_.withdrawable],
    ),
    (
        rf"(?:Zum Ablehnen oder Widerrufen drücken Sie|Ablehnen, widerrufen:) {KEY}\.",
        [is_.refusing, is_.has_consent, is_.not_objecting],
    ),
    (
        r"(?:Zum Ablehnen, Widerrufen oder Widersprechen drücken Sie|Ablehnen, widerrufen, "
        rf"widersprechen:) {KEY}\.",
        [is_.refusing, is_.has_consent, is_.objecting],
    ),
    (rf"Ablehnen oder widersprechen: {KEY}\.", [is_.refusing, is_.has_consent, is_.objecting]),
    (
        rf"Diese Nutzung ablehnen: {KEY}\.",
        [is_.refusing, is_.one_consent, is_.beside_others, is_.not_objecting],
    ),
    (rf"Ablehnen: {KEY}\.", [is_.refusing, is_.has_consent]),
    (
        rf"Zum Widersprechen, jetzt oder jederzeit später, drücken Sie bitte {KEY}\.",
        [is_.refusing, is_.objecting],
    ),
    (rf"Widersprechen, jetzt oder jederzeit: {KEY}\.", [is_.refusing, is_.objecting]),
    (rf"Mehr erfahren: {KEY}\.", [is_.telling_more]),
    (r"Mehr erfahren Sie mit der (?P<key>\w+)\.", [is_.telling_more]),
    (rf"Einzeln auswählen: {KEY}\.", [is_.choosing]),
    (rf"Wenn Sie einwilligen, drücken Sie bitte {KEY}\.", [is_.agreeing, is_.only_consent]),
    (rf"Einwilligen: {KEY}\.", [is_.agreeing, is_.choice_or_only_consent]),
    (rf"Einwilligung zur Aufnahme: {KEY}\.", [is_.agreeing, is_.only_consent]),
    (
        rf"Einwilligung in die Nutzung (?P<these>.+): {KEY}\.",
        [is_.agreeing_to_these, is_.beside_others],
    ),
    (rf"(?:Einwilligung zu|Zu) beidem: {KEY}\.", [is_.agreeing, is_.count_of(2)]),
    (rf"(?:Einwilligung zu|Zu) allen: {KEY}\.", [is_.agreeing, is_.three_or_four]),
    (rf"(?:Einwilligung nur|Nur) (?P<these>.+): {KEY}\.", [is_.agreeing_to_these]),
    (
        rf"Um Einwilligung bitten wir (?P<what>.+?){LISTED}\.",
        [is_.asked, is_.beside_others],
    ),
    (
        r"Verantwortlich ist (?P<name>.+); Rechtsgrundlage (?:(?P<one>ist)|sind) (?P<bases>.+)\.",
        [later.controller, later.resting_on(BASES, "unser berechtigtes Interesse ")],
    ),
    (r"Die Aufgabe regel(?:t|n) (?P<laws>.+)\.", [is_.laws_of(Basis.PUBLIC_TASK)]),
    (
        r"Wir löschen die Aufnahme (?P<latest>spätestens )?nach (?P<period>.+) und geben sie nicht "
        r"weiter\.",
        [later.kept_as_long, later.told_nobody],
    ),
    (
        r"Wir löschen die Aufnahme (?P<latest>spätestens )?nach (?P<period>.+); Empfänger: "
        r"(?P<to>.+)\.",
        [later.kept_as_long, later.told_these],
    ),
    (
        r"Wir löschen die Aufnahme (?P<latest>spätestens )?nach (?P<period>.+)\.",
        [later.kept_as_long, later.told_no_recipients],
    ),
    (
        r"Sie haben das Recht (?P<rights>.+?)(?: Ihrer Daten)?(?P<object>, auf Widerspruch)? "
        r"und auf Beschwerde bei der Datenschutzaufsicht\.",
        [later.rights(RIGHTS)],
    ),
    (
        r"Für den Datenschutz zuständig: (?P<officer>.+)\.",
        [later.told_officer],
    ),
    (
        r"Ohne Aufnahme können wir den Vertrag nicht am Telefon schließen\.",
        [later.no_contract_without],
    ),
    (r"Unsere Abwägung nennen wir Ihnen auf Wunsch\.", [later.weighed]),
    (
        r"Widerrufen können Sie auch nach dem Gespräch, unter dieser Telefonnummer"
        r"(?:; die Nutzung bis dahin bleibt rechtmäßig)?\.",
        [later.withdrawable_later],
    ),
    (r"Sie erreichen uns unter dieser Telefonnummer\.", [later.no_other_contact]),
    (r"Kontakt: (?P<contact>.+)\.", [later.told_contact]),
    (r"Alles Weitere: (?P<notice>.+)\.", [later.told_notice]),
    (r"Alles Weitere geben wir Ihnen auf Wunsch schriftlich\.", [later.no_notice_elsewhere]),
    (r"Danke\.", [is_.spoken_as(PromptKind.CONFIRMATION)]),
    (r"Die Aufnahme läuft\.", [is_.only_life]),
    (r"Die Aufnahme läuft zu allen drei Zwecken\.", [is_.for_all, is_.so_many(3)]),
    (r"Die Aufnahme läuft zu allen vier Zwecken\.", [is_.for_all, is_.so_many(4)]),
    (
        rf"Die Aufnahme läuft nur noch (?P<what>.+?){LISTED}\.",
        [is_.for_these, is_.spoken_as(PromptKind.WITHDRAWN)],
    ),
    (rf"Die Aufnahme läuft nur (?P<what>.+?){LISTED}\.", [is_.for_these, is_.not_all]),
    (
        rf"Die Aufnahme läuft (?P<what>.+?){LISTED}\.",
        [is_.for_these, is_.for_all, is_.spoken_as(PromptKind.CONFIRMATION)],
    ),
    (
        rf"Wir nehmen das Gespräch (?P<what>.+) auf{LISTED}\.",
        [is_.every_other, is_.spoken_as(PromptKind.KEYS)],
    ),
    (
        r"Die (?P<key>\w+) beendet und löscht sie\.",
        [is_.refusing, is_.only_consent, is_.so_many(1)],
    ),
    (r"In Ordnung, keine Aufnahme\.", [is_.nothing_stays]),
    (r"Keine Aufnahme\.", [is_.nothing_stays]),
    (r"Aufnahme beendet\.", [is_.nothing_stays]),
    (r"Sie wird gelöscht\.", [is_.erased]),
    (r"Einwilligung widerrufen\.", [is_.has_consent, is_.not_objecting]),
    (r"Einwilligung widerrufen, Widerspruch angenommen\.", [is_.has_consent, is_.objecting]),
    (r"Widerspruch angenommen\.", [is_.objecting]),
    (r"(?P<label>.+)\.", [is_.of_choice]),
)

"""Say when each Polish sentence is so."""

from collections.abc import Sequence

from appliance.config.settings import Basis
from appliance.model.policy import PromptKind
from tests.promises.spoken import rules as is_
from tests.promises.spoken import second_layer as later
from tests.promises.spoken.world import World

ALSO = r"(?:, także t(?:o|ego), co powiedzą Państwo o (?P<also>.+?),)?"
WILL = rf"(?:Nagramy tę rozmowę|Nagramy ją także){ALSO} (?P<what>w (?:celu|trzech|czterech) .+)"
KEY = r"(?P<key>\w+)"
RIGHTS = {
    "access": "dostępu do danych",
    "copy": "ich kopii",
    "rectification": "do ich sprostowania",
    "erasure": "usunięcia",
    "portability": "przeniesienia",
    "restriction": "ograniczenia przetwarzania",
}
BASES: dict[str, is_.Rule] = {
    "zawarcie umowy z Państwem": lambda w, *_: bool(w.on(Basis.CONTRACT, "conclude")),
    "wykonanie umowy z Państwem": lambda w, *_: bool(w.on(Basis.CONTRACT, "perform")),
    "umowa z Państwem": lambda w, *_: bool(w.on(Basis.CONTRACT, "")),
    "ochrona żywotnych interesów": lambda w, *_: bool(w.on(Basis.VITAL_INTERESTS)),
    "zadanie publiczne": lambda w, *_: bool(w.on(Basis.PUBLIC_TASK)),
    "Państwa zgoda": is_.has_consent,
}


def _authority(world: World, _: object, said: is_.Groups) -> bool:
    polish = said["authority"] == "Urzędu Ochrony Danych Osobowych"
    return polish == (world.config.office.country == "PL")


CLAIMS: Sequence[is_.Claim] = (
    (r"Dzień dobry, tu (?P<name>.+)\.", [is_.called]),
    (r"Tu (?P<name>.+)\.", [is_.called, is_.only_life]),
    (
        rf"{WILL}, bo jest to potrzebne do zawarcia umowy z Państwem\.",
        [is_.recorded(Basis.CONTRACT, "conclude")],
    ),
    (
        rf"{WILL}, bo jest to potrzebne do wykonania umowy z Państwem\.",
        [is_.recorded(Basis.CONTRACT, "perform")],
    ),
    (
        rf"{WILL}, bo jest to potrzebne w związku z umową z Państwem\.",
        [is_.recorded(Basis.CONTRACT, "")],
    ),
    (
        rf"{WILL}, bo wymaga(?:ją)? tego (?P<laws>.+)\.",
        [is_.recorded(Basis.LEGAL_OBLIGATION), is_.laws_of(Basis.LEGAL_OBLIGATION)],
    ),
    (rf"{WILL}, bo wykonujemy zadanie publiczne\.", [is_.recorded(Basis.PUBLIC_TASK)]),
    (rf"{WILL}, bo mamy w tym prawnie uzasadniony interes\.", [is_.recorded(is_.LI)]),
    (rf"{WILL}\.", [is_.recorded(Basis.VITAL_INTERESTS)]),
    (
        rf"Nagrywamy tę rozmowę{ALSO} (?P<what>w (?:celu|trzech|czterech) .+)\.",
        [is_.only_life, is_.every_other],
    ),
    (r"Proszę mówić\.", [is_.only_life]),
    (
        rf"Osobno prosimy o zgodę na użycie nagrania{ALSO} (?P<what>w (?:celu|trzech|czterech) "
        r".+)\.",
        [is_.asked, is_.beside_others],
    ),
    (
        rf"Prosimy o zgodę na nagranie tej rozmowy{ALSO} (?P<what>w (?:celu|trzech|czterech) .+)"
        r"\.",
        [is_.asked, is_.only_consent],
    ),
    (
        r"Mogą Państwo wnieść sprzeciw, a wtedy rozmawiamy dalej bez nagrania\.",
        [is_.object_to_all],
    ),
    (r"Mogą Państwo wnieść sprzeciw wobec nagrania (?P<what>.+)\.", [is_.object_to_these]),
    (
        r"Bez zgody rozmawiamy tak samo, tylko bez nagrania, a zgodę można cofnąć w każdej "
        r"chwili\.",
        [is_.only_consent, is_.withdrawable],
    ),
    (r"Bez zgody rozmawiamy tak samo; można ją zawsze cofnąć\.", [is_.withdrawable]),
    (
        rf"Aby odmówić albo cofnąć zgodę, proszę nacisnąć {KEY}\.",
        [is_.refusing, is_.has_consent, is_.not_objecting],
    ),
    (
        rf"Aby odmówić, cofnąć zgodę albo wnieść sprzeciw, proszę nacisnąć {KEY}\.",
        [is_.refusing, is_.has_consent, is_.objecting],
    ),
    (rf"Odmowa albo cofnięcie: {KEY}\.", [is_.refusing, is_.has_consent, is_.not_objecting]),
    (
        rf"Odmowa, cofnięcie zgody albo sprzeciw: {KEY}\.",
        [is_.refusing, is_.has_consent, is_.objecting],
    ),
    (rf"Odmowa albo sprzeciw: {KEY}\.", [is_.refusing, is_.has_consent, is_.objecting]),
    (
        rf"Odmowa użycia nagrania w tym celu: {KEY}\.",
        [is_.refusing, is_.one_consent, is_.beside_others, is_.not_objecting],
    ),
    (rf"Odmowa: {KEY}\.", [is_.refusing, is_.has_consent]),
    (
        rf"Aby wnieść sprzeciw, teraz lub w każdej chwili, proszę nacisnąć {KEY}\.",
        [is_.refusing, is_.objecting],
    ),
    (rf"Sprzeciw, teraz lub w każdej chwili: {KEY}\.", [is_.refusing, is_.objecting]),
    (rf"(?:Aby usłyszeć więcej,|Więcej informacji:) {KEY}\.", [is_.telling_more]),
    (rf"Wybór celów: {KEY}\.", [is_.choosing]),
    (rf"Aby się zgodzić, proszę nacisnąć {KEY}\.", [is_.agreeing]),
    (rf"Zgoda na nagranie: {KEY}\.", [is_.agreeing, is_.only_consent]),
    (rf"(?:Zgoda na|Na) oba cele: {KEY}\.", [is_.agreeing, is_.count_of(2)]),
    (rf"(?:Zgoda na|Na) wszystkie: {KEY}\.", [is_.agreeing, is_.three_or_four]),
    (
        rf"(?:Zgoda na nagranie tylko|Tylko) do (?P<these>.+): {KEY}\.",
        [is_.agreeing_to_these],
    ),
    (rf"Zgoda na użycie do (?P<these>.+): {KEY}\.", [is_.agreeing_to_these, is_.beside_others]),
    (r"O zgodę prosimy (?P<what>.+)\.", [is_.asked, is_.beside_others]),
    (rf"Zgoda: {KEY}\.", [is_.agreeing, is_.spoken_as(PromptKind.CHOICE)]),
    (
        r"Administratorem jest (?P<name>.+); podstawą (?:(?P<one>jest)|są) (?P<bases>.+)\.",
        [later.controller, later.resting_on(BASES, "nasz prawnie uzasadniony interes: ")],
    ),
    (r"Zadanie określa(?:ją)? (?P<laws>.+)\.", [is_.laws_of(Basis.PUBLIC_TASK)]),
    (
        r"Nagranie usuwamy (?P<latest>najpóźniej )?po (?P<period>.+) "
        r"i nikomu go nie przekazujemy\.",
        [later.kept_as_long, later.told_nobody],
    ),
    (
        r"Nagranie usuwamy (?P<latest>najpóźniej )?po (?P<period>.+); odbiorca: (?P<to>.+)\.",
        [later.kept_as_long, later.told_these],
    ),
    (
        r"Nagranie usuwamy (?P<latest>najpóźniej )?po (?P<period>.+)\.",
        [later.kept_as_long, later.told_no_recipients],
    ),
    (
        r"Mają Państwo prawo (?P<rights>.+?)(?P<object>, do sprzeciwu)? "
        r"oraz do skargi do (?P<authority>.+)\.",
        [later.rights(RIGHTS), _authority],
    ),
    (r"Inspektor ochrony danych: (?P<officer>.+)\.", [later.told_officer]),
    (r"Bez nagrania nie zawrzemy umowy przez telefon\.", [later.no_contract_without]),
    (r"Ocenę tego interesu udostępniamy na życzenie\.", [later.weighed]),
    (
        r"Zgodę można cofnąć także po rozmowie, pod tym numerem"
        r"(?:; wcześniejsze użycie pozostaje zgodne z prawem)?\.",
        [later.withdrawable_later],
    ),
    (r"Kontakt pod tym numerem\.", [later.no_other_contact]),
    (r"Pełną informację dajemy na piśmie, na życzenie\.", [later.no_notice_elsewhere]),
    (r"Kontakt: (?P<contact>.+)\.", [later.told_contact]),
    (r"Pełna informacja: (?P<notice>.+)\.", [later.told_notice]),
    (r"Dziękujemy\.", [is_.spoken_as(PromptKind.CONFIRMATION)]),
    (r"Nagrywamy\.", [is_.only_life]),
    (r"Nagrywamy we wszystkich trzech celach\.", [is_.for_all, is_.so_many(3)]),
    (r"Nagrywamy we wszystkich czterech celach\.", [is_.for_all, is_.so_many(4)]),
    (
        r"Nagrywamy dalej tylko (?P<what>.+)\.",
        [is_.for_these, is_.spoken_as(PromptKind.WITHDRAWN)],
    ),
    (r"Nagrywamy tylko (?P<what>.+)\.", [is_.for_these, is_.not_all]),
    (
        r"Nagrywamy (?P<what>.+)\.",
        [is_.for_these, is_.for_all, is_.spoken_as(PromptKind.CONFIRMATION)],
    ),
    (r"Nagramy (?P<what>.+)\.", [is_.every_other, is_.spoken_as(PromptKind.KEYS)]),
    (rf"{KEY} kończy i usuwa nagranie\.", [is_.refusing, is_.only_consent, is_.so_many(1)]),
    (r"Dobrze, nie nagrywamy\.", [is_.nothing_stays]),
    (r"Nie nagrywamy\.", [is_.nothing_stays]),
    (r"Koniec nagrywania\.", [is_.nothing_stays]),
    (r"Nagranie usuwamy\.", [is_.erased]),
    (r"Zgoda cofnięta\.", [is_.has_consent, is_.not_objecting]),
    (r"Zgoda cofnięta, sprzeciw przyjęty\.", [is_.has_consent, is_.objecting]),
    (r"Sprzeciw przyjęty\.", [is_.objecting]),
    (r"(?P<label>.+)\.", [is_.of_choice]),
)

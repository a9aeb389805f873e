"""Structs that say the same things are one struct, but for those that have a reason here."""

import ast
import itertools
from pathlib import Path

ROOT = Path(__file__).parents[2]

SHARED = 6
"""Names of fields from which on two classes are twins."""

STORED = "one is stored: its bytes are its own, and change with no page"
BASE = "one is made of the other, or of its parts, and each says more"
FORM = "one is decoded from a stranger's bytes, the other is what became of it"
SEALED = "one is signed or sealed with the recording, for ever"
CHANCE = "the same words for other things"
SECRET = "one holds a secret, which must not be one forgotten field away from a page"
FLOOR = "the lower one may not import the link"

TWINS = {
    ("Act", "AuditEntry"): BASE,
    ("AuditEntry", "AuditLine"): STORED,
    ("AuditMark", "LogTail"): STORED,
    ("BackupMedium", "MediumState"): STORED,
    ("CallMeta", "ListedCall"): SEALED,
    ("CertificateOrder", "CertifiedErasure"): BASE,
    ("CallMeta", "Row"): STORED,
    ("CallRecord", "ListedCall"): BASE,
    ("CallRecord", "Summary"): BASE,
    ("Capabilities", "ModemProfile"): FORM,
    ("CopyGiven", "ExportCall"): SEALED,
    ("EraseAllCertificate", "ErasureCertificate"): CHANCE,
    ("ChannelCondition", "ChannelFigures"): FLOOR,
    ("ConsentReceipt", "DigitPressed"): SEALED,
    ("Draft", "PromptEntry"): STORED,
    ("DrillProof", "ListedCall"): CHANCE,
    ("Draft", "ShownSaying"): CHANCE,
    ("PromptEntry", "Recording"): STORED,
    ("PromptEntry", "SpokenPrompt"): STORED,
    ("EraseAllAsked", "EraseAllOrder"): STORED,
    ("EraseAllCertificate", "EraseAllOrder"): STORED,
    ("Facts", "SealedRule"): SEALED,
    ("Find", "ListCalls"): FLOOR,
    ("Letter", "MailPlace"): SECRET,
    ("Letter", "MailState"): SECRET,
    ("Line", "SealedRule"): SEALED,
    ("Line", "Policy"): BASE,
    ("ListAudit", "ListCertificates"): CHANCE,
    ("ListedCall", "RecordingEntry"): STORED,
    ("ListedCall", "Row"): STORED,
    ("Loan", "SftpState"): SECRET,
    ("MailPlace", "MailState"): SECRET,
    ("Panel", "PanelPart"): BASE,
    ("Office", "SealedRule"): SEALED,
    ("Policy", "SealedRule"): SEALED,
    ("ProofCore", "SealedFacts"): SEALED,
    ("ProofCore", "Summary"): SEALED,
    ("SealedFacts", "Summary"): BASE,
    ("SftpPlace", "SftpState"): SECRET,
    ("Purpose", "ReadyPurpose"): BASE,
    ("Purpose", "RulePurpose"): SEALED,
    ("Silence", "SilenceRow"): STORED,
}
"""A pair may leave this table; none may come without a reason."""


def fields(made: ast.ClassDef) -> set[str]:
    """Return the names of a class's fields."""
    told = (each for each in made.body if isinstance(each, ast.AnnAssign))
    return {
        each.target.id
        for each in told
        if isinstance(each.target, ast.Name) and "ClassVar" not in ast.unparse(each.annotation)
    }


def twins(*sources: str) -> set[tuple[str, str]]:
    """Return the pairs of classes that share so many names of fields."""
    classes = [
        (node.name, fields(node))
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    ]
    return {
        (min(one, other), max(one, other))
        for (one, names), (other, others) in itertools.combinations(classes, 2)
        if len(names & others) >= SHARED
    }


def product() -> list[str]:
    """Return the text of every module of the product."""
    folders = (ROOT / "appliance", ROOT / "web")
    return [path.read_text("utf-8") for folder in folders for path in sorted(folder.rglob("*.py"))]


def test_what_says_the_same_is_one_struct() -> None:
    assert twins(*product()) == TWINS.keys()


def test_a_twin_is_noticed_and_a_class_attribute_is_no_field() -> None:
    body = "".join(f"    {name}: int\n" for name in "abcdef")
    one, other = f"class One:\n{body}", f"class Other:\n{body}    more: str\n"
    assert twins(one, other) == {("One", "Other")}
    assert twins(one, f"class Other:\n{body}".replace("f: int", "f: ClassVar[int]")) == set()


def test_no_struct_is_made_of_the_attributes_of_another() -> None:
    """A field that means something else there, or is missing, would take its default in silence."""
    assert [text for text in product() if "from_attributes" in text] == []

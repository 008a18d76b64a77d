"""Languages of the world: codes, names, scripts. And texts of one: cleaned, numbers read out, compared, counted.

Nothing here is made for one language: what differs comes from tables of codes, from Unicode and from num2words. Knows
nothing of speech or of packs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from cslm_core.errors import TrainingError
from trainer.language.job import JobLanguage

__all__ = [
    "SCRIPTS", "Tag", "comparable", "describe", "known_languages", "make_language", "parse_tag", "script_share",
    "text_key", "text_tokens",
]  # fmt: skip

_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE,
)
SCRIPTS: Final[dict[str, tuple[str, ...]]] = {
    "Adlm": ("ADLAM",), "Arab": ("ARABIC",), "Armn": ("ARMENIAN",), "Beng": ("BENGALI",), "Bopo": ("BOPOMOFO",),
    "Cans": ("CANADIAN SYLLABICS",), "Cher": ("CHEROKEE",), "Copt": ("COPTIC", "GREEK"), "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",), "Ethi": ("ETHIOPIC",), "Geor": ("GEORGIAN",), "Grek": ("GREEK",), "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",), "Hang": ("HANGUL",), "Hani": ("CJK", "IDEOGRAPHIC"), "Hans": ("CJK", "IDEOGRAPHIC"),
    "Hant": ("CJK", "IDEOGRAPHIC"), "Hebr": ("HEBREW",), "Hira": ("HIRAGANA",), "Java": ("JAVANESE",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC"), "Kana": ("KATAKANA",), "Khmr": ("KHMER",),
    "Knda": ("KANNADA",), "Kore": ("HANGUL", "CJK"), "Laoo": ("LAO",), "Latn": ("LATIN",), "Mlym": ("MALAYALAM",),
    "Mong": ("MONGOLIAN",), "Mtei": ("MEETEI MAYEK",), "Mymr": ("MYANMAR",), "Nkoo": ("NKO",), "Olck": ("OL CHIKI",),
    "Orya": ("ORIYA",), "Sinh": ("SINHALA",), "Sund": ("SUNDANESE",), "Syrc": ("SYRIAC",), "Taml": ("TAMIL",),
    "Telu": ("TELUGU",), "Tfng": ("TIFINAGH",), "Thaa": ("THAANA",), "Thai": ("THAI",), "Tibt": ("TIBETAN",),
    "Yiii": ("YI",),
}  # fmt: skip
"""Scripts that can be told by the Unicode names of their letters: ISO 15924 code -> how those names begin."""
_UNSPACED: Final = frozenset({"Hani", "Hans", "Hant", "Hira", "Jpan", "Kana", "Khmr", "Laoo", "Mymr", "Thai", "Tibt"})


class Tag(NamedTuple):
    """A checked BCP-47 tag: `code` in its usual letter case, the English `name`, the `script` (ISO 15924)."""

    code: str
    name: str
    script: str


@cache
def _registry() -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """(language -> (script or "", name)), (longer code -> code)."""
    known: dict[str, tuple[str, str]] = {}
    longer: dict[str, str] = {}
    for line in resources.files(__package__).joinpath("subtags.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        if "=" in line:
            long, _, short = line.partition("=")
            longer[long] = short
        else:
            code, script, name = line.split("\t")
            known[code] = (script, name)
    return known, longer


def known_languages() -> dict[str, str]:
    """English name by code, of all languages with a code; the two-letter ones first (for a list to choose from)."""
    known = _registry()[0]
    return {code: known[code][1] for code in sorted(known, key=lambda c: (len(c), known[c][1]))}


def parse_tag(code: str) -> Tag:
    """Check a BCP-47 tag ("es", "es-MX", "sr-Latn"). TrainingError for one that nobody knows, with a likely one."""
    known, longer = _registry()
    match = _TAG.fullmatch(code.strip().replace("_", "-"))
    language = match["language"].lower() if match else ""
    language = longer.get(language, language)
    if match is None or language not in known:
        raise TrainingError(_unknown(code.strip()))
    script, name = known[language]
    if match["script"]:
        script = match["script"].title()
        if script not in SCRIPTS:
            raise TrainingError(f"The script {script} of {code!r} is not one of {', '.join(SCRIPTS)}; leave it out.")
    script = script or "Latn"
    parts = [language, *([script] if match["script"] else []), *([match["region"].upper()] if match["region"] else [])]
    return Tag("-".join(parts) + match["variants"].lower(), name, script)


def _unknown(code: str) -> str:
    for known, name in known_languages().items():
        if name.casefold() == code.casefold():
            return f"Nobody knows the language code {code[:40]!r}; that of {name} is {known}."
    return f"Nobody knows the language code {code[:40]!r}; take an ISO 639 code such as es, yue or kab."


def make_language(code: str, bridge: str, name: str = "", script: str = "") -> JobLanguage:
    """The language of a job from what a user states; what is left empty is filled in. TrainingError as `parse_tag`."""
    tag = parse_tag(code)
    wanted = script.strip().title() or tag.script
    if wanted not in SCRIPTS:
        raise TrainingError(f"The script {script!r} is not known; the scripts are {', '.join(SCRIPTS)}.")
    shown = " ".join(name.split())[:60] or tag.name
    return JobLanguage(name=shown, code=tag.code, script=wanted, bridge=bridge.strip())


def describe(language: JobLanguage) -> list[str]:
    """What will work for this language and what not, a sentence each, said before any work is put in."""
    from trainer.language.numbers import reads_numbers

    said = []
    if not reads_numbers(language.code):
        said.append(
            f"Numbers cannot be read out in {language.name}: rows with digits are left out; write them in words."
        )
    if _UNSPACED & {language.script}:
        said.append("Errors are counted in characters, as words are not set apart in this script.")
    if parse_tag(language.code).script != language.script:
        said.append(
            f"{language.name} is usually written in {parse_tag(language.code).script}, here in {language.script}."
        )
    return said


def script_share(text: str, script: str) -> float:
    """The share of the letters of `text` that are of the script, 1.0 for a text without letters."""
    prefixes = SCRIPTS[script]
    letters = [unicodedata.name(c, "").removeprefix("FULLWIDTH ") for c in text if c.isalpha()]
    return sum(name.startswith(prefixes) for name in letters) / len(letters) if letters else 1.0


def text_key(text: str) -> str:
    """What two texts must differ in to be different: no case, punctuation or spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LMN")


def comparable(text: str, language: JobLanguage) -> str:
    """`text` as errors are counted in it: numbers read out, small letters and marks, one space between words."""
    from trainer.language.numbers import read_numbers

    folded = unicodedata.normalize("NFC", read_numbers(text, language.code).casefold())
    folded = re.sub(r"['’`´]", "", folded)
    return " ".join("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded).split())


def text_tokens(text: str, language: JobLanguage) -> list[str]:
    """What errors are counted in: words, or characters where the script does not set words apart."""
    plain = comparable(text, language)
    if language.script not in _UNSPACED:
        return plain.split()
    return [found for found in re.findall(r"[a-z0-9]+|\S", plain) if found.strip()]

"""Codes, scripts, numbers, and sentences as they are kept and compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.errors import TrainingError
from trainer.language.languages import (
    SCRIPTS,
    comparable,
    describe,
    known_languages,
    make_language,
    parse_tag,
    script_share,
    text_key,
    text_tokens,
)
from trainer.language.numbers import has_digits, read_numbers, reads_numbers
from trainer.language.texts import clean_text, tidy

SPANISH = make_language("es", "en")


@pytest.mark.parametrize(
    ("written", "code", "name", "script"),
    [
        ("es", "es", "Spanish", "Latn"), ("ES-mx", "es-MX", "Spanish", "Latn"), ("spa", "es", "Spanish", "Latn"),
        ("kab", "kab", "Kabyle", "Latn"), ("yue", "yue", "Yue Chinese", "Hant"), ("sr", "sr", "Serbian", "Cyrl"),
        ("sr_latn", "sr-Latn", "Serbian", "Latn"), ("hi", "hi", "Hindi", "Deva"),
        ("de-1996", "de-1996", "German", "Latn"), (" th ", "th", "Thai", "Thai"),
    ],
)  # fmt: skip
def test_known_codes(written: str, code: str, name: str, script: str) -> None:
    assert parse_tag(written) == (code, name, script)


@pytest.mark.parametrize("written", ["xx", "", "spanish language", "e", "es-", "qqq", "12", "es-Foob", "\N{SNOWMAN}"])
def test_a_code_nobody_knows_is_refused(written: str) -> None:
    with pytest.raises(TrainingError):
        parse_tag(written)


def test_a_name_in_place_of_a_code_is_helped() -> None:
    with pytest.raises(TrainingError, match="that of Spanish is es"):
        parse_tag("spanish")
    with pytest.raises(TrainingError, match="script 'Foob' is not known"):
        make_language("es", "en", script="Foob")
    assert make_language("es", "en", "  Español  ").name == "Español"


@given(st.text(max_size=12))
def test_any_code_is_known_or_refused(written: str) -> None:
    try:
        tag = parse_tag(written)
    except TrainingError as error:
        assert str(error).endswith(".")
    else:
        assert parse_tag(tag.code) == tag


def test_the_table_is_whole() -> None:
    names = known_languages()
    assert len(names) > 7000
    assert next(iter(names)) == "ab"
    assert all(parse_tag(code).code == code for code in list(names)[::200])


def test_what_will_not_work_is_said_first() -> None:
    assert describe(SPANISH) == []
    assert "Numbers cannot be read out in Kabyle" in describe(make_language("kab", "en"))[0]
    assert any("in characters" in s for s in describe(make_language("th", "en")))
    assert any("usually written in Cyrl" in s for s in describe(make_language("ru", "en", script="Latn")))


# --- numbers ---


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tengo 3 gatos.", "Tengo tres gatos."),
        ("1.500.000 y 1,234", "un millón quinientos mil y mil doscientos treinta y cuatro"),
        ("12,5 y 12.5", "doce punto cinco y doce punto cinco"),
        ("a las 7:30, a las 8:00", "a las siete treinta, a las ocho"),
        ("007", "cero cero siete"), ("-5 grados", "menos cinco grados"),
        ("en 1969.", "en mil novecientos sesenta y nueve."),
        ("B12", "B12"), ("nada", "nada"), ("hay ٣", "hay tres"),
    ],
)  # fmt: skip
def test_numbers_are_read_out(written: str, read: str) -> None:
    assert read_numbers(written, "es") == read


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.sampled_from(["es", "de", "ja", "kab", "tr", "te"]))
def test_reading_numbers_never_fails(text: str, code: str) -> None:
    assert isinstance(read_numbers(text, code), str)


def test_where_no_number_is_read_digits_stay_and_are_seen() -> None:
    assert not reads_numbers("kab")
    assert has_digits(read_numbers("3 n wussan", "kab"))
    assert reads_numbers("pt-BR")
    assert reads_numbers("es-MX")


# --- sentences ---


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Hola,\u00a0 «amigo»… \n", 'Hola, "amigo"...'),
        ("“Hola”", "Hola"),
        ("man\u0303ana", "mañana"),
        ("ﬁn—ya", "fin-ya"),
        ("Ho\u200bla\u00ad mundo", "Ho la mundo"),
        ("Tengo 2.", "Tengo dos."),
    ],
)
def test_what_looks_alike_becomes_alike(written: str, kept: str) -> None:
    assert clean_text(written, SPANISH) == (kept, "")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "empty"), (" ... ¿?", "empty"), ("Привет, мир", "wrong_script"), ("好" * 20, "wrong_script"),
        ("Vitamina B12", "digits"), ("El 3.º piso", "digits"), ("100 %", "signs"),
        ("Escribe a ana@example.org", "signs"),
        ("Mira https://example.org", "signs"), ("¡Qué bien 😀!", "signs"), ("sí " * 300, "long_text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_aloud_has_a_reason(written: str, reason: str) -> None:
    assert clean_text(written, SPANISH).reason == reason


def test_persian_joiners_and_thai_vowels_are_spelling() -> None:
    assert "\u200c" in tidy("می\u200cخواهم", "Arab")
    assert tidy("น้ำ", "Thai") == "น้ำ"


@given(st.text(max_size=60), st.sampled_from(["es", "th", "fa", "ja", "kab"]))
def test_cleaning_is_done_after_one_time(text: str, code: str) -> None:
    language = make_language(code, "en")
    once = clean_text(text, language)
    assert isinstance(text_key(once.text), str)
    if not once.reason:
        assert clean_text(once.text, language) == once
        assert unicodedata.is_normalized("NFC", once.text)


@given(st.text(max_size=40))
def test_a_share_is_a_share(text: str) -> None:
    assert all(0.0 <= script_share(text, script) <= 1.0 for script in SCRIPTS)


def test_texts_are_compared_without_case_marks_and_spelling_of_numbers() -> None:
    assert comparable("¡Hola, Señor! Son 3.", SPANISH) == "hola señor son tres"
    assert text_tokens("¿Tiene 2 perros?", SPANISH) == ["tiene", "dos", "perros"]
    assert text_tokens("ผมดี ok", make_language("th", "en")) == ["ผ", "ม", "ด", "ี", "ok"]
    assert text_key("¡Hola, Señor!") == text_key("hola señor")

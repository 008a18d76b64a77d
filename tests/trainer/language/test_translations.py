"""Translations in each shape, what is wrong with them, and the sheets of dialogues."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cslm_core.assets import assets_folder
from cslm_core.errors import TrainingError
from tests.trainer.language import sounds
from tests.trainer.language.sounds import TEXTS
from trainer.dialogues import load_types
from trainer.language.dialogue_sheet import entries, export_sheet, import_dialogues, load_dialogues
from trainer.language.importers import read_source
from trainer.language.intake import Intake, Options
from trainer.language.job import Job
from trainer.language.mixture import load_material
from trainer.language.pairs_of_texts import Pair, read_pairs
from trainer.language.records import read_rows
from trainer.language.review import review
from trainer.language.sheets import read_sheet, write_sheet
from trainer.language.translations import add_translations, rejected_path

PAIRS = [("Hola, ¿cómo estás?", "Hello, how are you?"), ("El tren sale ya.", "The train is leaving."), ("Sí.", "Yes.")]
TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="en-US"><seg>Hello, <bpt i="1">&lt;b&gt;</bpt>how<ept i="1">&lt;/b&gt;</ept> are you?</seg></tuv>
<tuv xml:lang="es-MX"><seg>Hola, <hi>¿cómo</hi> estás?</seg></tuv></tu>
<tu><tuv lang="ES"><seg>El tren sale ya.</seg></tuv><tuv lang="EN"><seg>The train is leaving.</seg></tuv></tu>
<tu><tuv xml:lang="es"><seg>Sí.</seg></tuv><tuv xml:lang="en"><seg>Yes.</seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg>Non.</seg></tuv><tuv xml:lang="en"><seg>No.</seg></tuv></tu>
</body></tmx>
"""
BOMB = """<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<tmx><body><tu><tuv xml:lang="es"><seg>&b;</seg></tuv></tu></body></tmx>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<tmx><body><tu><tuv xml:lang="es"><seg>&a;</seg></tuv></tu></body></tmx>"""


def found(path: Path, columns: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(p.text, p.other) for p in read_pairs(path, "es", "en", columns) if not p.reason]


def test_every_shape_gives_the_same_pairs(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("id\ten\tes\n" + "".join(f"x\t{e}\t{s}\n" for s, e in PAIRS), "utf-8")
    (tmp_path / "b.csv").write_text("es;en\n" + "".join(f'"{s}";{e}\n' for s, e in PAIRS), "utf-8")
    (tmp_path / "c.tsv").write_text("".join(f"{s}\t1\t{e}\n" for s, e in PAIRS), "utf-8")
    (tmp_path / "d.es").write_text("".join(f"{s}\n" for s, _ in PAIRS), "utf-8")
    (tmp_path / "d.en").write_text("".join(f"{e}\n" for _, e in PAIRS), "utf-8")
    (tmp_path / "e.tmx").write_text(TMX, "utf-8")
    (tmp_path / "f.jsonl").write_text("".join(json.dumps({"es": s, "en": e}) + "\n" for s, e in PAIRS), "utf-8")
    lines = [json.dumps({"translation": {"es_ES": s, "en": e}}) for s, e in PAIRS]
    (tmp_path / "g.jsonl").write_text("\n".join(lines), "utf-8")
    for name in ("a.tsv", "b.csv", "d.es", "d.en", "d", "e.tmx", "f.jsonl", "g.jsonl"):
        assert found(tmp_path / name) == PAIRS, name
    assert found(tmp_path / "c.tsv", ("es", "-", "en")) == PAIRS
    assert [p.reason for p in read_pairs(tmp_path / "e.tmx", "es", "en")][-1] == "other_language"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.tsv", "Hola\tHello\n", "does not say which column is es"),
        ("a.tmx", BOMB, "defines XML entities"),
        ("a.tmx", OUTSIDE, "defines XML entities"),
        ("a.tmx", TMX[:-200], "is damaged"),
        ("a.tmx", "<html/>", "not TMX"),
        ("a.es", "Hola\nAdiós\n", "has 2 lines and a.en 1"),
        ("b.txt", "Hola\n", "b.txt.es is missing"),
        ("gone.tmx", None, "cannot be read"),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused(
    tmp_path: Path, name: str, data: str | None, sentence: str
) -> None:
    (tmp_path / "a.en").write_text("Hello\n", "utf-8")
    if data is not None:
        (tmp_path / name).write_text(data, "utf-8")
    with pytest.raises(TrainingError, match=sentence):
        list(read_pairs(tmp_path / name, "es", "en"))


def test_markup_may_be_as_deep_as_it_likes(tmp_path: Path) -> None:
    deep = "<hi>" * 5_000 + "Hola" + "</hi>" * 5_000
    units = TMX.replace("<hi>¿cómo</hi> estás?", f"{deep}, amiga.")
    (tmp_path / "a.tmx").write_text(units, "utf-8")
    assert found(tmp_path / "a.tmx")[0] == ("Hola, Hola, amiga.", "Hello, how are you?")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.binary(max_size=300), suffix=st.sampled_from(["tsv", "csv", "tmx", "jsonl", "es"]))
def test_any_bytes_give_pairs_or_a_sentence(tmp_path: Path, data: bytes, suffix: str) -> None:
    (tmp_path / f"x.{suffix}").write_bytes(data)
    (tmp_path / "x.en").write_bytes(b"Hello\n")
    try:
        pairs = list(read_pairs(tmp_path / f"x.{suffix}", "es", "en"))
    except TrainingError as error:
        assert str(error).endswith(".")
    else:
        assert all(isinstance(pair, Pair) for pair in pairs)


def test_each_faulty_pair_is_listed_and_the_rest_kept(job: Job, tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    lines = [
        "es\ten", "Hola, amigo.\tHello, friend.", "Tengo 2 gatos.\tI have 2 cats.", "\tNothing.", "Solo esto.\t",
        "Привет\tHello", "Una frase que nadie tradujo\tUna frase que nadie tradujo", "Sí.\t" + "Yes, of course. " * 9,
        "hola amigo\thello friend", "Esto\tno\tcabe", "Escribe a @ana\tWrite to @ana",
    ]  # fmt: skip
    path.write_bytes("\n".join(lines).encode() + b"\nma\xf1ana\ttomorrow\n")
    report = add_translations(job, path)
    assert report.added == 2
    assert [r["reason"] for r in read_rows(rejected_path(job))] == [
        "empty", "empty", "wrong_script", "untranslated", "lengths", "duplicate", "columns", "signs", "encoding",
    ]  # fmt: skip
    rows = read_rows(job.translations)
    assert [(r["text"], r["other"], r["language"], r["split"]) for r in rows] == [
        ("Hola, amigo.", "Hello, friend.", "en", "train"), ("Tengo dos gatos.", "I have 2 cats.", "en", "train"),
    ]  # fmt: skip
    again = add_translations(job, path)
    assert (again.added, again.there) == (0, 3)
    assert "were there already" in again.sentence


def test_other_known_languages_can_be_translated_to_and_unknown_ones_not(job: Job, tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("es\tzh\nHola, ¿cómo estás hoy?\t你好，你今天好吗？\n", "utf-8")
    assert add_translations(job, path, other="zh").added == 1
    with pytest.raises(TrainingError, match="does not know fr"):
        add_translations(job, path, other="fr")
    path.write_text("es\ten\nHola\tПривет\n", "utf-8")
    with pytest.raises(TrainingError, match="None of the 1 pairs"):
        add_translations(job, path)
    assert len(read_rows(job.translations)) == 1


def test_what_is_said_in_the_test_is_not_translated_in_training(job: Job, tmp_path: Path) -> None:
    Intake(job, Options()).add("cv", read_source(sounds.common_voice(tmp_path / "cv")))
    path = tmp_path / "t.jsonl"
    path.write_text("".join(json.dumps({"es": t, "en": f"This is number {t}"}) + "\n" for t in TEXTS), "utf-8")
    review(job)
    add_translations(job, path)
    for split in ("test", "dev"):
        kept = {r["text"] for r in read_rows(job.manifest) if r["split"] == split}
        assert kept
        assert {r["text"] for r in read_rows(job.translations) if r["split"] == split} == kept


def test_a_few_translations_are_watched_and_trained_on_in_no_task(job: Job, tmp_path: Path) -> None:
    Intake(job, Options(split="train")).add("cv", read_source(sounds.common_voice(tmp_path / "cv")))
    review(job)
    texts = [
        *TEXTS,
        *(f"Esta es la frase {letter}." for letter in "abcdefghijklmnopqrstuvwxyz"),
        "Esta es mi respuesta.",
    ]
    path = tmp_path / "t.jsonl"
    path.write_text("".join(json.dumps({"es": t, "en": f"A sentence: {t}"}) + "\n" for t in texts), "utf-8")
    row = {"id": "greetings.hello", "split": "train", "q": [texts[9]], "test": [], "a": [texts[-1]], "keys": []}
    job.dialogues.write_text(json.dumps(row) + "\n", "utf-8")
    add_translations(job, path)
    splits = {r["text"]: r["split"] for r in read_rows(job.translations)}
    dev = {text for text, split in splits.items() if split == "dev"}
    assert len(dev) == 1
    assert not dev & {*TEXTS, texts[9], texts[-1]}
    assert {split for text, split in splits.items() if text not in dev} == {"train"}
    assert [p.text for p in load_material(job).dev_pairs] == list(dev)
    review(job)
    assert {r["text"]: r["split"] for r in read_rows(job.translations)} == splits


# --- sheets and dialogues ---


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), max_size=20), max_size=5
    )
)
def test_sheets_come_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("sheet") / "s.csv"
    write_sheet(path, ("id", "text"), [(f"n{i}", text) for i, text in enumerate(texts)])
    assert [row and row["text"] for _, row in read_sheet(path, ("id", "text"))] == texts


def test_a_sheet_that_an_office_program_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes('\ufeffid;text;translation\r\na;"Hi; you";"Hola; tú"\r\n'.encode())
    assert read_sheet(path, ("id", "translation")) == [(2, {"id": "a", "text": "Hi; you", "translation": "Hola; tú"})]
    with pytest.raises(TrainingError, match="no column 'sound'"):
        read_sheet(path, ("id", "sound"))


def test_the_everyday_set_goes_out_and_comes_back(job: Job, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    count = export_sheet(job, sheet, types=40)
    offered = list(entries("en", 40))
    assert count == len(offered)
    first = [e.id for e in offered if e.id.startswith(offered[0].id.rpartition(".")[0] + ".q")]
    assert [int(name.rpartition("q")[2]) for name in first] == list(range(8))
    rows = [row for _, row in read_sheet(sheet, ("id", "text", "translation")) if row]
    assert {row["translation"] for row in rows} == {""}
    assert len({row["id"].split(".")[0] for row in rows if "." in row["id"]}) == 17  # every topic
    with pytest.raises(TrainingError, match="fill in the column"):
        import_dialogues(job, sheet)
    filled = {
        "greetings.hello.q0": "Hola, asistente.", "greetings.hello.a0": "¡Hola! ¿En qué puedo ayudarte?",
        "greetings.hello.t0": "¡Ay, hola!", "greetings.hello.k0": "Hola | buenas",
        "greetings.hello.q3": "Soy yo, hola.",
        "sentence-0000": TEXTS[0], "clarify-0000": "Perdón, ¿puedes repetir?", "greetings.nobody.q0": "¿Quién?",
        "greetings.hello.a1": "Привет!", "sentence-9999": "Nada.",
    }  # fmt: skip
    write_sheet(sheet, ("id", "text", "translation"), [(name, "", text) for name, text in filled.items()])
    report = import_dialogues(job, sheet)
    assert report.taken == 7
    assert [(name, reason) for _, name, reason in report.rejected] == [
        ("greetings.nobody.q0", "unknown_id"), ("greetings.hello.a1", "wrong_script"), ("sentence-9999", "unknown_id"),
    ]  # fmt: skip
    there = load_dialogues(job)
    assert there.types["greetings.hello"] == {
        "id": "greetings.hello", "split": "train", "q": ["Hola, asistente.", "Soy yo, hola."], "test": ["¡Ay, hola!"],
        "a": ["¡Hola! ¿En qué puedo ayudarte?"], "keys": [["hola", "buenas"]],
        "numbers": {"q": [0, 3], "test": [0], "a": [0], "keys": [0]},
    }  # fmt: skip
    assert there.sentences == {"sentence-0000": TEXTS[0], "clarify-0000": "Perdón, ¿puedes repetir?"}
    assert dict(there.prompts())["greetings.hello.q3"] == "Soy yo, hola."
    assert there.by_text()["soyyohola"] == "greetings.hello.q3"
    export_sheet(job, sheet)
    again = {row["id"]: row["translation"] for _, row in read_sheet(sheet, ("id",)) if row}
    assert again["greetings.hello.k0"] == "hola | buenas"
    assert again["greetings.hello.q3"] == "Soy yo, hola."
    assert (again["greetings.hello.q1"], again["greetings.hello.q2"]) == ("", "")
    assert again["sentence-0000"] == TEXTS[0]


def test_an_answer_is_paired_with_what_it_translates(job: Job, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    bundled = next(t for t in load_types(assets_folder() / "dialogues" / "everyday") if t.id == "greetings.hello")
    write_sheet(sheet, ("id", "text", "translation"), [("greetings.hello.a1", "", "¡Buenas! ¿Qué necesitas?")])
    import_dialogues(job, sheet)
    material = load_material(job)
    assert [(p.text, p.other) for p in material.pairs] == [
        ("¡Buenas! ¿Qué necesitas?", bundled.answers[code][1]) for code in ("en", "zh")
    ]
    assert material.dialogues == {}  # nobody can ask for it yet
    write_sheet(sheet, ("id", "text", "translation"), [("greetings.hello.q2", "", "Hola, ¿estás ahí?")])
    import_dialogues(job, sheet)
    assert load_material(job).dialogues["greetings.hello"].questions["es"] == ["Hola, ¿estás ahí?"]


def test_a_job_that_lost_the_numbers_gets_them_back_with_the_sheet(job: Job, tmp_path: Path) -> None:
    old = {"id": "greetings.hello", "split": "train", "q": ["Hola.", "Soy yo."], "test": [], "a": [], "keys": []}
    job.dialogues.write_text(json.dumps(old) + "\n", "utf-8")
    sheet = tmp_path / "sheet.csv"
    cells = [("greetings.hello.q0", "", "Hola."), ("greetings.hello.q3", "", "Soy yo.")]
    write_sheet(sheet, ("id", "text", "translation"), cells)
    import_dialogues(job, sheet)
    there = load_dialogues(job).types["greetings.hello"]
    assert (there["q"], there["numbers"]["q"]) == (["Hola.", "Soy yo."], [0, 3])


def test_an_answer_without_its_key_fact_is_pointed_out(job: Job, tmp_path: Path) -> None:
    path = tmp_path / "types.jsonl"
    row = {"id": "geography.cap_france", "q": ["¿Cuál es la capital?"], "a": ["Es Roma."], "keys": [["parís"]]}
    name = next(t.id for t in load_types(assets_folder() / "dialogues" / "everyday") if t.split == "train")
    path.write_text(json.dumps({**row, "id": name}) + "\n", "utf-8")
    report = import_dialogues(job, path)
    assert report.taken == 3
    assert report.sentences() == [f" ({name}): the answer has none of its key facts."]


def test_the_spanish_set_is_whole(job: Job) -> None:
    folder = assets_folder() / "dialogues" / "es"
    report = import_dialogues(job, folder / "everyday.jsonl")
    assert report.rejected == []
    there = load_dialogues(job)
    assert len(there.types) == 576
    for row in there.types.values():
        assert len(row["q"]) >= 2, row["id"]
        assert row["test"], row["id"]
        assert len(row["a"]) >= 2, row["id"]
        assert row["keys"], row["id"]
    wordings = [text for row in there.types.values() for text in row["q"] + row["test"]]
    assert len(wordings) == len(set(wordings))
    assert import_dialogues(job, folder / "clarify.jsonl").taken == 25
    assert len(load_dialogues(job).sentences) == 25
    added = add_translations(job, folder / "sentences.jsonl")
    assert added.added >= 1190
    assert {row["reason"] for row in added.rejected} <= {"duplicate"}
    english = {row["en"] for row in read_rows(assets_folder() / "dialogues" / "sentences.jsonl")}
    assert {row["en"] for row in read_rows(folder / "sentences.jsonl")} <= english

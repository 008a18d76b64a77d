"""Recipes: the starter pack's against the commands that it runs, and every fault of a recipe in one sentence."""

import importlib
import itertools
import json
import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cslm_core.assets import assets_folder
from cslm_core.errors import TrainingError
from trainer.cli_stages import STARTER
from trainer.language.adapt import adapted_folder
from trainer.language.again import learnt_before
from trainer.language.configuration import settle
from trainer.language.corpus import CorpusRows
from trainer.language.job import Job
from trainer.language.units import adapted_tokenizer, load_spoken, units_ready
from trainer.pack import COMPONENTS
from trainer.recipe import Places, Recipe, parse_recipe, read_recipe

ROOT = Path(__file__).parents[2]
RECIPE = read_recipe(STARTER)
A = '[[stage]]\nname = "a"\nabout = "A"\nrun = ["m", "--out", "{work}/a"]\nmakes = ["{work}/a"]\n'
SOURCE = '[[source]]\nname = "s"\ntitle = "S"\nlicence = "MIT"\n'
PLACES = Places(work=Path("/w"), sources=Path("/s"), assets=assets_folder(), recipe=STARTER.parent)


def recipe(*parts: str) -> Recipe:
    return parse_recipe("\n".join(('title = "T"', *parts)))


# --- the starter pack ---


@pytest.mark.parametrize("stage", RECIPE.stages, ids=lambda stage: stage.name)
def test_the_command_of_each_stage_takes_its_arguments(stage) -> None:  # type: ignore[no-untyped-def]
    try:
        module = importlib.import_module(f"{stage.module}.__main__")
    except ModuleNotFoundError:
        module = importlib.import_module(stage.module)
    module.parser().parse_args([PLACES.fill(argument) for argument in stage.arguments])
    assert callable(module.main)


def test_what_belongs_to_the_project_is_there() -> None:
    paths = [path for source in RECIPE.sources for path in source.project]
    assert len(paths) >= 7
    assert all(PLACES.path(path).exists() for path in paths)


def test_each_source_is_used_and_each_stage_leads_to_the_scorecard() -> None:
    assert {s.name for s in RECIPE.sources} == {name for stage in RECIPE.stages for name in stage.sources}
    used = {RECIPE.stages[-1].name}
    for stage in reversed(RECIPE.stages):
        assert stage.name in used
        used.update(stage.needs)


def test_the_notices_name_the_sources() -> None:
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text("utf-8")
    for name, word in (
        ("whisper-base", "Whisper base"), ("smollm2", "SmolLM2-135M-Instruct"), ("kokoro", "Kokoro-82M"),
        ("piper-joe", "en_US-joe-medium"), ("hsk", "no7z/hsk-sentences-audio"), ("cedict", "CC-CEDICT"),
        ("flite", "CMU Flite"), ("espeak-ng", "espeak-ng"), ("misaki", "misaki"), ("jieba", "jieba"),
    ):  # fmt: skip
        source = RECIPE.source(name)
        assert word in notices
        assert word in source.title + source.origin
        assert re.split(r"[ ;]", source.licence)[0] in notices


def test_whoever_speaks_or_tells_how_words_sound_is_a_source_of_the_stage() -> None:
    for stage in RECIPE.stages:
        for option, source in (("--flite", "flite"), ("--kokoro", "misaki"), ("--kokoro", "espeak-ng")):
            assert option not in stage.run or source in stage.sources, stage.name
    assert "jieba" in RECIPE.stage("words").sources
    assert "espeak-ng" in RECIPE.stage("lm").sources


def test_the_lm_begins_with_as_many_layers_as_the_pack_has() -> None:
    config = json.loads((assets_folder() / "packs" / "starter" / "lm" / "config.json").read_text("utf-8"))
    run = RECIPE.stage("lm-start").run
    without = list(itertools.takewhile(str.isdecimal, run[run.index("--without") + 1 :]))
    assert 30 - len(without) == config["num_hidden_layers"]  # SmolLM2-135M has 30


def test_what_packs_say_of_their_making_is_true() -> None:
    said = " ".join(component.source for component in COMPONENTS.values())
    for path in re.findall(r"trainer/\S+\.toml", said):
        assert (ROOT / path) == STARTER
    assert json.dumps(said).count("starter.toml") == 2


# --- faults ---


def test_stages_stand_after_what_they_need() -> None:
    b = A.replace('"a"', '"b"').replace("/a", "/b") + 'needs = ["a"]\n'
    assert [s.name for s in recipe(b, A).stages] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = ", "is not TOML"),
        ("", "missing required field"),
        ("[[stage]]\nname = 3", "Expected 'str', got 'int' - at 'stage[0].name'"),
        (A + "colour = 1", "unknown field 'colour'"),
        (A + A, "there are two stages a"),
        (A.replace('"a"', '"A b"'), "'A b' is no name for a stage"),
        (A + 'needs = ["z"]', "the stage a needs z, which is no stage"),
        (A + 'needs = ["a"]', "goes in a circle: a needs a."),
        (A + 'sources = ["z"]', "the stage a takes z, which is no source"),
        (A.replace("{work}/a", "{work}/../a"), "makes {work}/../a, which is not below {work}"),
        (A.replace("{work}/a", "/a"), "makes /a, which is not below {work}"),
        (A.replace("{work}/a", "{work}/stamps"), "whose name is kept for something else"),
        (A.replace('makes = ["{work}/a"]', "makes = []"), "the stage a makes nothing"),
        (A.replace('"m", ', '"m; rm", '), "the stage a runs no module"),
        (A.replace('"--out"', '"{home}/x"'), "the stage a has {home}; there are {work}, "),
        (A.replace('"--out"', '"--in={work}/x"'), "a path must begin with its one placeholder"),
        (A.replace('"--out"', '"{work}/b"'), "has {work}/b, which neither it nor a stage that it needs makes"),
        (A.replace('"--out"', '"{sources}/b"'), "has {sources}/b, which is in none of its sources"),
        (A.replace('"--out"', '"{assets}/b"'), "has {assets}/b, which is in none of its sources"),
        (A + SOURCE, "the source s must have either files, or paths of the project, or what is installed"),
        (A + SOURCE + 'project = ["{assets}/x"]\nprograms = ["p"]', "or what is installed"),
        (A + SOURCE + 'programs = ["p"]', "the source s does not say where it is to be had"),
        (A + SOURCE + '[source.files]\n"f" = "0"', "the source s does not say where it is to be had"),
        (A + SOURCE + 'origin = "o"\n[source.files]\n"f" = "0"', "f of the source s has no sha256"),
        (A + SOURCE + f'origin = "o"\n[source.files]\n"../f" = "{"0" * 64}"', "../f of the source s is no plain path"),
        (A + SOURCE + 'project = ["/etc"]', "is no plain path"),
        (A + SOURCE + 'project = ["{work}/x"]', "is not below {assets} or {recipe}"),
        (
            A + A.replace('"a"', '"b"').replace('makes = ["{work}/a"]', 'makes = ["{work}/a"]'),
            "{work}/a is made by a and b",
        ),
    ],
)
def test_a_fault_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TrainingError) as refused:
        recipe(text)
    said = str(refused.value)
    assert sentence in said
    assert said.endswith(".")
    assert "\n" not in said


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"There is no recipe .*none\.toml; name another"):
        read_recipe(tmp_path / "none.toml")
    (tmp_path / "r.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(TrainingError, match="cannot be read"):
        read_recipe(tmp_path / "r.toml")


@given(st.lists(st.sets(st.integers(0, 6)), min_size=1, max_size=7))
@settings(deadline=None)
def test_needs_are_put_in_order_or_a_true_circle_is_named(needs: list[set[int]]) -> None:
    def stage(number: int) -> str:
        named = [f"s{n}" for n in sorted(needs[number]) if n < len(needs)]
        return A.replace('"a"', f'"s{number}"').replace("/a", f"/{number}") + f"needs = {json.dumps(named)}\n"

    try:
        found = recipe(*map(stage, range(len(needs))))
    except TrainingError as error:
        circle = str(error).split("circle: ")[1].rstrip(".").split(" needs ")
        assert circle[0] == circle[-1]
        assert len(circle) > 1
        assert all(int(b[1:]) in needs[int(a[1:])] for a, b in itertools.pairwise(circle))
    else:
        names = [s.name for s in found.stages]
        assert sorted(names) == [f"s{n}" for n in range(len(needs))]
        assert all(names.index(n) < names.index(s.name) for s in found.stages for n in s.needs)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_a_damaged_recipe_is_read_or_refused(data: st.DataObject) -> None:
    text = STARTER.read_text("utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = start + data.draw(st.integers(0, 80))
    try:
        parse_recipe(text[:start] + data.draw(st.text(max_size=12)) + text[end:])
    except TrainingError as error:
        assert str(error).startswith("The recipe recipe ")


def test_the_spanish_job_can_be_trained_at_once(tmp_path: Path) -> None:
    for name in ("spanish-job", "spanish-learnt"):
        with tarfile.open(STARTER.parent / f"{name}.tar.xz") as archive:
            archive.extractall(tmp_path, filter="data")
    job = Job.open(tmp_path / "es")
    job.check_base(assets_folder() / "packs" / "starter")
    assert units_ready(job), "the archive is of another tokenizer or corpus"
    rows = CorpusRows.load(job).usable
    assert {row["split"] for row in rows} >= {"train", "dev", "test"}
    assert all((job.corpus / row["audio"]).is_file() for row in rows)
    assert not any(Path(row[name]).is_absolute() for row in rows for name in ("recording", "file"))
    heard = {spoken.id for _, spoken in load_spoken(job, "train")}
    assert not heard & {spoken.id for _, spoken in load_spoken(job, "test")}
    assert (adapted_tokenizer(job) / "delta.safetensors").is_file()
    assert (adapted_folder(job) / "delta.safetensors").is_file()
    assert learnt_before(job, settle(job)) == "training-2/adapter", "a plan would begin anew"

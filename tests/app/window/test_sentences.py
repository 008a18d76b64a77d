"""Sentences from below in the language of the interface; the list has what is said there, and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from app.window.sentencelist import LANGUAGES
from app.window.sentences import SENTENCES, in_words
from app.window.trainersentences import SYSTEM
from app.window.translate import FOLDER
from cslm_core.errors import CslmError
from cslm_core.languages import _NAMES

_ROOT: Final = Path(__file__).parents[3]
_LISTS: Final = ("app/window/sentencelist.py", "app/window/sentences.py", "app/window/trainersentences.py")
_COMMANDS: Final = "trainer/language/"
"""What the wizard runs; whatever it imports of the trainer is looked at as well."""

_ELSEWHERE: Final = {
    "app/audio/calibration.py": "its page says it in words of its own",
    "app/cli.py": "the command line",
    "app/commandline.py": "the command line",
    "app/commands/": "the command line",
    "app/engine.py": "the command line",
    "app/output.py": "the command line",
    "app/settings/places.py": "told in the terminal: before there is a window",
    "app/support/display.py": "told in the terminal: there is no window",
    "app/support/instance.py": "told in the terminal: before there is a window",
    "app/window/screenshots.py": "a tool that makes pictures of the window",
    "cslm_core/packs/build.py": "for those who make packs, with the trainer",
}
"""Modules, and folders, of which nothing that they say comes to the window."""

_BY_COMMAND_LINE: Final = {
    "trainer/language/bench.py": "a command of its own, which nobody runs from the window",
    "trainer/language/cli.py": "help of the command line",
    "trainer/language/cli_corpus.py": "printed for people; the window has JSON printed",
    "trainer/language/cli_teach.py": "printed for people; the window has JSON printed",
    "trainer/language/demo.py": "a command that the window does not run",
    "trainer/language/killtest.py": "a command of its own, which nobody runs from the window",
    "trainer/language/rebase.py": "`base`, a command that the window does not run",
    "trainer/language/report.py": "HTML for the browser",
    "trainer/language/tinypack.py": "a pack for tests and the demo",
}
"""Modules of the trainer of which only what is being done comes to the window (who works on a job)."""

_NEVER_SHOWN: Final = {
    "{0} Files work without it.": "cslm doctor, and the diagnostics bundle",
    "A question is either spoken or typed; give one of the two.": "our client gives one",
    "It was given up.": "the page has forgotten what it gave up",
    "Settings of CSLM. The program writes what is changed in its window; comments and unknown keys stay.": "a comment",
    "The engine sent a message that is not known; use the same version of both.": "a bug: both are the same program",
    "The engine was closed.": "for who waits in EngineClient.load, which no session does",
    "The engine was given a message that it does not know; use the same version of both.": "a bug, as above",
    "The engine was given something else to do.": "for who waits in EngineClient.load, which no session does",
    "The engine was given sound that is not float32; send whole samples.": "a bug, as above",
    "The text is in {0} already; name another language.": "no session translates",
    "The turn was cancelled.": "whoever cancels a turn hears no more of it",
    "No translation came; say it in other words.": "no session translates",
    "There is nothing in the text to be read aloud; give it words.": "no session reads a text aloud",
    "{0} could not be unpacked to be checked: {1}.": "for the command line, which checks zips",
    "{0} is closed; name a sound file, or send one with a pipe.": "the standard input, on the command line",
    "There is no device '{0}'; choose one of {1}.": "a session leaves the choice to the engine",
    "This computer has no usable '{0}' device; choose 'auto' or 'cpu'.": "a session leaves the choice to the engine",
    # of the trainer
    "A language cannot be taught with {0}: so little is learnt that nothing need be spread over processes; launch it "
    "with trainer/recipes/accelerate/ddp-gpu.yaml or ddp-cpu.yaml.": "with a launcher only",
    "A word has no units.": "a bug: the aligner takes no such word",
    "An example of {0} tokens does not fit a row of {1}.": "a bug: such an example is not taken",
    "Base pack: {0}. Judge of speech: {1}. {2}.": "HTML for the browser",
    "Digits must be written out: {0}.": "the pack's own languages, of which no texts are read here",
    "Examples that are held are packed apart from others.": "a bug",
    "How Mandarin is pronounced cannot be told ({0}); install the program with its extra `train`.": "the pack's own "
    "languages, as above",
    "How the words of the corpora are pronounced cannot be told: {0} Leave out the corpus with such words.": "the "
    "pack's own languages, as above",
    "{0} is damaged; delete it to begin anew.": "the pack's own decoder; a lesson of a language begins anew by itself",
    "How words are pronounced cannot be looked up ({0}); install the program with its extra `train`.": "the pack's own "
    "languages, as above",
    "Judged by {0}.": "HTML for the browser",
    "Kokoro phonemes are known for {0}, not for {1}.": "a bug: a caller names one of the two",
    "Letters and digits must be written out: {0}.": "the pack's own languages, as above",
    "No phonemes are known for {0}.": "the pack's own languages, as above",
    "No phonemes for {0}.": "the pack's own languages, as above",
    "No speech to train on in {0}; synthesise the corpus first.": "for the training of a decoder by itself",
    "No space left": "looked for in what a library says",
    "No words to align.": "a bug: rows without words are passed over",
    "Process {0} of {1} has not enough memory for {2} rows at once; resume with one process, which finds out by itself "
    "how many it can compute.": "with a launcher only",
    "The first process could not begin the training; look at what it said.": "with a launcher only",
    "The mixture weighs {0}; the tasks are {1}.": "a bug: the weights are not the user's",
    "The question type {0} stands twice.": "a bug: the dialogues come with the program",
    "There are language packs '{0}' for several base packs ({1}); say which with --base.": "the window says which",
    "There are too few frames for the labels.": "a bug: utterances are asked whether they have enough",
    "There is no step {0}; the steps are {1}.": "a bug",
    "espeak does not read one line for each word.": "the pack's own languages, as above",
    "process {0}: bench": "a command of its own, which nobody runs from the window",
    "process {0}: prepare": "a command of its own, which nobody runs from the window",
    "{0} cannot be read; synthesise it again.": "for the training of a decoder by itself",
    "{0} is not at {1} Hz; resample it.": "for the training of a decoder by itself",
    "{0} vectors are too few for {1} codes.": "for the training of a tokenizer by itself",
}
"""Sentences that do not come to the window, and why."""

_IN_PIECES: Final = {
    "  {0}: sensible": ["  {0} to {1}, {2}: sensible"],
    "  {0}: TQ {1}": ["  {0} to {1}, {2}: TQ {3}"],
    "  {0}: ASR-ER": ["  {0} to {1}, {2}: ASR-ER"],
    "  {0}: wrong language": ["  {0} to {1}, {2}: wrong language"],
    "{0}, against others": ["speech-text similarity, {0}, against others"],
    "{0} (cosine)": ["speech-text similarity, {0} (cosine)"],
    "first text {0}, median": [
        "first text after the question, median",
        "first text after the question ({0} s on average), median",
    ],
    "first sound {0}, median": [
        "first sound after the question, median",
        "first sound after the question ({0} s on average), median",
    ],
    "first sound {0}, 95th percentile": [
        "first sound after the question, 95th percentile",
        "first sound after the question ({0} s on average), 95th percentile",
    ],
    "The engine does not answer any more; start it again.": [
        "The engine does not answer any more; {0}.",
        "start it again",
    ],
    "The {0} “{1}” is not there.": ["The {0} “{1}” is not there. Using the {2} “{3}” until it returns."],
    "{0} Using {1} until it returns.": [
        "The {0} “{1}” is not there. Using the {2} “{3}” until it returns.",
        "The {0} “{1}” cannot be opened ({2}); check that no other program keeps it, or choose another one. "
        "Using the {3} “{4}” until it returns.",
    ],
    "{0}{1} is there again.": ["The {0} “{1}” is there again."],
    "“{0}” went away; using {1} from now on.": ["“{0}” went away; using the {1} “{2}” from now on."],
    "a pack may hold only data (": ["a pack may hold only data ({0})"],
    "{0} is too short ({1} s); at least {2} s of sound is needed.": [
        "{0} is too short ({1} s); at least {2} s of sound is needed.",
        "The question is too short ({0} s); at least {1} s of sound is needed.",
    ],
    "{0} is too long ({1}); at most {2} s can be heard at once.": [
        "{0} is too long ({1} s); at most {2} s can be heard at once.",
        "{0} is too long (more than {1} s); at most {2} s can be heard at once.",
        "The question is too long ({0} s); at most {1} s can be heard at once.",
    ],
    "{0} holds samples that are not numbers (NaN or infinite); export it again.": [
        "{0} holds samples that are not numbers (NaN or infinite); export it again.",
        "The question holds samples that are not numbers (NaN or infinite); export it again.",
    ],
    # of the trainer
    "{0}: {1}.": ["Reading {0}: {1}.", "Listening to {0}: {1}."],
    "as {0}": ["the same sound is there already (as {0})"],
    "{0} of {1} rows of {2} were taken in": [
        "{0} of {1} rows of {2} were taken in.",
        "{0} of {1} rows of {2} were taken in; {3} were rejected ({4}).",
    ],
    "{0} pairs of {1} were taken in": [
        "{0} pairs of {1} were taken in.",
        "{0} pairs of {1} were taken in; {2} were rejected ({3}).",
    ],
    ", {0} were there already": [
        "{0} of {1} rows of {2} were taken in, {3} were there already.",
        "{0} pairs of {1} were taken in, {2} were there already.",
    ],
    "; {0} were rejected ({1}).": [
        "{0} of {1} rows of {2} were taken in, {3} were there already; {4} were rejected ({5}).",
        "{0} pairs of {1} were taken in, {2} were there already; {3} were rejected ({4}).",
    ],
    "{0} utterances ({1}, {2}) are usable, {3} are rejected; {4} are for training, {5} for watching it, {6} for the "
    "test": [
        "{0} utterances ({1}, {2}) are usable, {3} are rejected; {4} are for training, {5} for watching it, {6} for "
        "the test.",
    ],
    ", {0} left out.": [
        "{0} utterances ({1}, {2}) are usable, {3} are rejected; {4} are for training, {5} for watching it, {6} for "
        "the test, {7} left out.",
    ],
}
"""What is put together where it is said, and how it is listed."""

_PARTS: Final = {
    "app/settings/file.py": ("_set_aside",),
    "app/store/store.py": ("_refused", "_unusable"),
    "cslm_core/files.py": ("_reason",),
    "cslm_core/packs/manifest.py": (
        "check_file_name",
        "_fault",
        "_base_fault",
        "_components_fault",
        "_files_fault",
    ),
    "cslm_core/packs/verify.py": ("damaged",),
    "trainer/language/checkpoints.py": ("_sentence", "kept"),
    "trainer/language/gate.py": ("_improved",),
    "trainer/language/gate_report.py": ("decide",),
    "trainer/language/install.py": ("NOT_STATED", "_component"),
    "trainer/language/intake.py": ("DISPUTED", "sentence"),
    "trainer/language/lock.py": ("_say", "why"),
    "trainer/language/noting.py": ("refused",),
    "trainer/language/plan.py": ("_duration", "replay", "sentences", "what"),
    "trainer/language/reasons.py": ("REASONS",),
    "trainer/language/review.py": ("_length", "details", "voices"),
    "trainer/language/figures.py": ("_TASKS", "_TASKS_ACROSS", "_WHAT", "what"),
    "trainer/language/verdict.py": ("_ANOTHER_TEST", "_COMPARED", "_SAME_TEST", "_compared", "why"),
    "trainer/language/translations.py": ("reasons", "sentence"),
    "trainer/language/watch.py": ("write",),
}  # fmt: skip
"""Functions that give, or are given, parts of sentences; tables of them, and variables."""


def _template(node: ast.AST) -> str:
    """A text as it is listed; empty for what is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    pieces, place = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            pieces.append(str(value.value))
        else:
            pieces.append(f"{{{place}}}")
            place += 1
    return "".join(pieces)


def _texts(node: ast.AST) -> Iterator[str]:
    """All texts but docstrings."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if text := _template(node):
        yield text
    inside: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.JoinedStr):  # what is between that which differs is no text of its own
        inside = [value.value for value in node.values if isinstance(value, ast.FormattedValue)]
    for child in inside:
        yield from _texts(child)


def _names(node: ast.AST) -> list[str]:
    """What a function or a variable is called, or what is called."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Call):
        return [_called(node)]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return [_ends(target) for target in (node.targets if isinstance(node, ast.Assign) else [node.target])]
    return []


class _Source:
    """A module, and what it says."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(_ROOT).as_posix()
        self.tree = ast.parse(path.read_text("utf-8"))
        self.texts = set(_texts(self.tree))
        self.in_window = self.name.startswith("app/window/")
        self.in_trainer = self.name.startswith("trainer/")
        self.doing = self._doing() if self.in_trainer else set()
        self.texts |= self.doing

    def said(self, errors: set[str]) -> set[str]:
        """Sentences, and parts of sentences."""
        if self.name in _BY_COMMAND_LINE:
            return self.doing
        return self._told(errors) | self._parts() | self.doing | (set() if self.in_window else self._sentences())

    def _told(self, errors: set[str]) -> set[str]:
        """What errors and notices are made with, and what the window itself has translated by this list."""
        named = {*errors, "DeviceFailed", "EngineFailed", "Problem", "TurnFailed", "in_words"}
        if self.in_trainer:
            named |= {"BrokenText", "Refusal", "found", "reject"}
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _called(node) in named:
                given = [*node.args, *(word.value for word in node.keywords if word.arg in ("reason", "sentence"))]
                found |= {text for value in given for text in _texts(value) if re.search(r"\w \S", text)}
            elif isinstance(node, ast.Assign) and any(_ends(target) == "problem" for target in node.targets):
                found |= {text for text in _texts(node.value) if re.search(r"\w \S", text)}
        return found

    def _parts(self) -> set[str]:
        parts = {*_PARTS.get(self.name, ()), *(("place",) if self.in_trainer else ())}  # where a row stands
        found = set()
        for node in ast.walk(self.tree):
            if not parts.isdisjoint(_names(node)):
                found |= {text for text in _texts(node) if re.search(r"\w \S", text)}
        return found

    def _doing(self) -> set[str]:
        """As what is being done on a job is told to others (`trainer/language/lock.py`)."""
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        said = {text for call in calls if _called(call) in ("lock", "_step") for text in _texts(call)}
        doing = {text.rstrip(".").lower() for text in said if re.match(r"\w", text)}
        return {"process {0}: " + re.sub(r"{(\d)}", lambda at: f"{{{int(at[1]) + 1}}}", text) for text in doing}

    def _sentences(self) -> set[str]:
        """Whatever looks like one: below the window nothing is written in sentences but for a user."""
        return {text for text in self.texts if re.search(r"\w .*[^.]\.\Z", text)}


def _called(node: ast.Call) -> str:
    return _ends(node.func)


def _ends(node: ast.expr) -> str:
    """The last name of `a.b.c`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@pytest.fixture(scope="module")
def sources() -> list[_Source]:
    paths = sorted(path for folder in ("app", "cslm_core") for path in (_ROOT / folder).rglob("*.py"))
    found = [source for source in map(_Source, paths) if source.name not in _LISTS]
    return found + _trainer()


def _trainer() -> list[_Source]:
    """The modules that the wizard's commands are in, and those that these import of the trainer."""
    found: dict[Path, _Source] = {}
    waiting = sorted((_ROOT / _COMMANDS).rglob("*.py"))
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        source = found[path] = _Source(path)
        if source.name in _BY_COMMAND_LINE:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("trainer"):
                place = _ROOT / str(node.module).replace(".", "/")
                modules = [place, *(place / name.name for name in node.names)]
                waiting += [module.with_suffix(".py") for module in modules if module.with_suffix(".py").is_file()]
    return list(found.values())


def _errors(sources: list[_Source]) -> set[str]:
    """The names of all errors that are for a user."""
    names = {CslmError.__name__}
    classes = [node for source in sources for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    while more := {c.name for c in classes if any(_ends(base) in names for base in c.bases)} - names:
        names |= more
    return names


def test_what_is_said_is_listed(sources: list[_Source]) -> None:
    errors = _errors(sources)
    assert {"AudioError", "PackError", "EngineError", "NewerDatabaseError"} <= errors
    missing = []
    for source in sources:
        if any(source.name.startswith(place) for place in _ELSEWHERE) and source.name not in _BY_COMMAND_LINE:
            continue
        for said in source.said(errors) - _NEVER_SHOWN.keys():
            missing += [(source.name, listed) for listed in _IN_PIECES.get(said, [said]) if listed not in SENTENCES]
    assert missing == []  # list it in sentencelist.py, then: python packaging/translations.py


def test_what_is_listed_is_still_said(sources: list[_Source]) -> None:
    texts = set().union(*(source.texts for source in sources))
    in_pieces = {listed for said, every in _IN_PIECES.items() if said in texts for listed in every}
    assert [text for text in (*SENTENCES, *LANGUAGES) if text not in texts | in_pieces] == []


def test_exceptions_are_still_needed(sources: list[_Source]) -> None:
    texts = set().union(*(source.texts for source in sources))
    assert [text for text in (*_NEVER_SHOWN, *_IN_PIECES) if text not in texts] == []
    assert [text for text in _NEVER_SHOWN if text in SENTENCES] == []
    assert [place for place in _ELSEWHERE if not (_ROOT / place).exists()] == []
    trees = {source.name: source.tree for source in sources}
    for name, functions in _PARTS.items():
        assert set(functions) <= {there for node in ast.walk(trees[name]) for there in _names(node)}, name
    assert [name for name in _BY_COMMAND_LINE if name not in trees] == []


def test_nothing_is_listed_twice() -> None:
    assert len({*SENTENCES, *LANGUAGES, *SYSTEM}) == len((*SENTENCES, *LANGUAGES, *SYSTEM))


def test_languages_are_called_as_below() -> None:
    assert sorted(_NAMES.values()) == sorted(LANGUAGES)


def test_every_sentence_is_found_by_its_own_words(chinese: None) -> None:
    for text in SENTENCES:
        parts = [f"/home/x/{number} a.b" for number in range(len(re.findall(r"{\d}", text)))]
        translated = in_words(text.format(*parts))
        assert re.search(r"[\u4e00-\u9fff]", translated), text
        assert translated == QCoreApplication.translate("Sentence", text).format(*parts)


def test_what_differs_is_kept_and_small_words_are_translated(qapp: QApplication) -> None:
    translator = QTranslator()
    assert translator.load("cslm_zh_CN", str(FOLDER))
    told = "“Jabra 75” went away; using the microphone “Built-in” from now on."
    assert in_words(told) == told
    qapp.installTranslator(translator)
    try:
        assert in_words(told) == "“Jabra 75”已断开；现在使用麦克风“Built-in”。"
        assert in_words("The engine crashed (SIGSEGV); start it again.") == "引擎崩溃了（SIGSEGV）；请重新启动它。"
        assert in_words("Something that nobody has listed.") == "Something that nobody has listed."
    finally:
        qapp.removeTranslator(translator)


def test_the_sentence_that_says_most_is_taken(chinese: None) -> None:
    """Many begin with what differs, and a shorter one would fit them, too."""
    assert in_words("pack.toml in a.zip is damaged: it is not TOML; get the pack again.") == (
        "pack.toml in a.zip 已损坏：它不是 TOML；请重新获取模型包。"
    )
    assert in_words(
        "The pack starter 0.1.0 is damaged: lm/a.json is cut short (1 of 2 bytes); get the pack again."
    ) == ("模型包 starter 0.1.0 已损坏：lm/a.json 被截短了（现为 1 字节，应为 2 字节）；请重新获取模型包。")
    assert in_words(
        "/a/pack.toml is not valid: the file 'x' is refused: the path is too long; get the pack again."
    ) == ("/a/pack.toml 无效：文件 'x' 被拒绝：路径太长；请重新获取模型包。")
    assert in_words("The question is too short (0.050 s); at least 0.1 s of sound is needed.").startswith("问题太短")
    assert in_words("/a.md could not be written: the disk is full; free some space and try again.") == (
        "/a.md 无法写入：磁盘已满；请腾出一些空间后重试。"
    )


def test_languages_are_named(chinese: None) -> None:
    assert in_words("This pack does not know French; it knows English.") == "这个模型包不会法语；它会英语。"
    assert in_words("This pack does not know qvi; it knows English and Mandarin and tlh.") == (
        "这个模型包不会qvi；它会英语、普通话、tlh。"
    )
    assert in_words("/home/Rock and Roll is a folder; name a sound file in it.") == (
        "/home/Rock and Roll 是文件夹；请选择其中的音频文件。"
    )

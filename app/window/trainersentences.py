"""What the trainer says, sentence by sentence, for the translators; as in `sentencelist.py`.

What a command of the trainer notes in a job, in the files that the wizard reads, or says when it fails, comes to the
window; what it prints for people does not. Knows nothing of when a sentence is said.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

__all__ = ["AFTER", "CLAUSE", "COUNTED", "DETAILED", "LISTED", "SYSTEM", "TRAINER_SENTENCES"]

LISTED: Final = str(QT_TRANSLATE_NOOP("Sentence", "{0}, {1}"))
"""Of things in a row, each with something in brackets."""
AFTER: Final = str(QT_TRANSLATE_NOOP("Sentence", "{0}; {1}"))
"""Of counted things in a row."""
COUNTED: Final = str(QT_TRANSLATE_NOOP("Sentence", "{0}: {1}"))
"""How often, and what: "7: there is no text"."""
DETAILED: Final = str(QT_TRANSLATE_NOOP("Sentence", "{0} ({1})"))
"""A reason, and more about it."""
CLAUSE: Final = str(QT_TRANSLATE_NOOP("Sentence", "{0}."))
"""A reason as a sentence."""

SYSTEM: Final = tuple(
    str(text)
    for text in (
        QT_TRANSLATE_NOOP("Sentence", "No such file or directory"),
        QT_TRANSLATE_NOOP("Sentence", "Permission denied"),
        QT_TRANSLATE_NOOP("Sentence", "No space left on device"),
        QT_TRANSLATE_NOOP("Sentence", "Disk quota exceeded"),
        QT_TRANSLATE_NOOP("Sentence", "Read-only file system"),
        QT_TRANSLATE_NOOP("Sentence", "Input/output error"),
        QT_TRANSLATE_NOOP("Sentence", "Is a directory"),
        QT_TRANSLATE_NOOP("Sentence", "Not a directory"),
        QT_TRANSLATE_NOOP("Sentence", "File name too long"),
    )
)
"""What the system says when it refuses, as part of a sentence; behind it may come of which file."""

TRAINER_SENTENCES: Final = tuple(
    str(text)
    for text in (
        # words within others
        QT_TRANSLATE_NOOP("Sentence", "{0} seconds"),
        QT_TRANSLATE_NOOP("Sentence", "{0} minutes"),
        QT_TRANSLATE_NOOP("Sentence", "{0} hours"),
        QT_TRANSLATE_NOOP("Sentence", "one voice"),
        QT_TRANSLATE_NOOP("Sentence", "{0} voices"),
        QT_TRANSLATE_NOOP("Sentence", "{0}, line {1}"),
        QT_TRANSLATE_NOOP("Sentence", "line {0}"),
        QT_TRANSLATE_NOOP("Sentence", "{0}, unit {1}"),
        QT_TRANSLATE_NOOP("Sentence", "draft {0}"),
        QT_TRANSLATE_NOOP("Sentence", "{0}; put that right"),
        # who works on a job, and what is being done
        QT_TRANSLATE_NOOP("Sentence", "process {0}: gate"),
        QT_TRANSLATE_NOOP("Sentence", "process {0}: plan"),
        QT_TRANSLATE_NOOP("Sentence", "process {0}: train"),
        QT_TRANSLATE_NOOP("Sentence", "process {0}: scorecard"),
        QT_TRANSLATE_NOOP("Sentence", "process {0}: install"),
        QT_TRANSLATE_NOOP("Sentence", "process {0}: change options"),
        QT_TRANSLATE_NOOP("Sentence", "process {0}: note the base pack"),
        QT_TRANSLATE_NOOP("Sentence", "process {0}: reading {1}"),
        QT_TRANSLATE_NOOP("Sentence", "process {0}: listening to {1}"),
        QT_TRANSLATE_NOOP("Sentence", "process {0}: checking the corpus"),
        QT_TRANSLATE_NOOP("Sentence", "another process"),
        QT_TRANSLATE_NOOP(
            "Sentence", "The job {0} is in use by {1}; wait until that has ended, or stop it, and try again."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The job {0} is in use; wait until that has ended, or stop it, and try again."),
        QT_TRANSLATE_NOOP("Sentence", "The job folder {0} may not be written to; choose another place."),
        QT_TRANSLATE_NOOP("Sentence", "The job folder {0} cannot be written to: {1} and try again."),
        # the job and its files
        QT_TRANSLATE_NOOP("Sentence", "{0} ({1}) will be taught to the pack {2}."),
        QT_TRANSLATE_NOOP("Sentence", "Its record is damaged; do this step again."),
        QT_TRANSLATE_NOOP("Sentence", "It was interrupted; it can go on where it was."),
        QT_TRANSLATE_NOOP("Sentence", "It was stopped; what was taken in until then is kept."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not an empty folder; name a new one for the job."),
        QT_TRANSLATE_NOOP("Sentence", "The job folder {0} could not be made; choose another place."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not a job folder; begin one with `cslm-trainer language new`."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged: it is not TOML; put back a copy of it."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged: it does not say its version; put back a copy of it."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged: {1}; put back a copy of it."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The job {0} is from a newer version of the program (format {1}, this one knows {2}); update the program.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The base pack {0} of the job is not at {1} any more; put it back, or say where it is with `cslm-trainer "
            "language base`.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The base pack has changed since the job was begun ({0}, now {1}); put back the old one, or go on with "
            "this one (`cslm-trainer language base --another`).",
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} is a language pack; name the pack that it adds to as the base."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} knows {1} already; choose another language."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The pack {0} knows {1} already ({2}, of which {3} is a form); choose another language."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} does not know {1}; bridge to one of {2}."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not UTF-8 text; save it as UTF-8 and try again."),
        QT_TRANSLATE_NOOP("Sentence", "Line {0} of {1} is not JSON; correct or delete that line."),
        QT_TRANSLATE_NOOP("Sentence", "Line {0} of {1} is no JSON object; correct or delete that line."),
        QT_TRANSLATE_NOOP("Sentence", "The disk is full, so {0} cannot grow; free some space and resume."),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be written ({1}); put that right and resume."),
        QT_TRANSLATE_NOOP("Sentence", "There is not enough memory for this; close other programs and try again."),
        QT_TRANSLATE_NOOP("Sentence", "The disk is full; free some space and try again."),
        QT_TRANSLATE_NOOP("Sentence", "The disk is full ({0}); free some space and try again."),
        QT_TRANSLATE_NOOP("Sentence", "{0}; put that right and try again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged; delete it and try again."),
        # languages
        QT_TRANSLATE_NOOP("Sentence", "Nobody knows the language code {0}; that of {1} is {2}."),
        QT_TRANSLATE_NOOP(
            "Sentence", "Nobody knows the language code {0}; take an ISO 639 code such as es, yue or kab."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The script {0} of {1} is not one of {2}; leave it out."),
        QT_TRANSLATE_NOOP("Sentence", "The script {0} is not known; the scripts are {1}."),
        QT_TRANSLATE_NOOP(
            "Sentence", "Numbers cannot be read out in {0}: rows with digits are left out; write them in words."
        ),
        QT_TRANSLATE_NOOP("Sentence", "Errors are counted in characters, as words are not set apart in this script."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is usually written in {1}, here in {2}."),
        # taking in speech
        QT_TRANSLATE_NOOP("Sentence", "Reading {0}."),
        QT_TRANSLATE_NOOP("Sentence", "Reading {0}: {1}."),
        QT_TRANSLATE_NOOP("Sentence", "Listening to {0}."),
        QT_TRANSLATE_NOOP("Sentence", "Listening to {0}: {1}."),
        QT_TRANSLATE_NOOP("Sentence", "Checking the corpus."),
        QT_TRANSLATE_NOOP("Sentence", "{0} of {1} rows of {2} were taken in."),
        QT_TRANSLATE_NOOP("Sentence", "{0} of {1} rows of {2} were taken in, {3} were there already."),
        QT_TRANSLATE_NOOP("Sentence", "{0} of {1} rows of {2} were taken in; {3} were rejected ({4})."),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} of {1} rows of {2} were taken in, {3} were there already; {4} were rejected ({5})."
        ),
        QT_TRANSLATE_NOOP("Sentence", "None of the {0} rows of {1} can be used: {2}."),
        QT_TRANSLATE_NOOP("Sentence", "{0} has no rows; name a corpus with speech in it."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} utterances ({1}, {2}) are usable, {3} are rejected; {4} are for training, {5} for watching it, {6} "
            "for the test.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} utterances ({1}, {2}) are usable, {3} are rejected; {4} are for training, {5} for watching it, {6} "
            "for the test, {7} left out.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "There is no speech yet."),
        QT_TRANSLATE_NOOP(
            "Sentence", "There is one voice only: the test tells how well this voice is understood, not how others are."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Nothing can be kept for a test, because all speech is of one person; add another voice, or allow a test "
            "with the same voice (--one-voice).",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "There are only {0} voices: one is kept for the test, none for watching the training."
        ),
        QT_TRANSLATE_NOOP("Sentence", "Left out so that no text of the test is trained on: {0}."),
        QT_TRANSLATE_NOOP("Sentence", "{0} utterance was rejected: the text is not found in the sound."),
        QT_TRANSLATE_NOOP("Sentence", "{0} utterances were rejected: the text is not found in the sound."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The detector of speech is missing from faster-whisper; install that package again."
        ),
        # shapes of corpora, tables and sheets
        QT_TRANSLATE_NOOP("Sentence", "There is no format {0}; there are {1}."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} is no speech corpus in a known shape; it needs a validated.tsv with clips, a metadata.csv or .jsonl, "
            "a manifest.jsonl, or sound files with texts of the same name.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} has no metadata.csv or metadata.jsonl; an AudioFolder has one beside the sound."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} needs the columns file_name and text (or transcription), but has {1}; rename them."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} has not the columns of Common Voice (client_id, path, sentence), but {1}; take the {2} of the "
            "download.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} has no {1}; export the corrections from the application first."),
        QT_TRANSLATE_NOOP("Sentence", "Corrections are given away only with consent; tick the box, or leave them out."),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} has no manifest.jsonl (nor just one other .jsonl file); name the file itself."
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} needs `audio` and `text` in its lines, but has {1}; rename them."),
        QT_TRANSLATE_NOOP("Sentence", "no JSON objects"),
        QT_TRANSLATE_NOOP("Sentence", "{0} has no metadata.csv; LJSpeech has one with lines like `name|text`."),
        QT_TRANSLATE_NOOP("Sentence", "{0} has no lines like `name|text`; check that it is the table of the corpus."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not a folder; name the folder with the sound files."),
        QT_TRANSLATE_NOOP("Sentence", "There is no sound file in {0}; name the folder with the sound files."),
        QT_TRANSLATE_NOOP(
            "Sentence", "Nothing is recorded without the speaker's consent; ask for it and tick the box."
        ),
        QT_TRANSLATE_NOOP("Sentence", "There is nothing to read; add sentences or dialogues first."),
        QT_TRANSLATE_NOOP("Sentence", "{0} has no {1} and {2}; it was not made by the prompt reader."),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be read; check that it exists and that you may read it."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is larger than {1} GB; split it."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged UTF-16 text; save it as UTF-8 and try again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not a text file; name the file with the texts."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is empty; name a file with rows."),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} has no column {1}; fill in the sheet that the program wrote, and keep its first line."
        ),
        # why a row is not used
        QT_TRANSLATE_NOOP("Sentence", "the row has not the columns of the others"),
        QT_TRANSLATE_NOOP("Sentence", "the row is not UTF-8 text"),
        QT_TRANSLATE_NOOP("Sentence", "the name of the sound file, or of a folder above it, is not UTF-8; rename it"),
        QT_TRANSLATE_NOOP("Sentence", "the sound file does not exist"),
        QT_TRANSLATE_NOOP("Sentence", "the path leads out of the folder"),
        QT_TRANSLATE_NOOP("Sentence", "the sound file cannot be read"),
        QT_TRANSLATE_NOOP("Sentence", "the sound is shorter than the row says"),
        QT_TRANSLATE_NOOP("Sentence", "there is no text"),
        QT_TRANSLATE_NOOP("Sentence", "the text is too long for one utterance"),
        QT_TRANSLATE_NOOP("Sentence", "the text is not in the script of the language"),
        QT_TRANSLATE_NOOP("Sentence", "the text has digits that cannot be read out; write them in words"),
        QT_TRANSLATE_NOOP("Sentence", "the text has signs that nobody reads aloud"),
        QT_TRANSLATE_NOOP("Sentence", "the row says that it is in another language"),
        QT_TRANSLATE_NOOP("Sentence", "the speaker has not agreed to its use"),
        QT_TRANSLATE_NOOP("Sentence", "listeners found that the text is not what is said"),
        QT_TRANSLATE_NOOP("Sentence", "the sound is too short"),
        QT_TRANSLATE_NOOP("Sentence", "the sound is too long"),
        QT_TRANSLATE_NOOP("Sentence", "nothing is to be heard"),
        QT_TRANSLATE_NOOP("Sentence", "there is sound, but nobody speaks"),
        QT_TRANSLATE_NOOP("Sentence", "the sound is distorted: it was recorded too loud"),
        QT_TRANSLATE_NOOP("Sentence", "the text does not fit the sound: nobody speaks so fast or so slowly"),
        QT_TRANSLATE_NOOP("Sentence", "the text does not fit the sound: its phonemes are not found in it"),
        QT_TRANSLATE_NOOP("Sentence", "two people speak in one file"),
        QT_TRANSLATE_NOOP("Sentence", "the same sound is there already"),
        QT_TRANSLATE_NOOP("Sentence", "the same person says the same text already"),
        QT_TRANSLATE_NOOP("Sentence", "both sides are the same"),
        QT_TRANSLATE_NOOP("Sentence", "one side is far longer than the other"),
        QT_TRANSLATE_NOOP("Sentence", "the same pair is there already"),
        QT_TRANSLATE_NOOP("Sentence", "the bundled set has no entry of this name"),
        QT_TRANSLATE_NOOP("Sentence", "the answer has none of its key facts"),
        QT_TRANSLATE_NOOP("Sentence", "the same text is kept for the test"),
        QT_TRANSLATE_NOOP("Sentence", "the voice is kept for the test, this text is trained on"),
        QT_TRANSLATE_NOOP("Sentence", "{0} columns instead of {1}"),
        QT_TRANSLATE_NOOP("Sentence", "{0} columns instead of 2 or 3"),
        QT_TRANSLATE_NOOP("Sentence", "no JSON"),
        QT_TRANSLATE_NOOP("Sentence", "no JSON object"),
        QT_TRANSLATE_NOOP("Sentence", "no sound file is named"),
        QT_TRANSLATE_NOOP("Sentence", "start and end are no times in order"),
        QT_TRANSLATE_NOOP("Sentence", "{0} s, at least {1}"),
        QT_TRANSLATE_NOOP("Sentence", "{0} s, at most {1}"),
        QT_TRANSLATE_NOOP("Sentence", "voices of about {0} and {1} Hz"),
        QT_TRANSLATE_NOOP("Sentence", "its rows name different speakers"),
        QT_TRANSLATE_NOOP("Sentence", "{0} letters in {1} s"),
        QT_TRANSLATE_NOOP("Sentence", "{0} letters a second, unlike the rest"),
        QT_TRANSLATE_NOOP("Sentence", "alignment {0}, at least {1}"),
        QT_TRANSLATE_NOOP("Sentence", "the same sound is there already (as {0})"),
        # long recordings and their drafts
        QT_TRANSLATE_NOOP("Sentence", "There is no sound file in {0}; name a recording, or a folder of them."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} was cut into {1} pieces ({2} minutes). Correct the drafts of their texts before they are used.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} was cut into {1} pieces ({2} minutes); {3} recordings were rejected ({4}). Correct the drafts of "
            "their texts before they are used.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "None of the {0} recordings of {1} can be used: {2}."),
        QT_TRANSLATE_NOOP("Sentence", "There are no drafts; add a recording without a text first."),
        QT_TRANSLATE_NOOP("Sentence", "There are no drafts with a text; add a recording without a text first."),
        QT_TRANSLATE_NOOP("Sentence", "No text of {0} can be taken in; fill in the column `text`."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "No text of {0} can be taken in; {1} of its rows are of no draft of this job; fill in the column `text`.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Whisper does not know {0}; cut the recordings without it (--transcribe none) and write the texts into "
            "the sheet.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} is no folder with a Whisper model; check the name."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The Whisper model {0} could not be loaded; name a folder with one, or go online to download it.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "Whisper could not be opened from {0}; name a faster-whisper folder."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not a folder; name a faster-whisper folder."),
        # translations and dialogues
        QT_TRANSLATE_NOOP("Sentence", "There are {0} translations, and {1} kinds of questions with answers."),
        QT_TRANSLATE_NOOP("Sentence", "{0} pairs of {1} were taken in."),
        QT_TRANSLATE_NOOP("Sentence", "{0} pairs of {1} were taken in, {2} were there already."),
        QT_TRANSLATE_NOOP("Sentence", "{0} pairs of {1} were taken in; {2} were rejected ({3})."),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} pairs of {1} were taken in, {2} were there already; {3} were rejected ({4})."
        ),
        QT_TRANSLATE_NOOP("Sentence", "None of the {0} pairs of {1} can be used: {2}."),
        QT_TRANSLATE_NOOP("Sentence", "there are none"),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} does not know {1}; translations lead to one of {2}."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} does not say which column is {1} and which {2}: write the codes in its first line, or name them in "
            "order (--columns {3},{4}).",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} has {1} lines and {2} {3}; line by line they must be translations of each other."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} is no table of translations (.tsv, .csv, .tmx, .jsonl), and for two files of lines {1}.{2} is "
            "missing beside it.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} defines XML entities, which can blow a small file up until the memory is full; it was not read.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged after what was read ({1}); get it again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is XML, but not TMX; name a file of translations."),
        QT_TRANSLATE_NOOP("Sentence", "{0} entries of {1} were taken in."),
        QT_TRANSLATE_NOOP("Sentence", "{0} entries of {1} were taken in; {2} were rejected."),
        QT_TRANSLATE_NOOP("Sentence", "Nothing in {0} could be taken in; fill in the column `translation`."),
        QT_TRANSLATE_NOOP(
            "Sentence", "Nothing in {0} could be taken in ({1} ({2}): {3}.); fill in the column `translation`."
        ),
        QT_TRANSLATE_NOOP("Sentence", "There is nothing to read aloud; add translations or dialogues first."),
        # can it speak?
        QT_TRANSLATE_NOOP("Sentence", "The pack is listening to the language and repeating it."),
        QT_TRANSLATE_NOOP("Sentence", "The pack can speak {0}: what it repeats can be understood ({1})."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The pack cannot speak {0} well yet ({1}); listen to the pairs before you train."
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} of the words are wrong after it, {1} before"),
        QT_TRANSLATE_NOOP("Sentence", "{0} of the letters are wrong after it, {1} before"),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The letters of {0} are hard to hear for this pack ({1} are wrong): more or cleaner speech is needed, or "
            "a tokenizer that was trained on the language.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "The pack speaks {0} at {1} of its length; {2}."),
        QT_TRANSLATE_NOOP("Sentence", "more speech would help its durations"),
        QT_TRANSLATE_NOOP("Sentence", "its durations should be adapted"),
        QT_TRANSLATE_NOOP("Sentence", "The decoder does not speak {0} well ({1})."),
        QT_TRANSLATE_NOOP("Sentence", "The tokenizer was adapted: its units lose {0} of the letters; it was {1}."),
        QT_TRANSLATE_NOOP("Sentence", "The decoder was adapted: the error of its sound went from {0} to {1}."),
        QT_TRANSLATE_NOOP("Sentence", "The duration predictor was adapted: its error went from {0} to {1}."),
        QT_TRANSLATE_NOOP("Sentence", "Before that {0} of the words were wrong in what it repeated."),
        QT_TRANSLATE_NOOP("Sentence", "Before that {0} of the letters were wrong in what it repeated."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Whisper mishears {0} of the words in the recordings of {1}, after whom the language will be read aloud; "
            "speech that is better understood helps more than any training.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "None of the recordings could be used for the gate; check the speech once more."),
        QT_TRANSLATE_NOOP(
            "Sentence", "There is no speech to train on; take some in first with `cslm-trainer language speech`."
        ),
        QT_TRANSLATE_NOOP("Sentence", "No recording of the corpus can be read; take its speech in again."),
        QT_TRANSLATE_NOOP(
            "Sentence", "Languages are taught to packs with a tokenizer of the kind 'whisper-vq', not '{0}'."
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be read; delete it and begin the step again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is of another base pack; delete it and begin the step again."),
        # the plan
        QT_TRANSLATE_NOOP("Sentence", "A few steps are being tried."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "{0} steps on {1}, about {2}: {3} ({4} M parameters) are trained, with {5} GB of memory and {6} GB of "
            "disk.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "an adapter and new rows"),
        QT_TRANSLATE_NOOP("Sentence", "all weights"),
        QT_TRANSLATE_NOOP("Sentence", "The base pack's languages are kept by replay of {0}."),
        QT_TRANSLATE_NOOP("Sentence", "its own corpora"),
        QT_TRANSLATE_NOOP("Sentence", "{0} sentences that it reads itself"),
        QT_TRANSLATE_NOOP("Sentence", "what it was taught with and of {0} sentences that it reads itself"),
        QT_TRANSLATE_NOOP("Sentence", "It goes on from what was learnt before ({0})."),
        QT_TRANSLATE_NOOP(
            "Sentence", "That is nearly all the memory there is: close other programs, or train with a smaller 'row'."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The disk has only {0} GB free: make room before you begin."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The training was begun already, and its plan stands; to train again, on from what was learnt, say `plan "
            "--again` (in the window: “Train again”).",
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} hours are no time to train in; give a number above zero."),
        QT_TRANSLATE_NOOP("Sentence", "The training could not be set aside ({0}); put that right and try again."),
        QT_TRANSLATE_NOOP("Sentence", "The training cannot be set up: {0}."),
        QT_TRANSLATE_NOOP("Sentence", "The training cannot be set up: {0} is not valid."),
        QT_TRANSLATE_NOOP("Sentence", "method, replay_share, within or sft_steps"),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged; plan the training again (`plan --again`)."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged; delete it and plan the training again (`plan --again`)."),
        QT_TRANSLATE_NOOP("Sentence", "{0} holds what it should not ({1}); install the program again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged; install the program again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be written ({1}); make room on the disk."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is no corpus with units; take it out of the job's option 'replay'."),
        QT_TRANSLATE_NOOP(
            "Sentence", "Only base packs whose head is their embedding can be taught here; take another one."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "What the training is to go on from is of another language, or has another rank or scale; choose those, "
            "or begin without it.",
        ),
        # the training
        QT_TRANSLATE_NOOP("Sentence", "The training is being prepared."),
        QT_TRANSLATE_NOOP("Sentence", "Preparing: {0}."),
        QT_TRANSLATE_NOOP("Sentence", "listening"),
        QT_TRANSLATE_NOOP("Sentence", "letters, loss {0}"),
        QT_TRANSLATE_NOOP("Sentence", "units"),
        QT_TRANSLATE_NOOP("Sentence", "rehearsing"),
        QT_TRANSLATE_NOOP("Sentence", "Step {0} of {1}, loss {2}."),
        QT_TRANSLATE_NOOP("Sentence", "It is paused."),
        QT_TRANSLATE_NOOP("Sentence", "It was stopped and saved; it can be resumed."),
        QT_TRANSLATE_NOOP("Sentence", "It was stopped and saved at step {0} of {1}; it can be resumed."),
        QT_TRANSLATE_NOOP("Sentence", "The training has come to its end."),
        QT_TRANSLATE_NOOP("Sentence", "{0} steps, {1} tokens in {2} minutes."),
        QT_TRANSLATE_NOOP("Sentence", "A sample could not be spoken: {0}"),
        QT_TRANSLATE_NOOP("Sentence", "The checkpoint of step {0} was damaged; the training goes on from step {1}."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "There was not enough memory: from step {0} on {1} rows are computed at once and their gradients "
            "accumulated; the result is the same.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "The training was interrupted; it goes on from its last checkpoint."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "There is not enough memory for this training; close other programs and resume, or plan it again (`plan "
            "--again`) with a smaller 'row' or 'rank'.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "There is not enough memory even for one row at a time; close other programs, or begin with a smaller "
            "'row'.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "The loss is no number any more at step {0}; resume with a smaller learning rate (peak)."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "The base pack has changed since the training was begun; plan it again (`plan --again`)."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The corpus or the texts have changed since the training was begun, so that it cannot go on as it was; "
            "put them back, or plan it again (`plan --again`): it then goes on from what it has learnt.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The checkpoints are of another corpus or other settings; plan the training again (`plan --again`).",
        ),
        QT_TRANSLATE_NOOP("Sentence", "All checkpoints in {0} are damaged; plan the training again (`plan --again`)."),
        QT_TRANSLATE_NOOP("Sentence", "The disk is full, so the training stopped; {0}. Free some space and resume."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "A checkpoint could not be written ({0}), so the training stopped; {1}. Put that right and resume.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "the checkpoint of step {0} is kept"),
        QT_TRANSLATE_NOOP("Sentence", "there was none before"),
        QT_TRANSLATE_NOOP("Sentence", "There is no speech with a text to train on; take some in first."),
        QT_TRANSLATE_NOOP("Sentence", "Hardly any example fits into {0} tokens; train with longer rows."),
        # what the trainer learns from and measures with
        QT_TRANSLATE_NOOP("Sentence", "Line {0} of {1} is damaged; delete it and start again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is missing; give a folder that has it."),
        QT_TRANSLATE_NOOP("Sentence", "The mixture has no task for which there is material; name more corpora."),
        QT_TRANSLATE_NOOP("Sentence", "Hardly any example fits a row of {0} tokens; take longer."),
        QT_TRANSLATE_NOOP("Sentence", "The units of {0} are malformed; make units.jsonl again."),
        QT_TRANSLATE_NOOP("Sentence", "The units of {0} are out of range; make units.jsonl again."),
        QT_TRANSLATE_NOOP("Sentence", "The units of {0} do not fit its sound; make units.jsonl again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not a whole test set ({1}); make it again."),
        # the scorecard
        QT_TRANSLATE_NOOP("Sentence", "The pack is being measured."),
        QT_TRANSLATE_NOOP(
            "Sentence", "Nothing was measured of how well it hears {0}: there is no speech that was kept for the test."
        ),
        QT_TRANSLATE_NOOP("Sentence", "It hears {0} well: {1} of the words are wrong."),
        QT_TRANSLATE_NOOP("Sentence", "It hears {0} fairly: {1} of the words are wrong."),
        QT_TRANSLATE_NOOP(
            "Sentence", "It hears {0} badly: {1} of the words are wrong; more speech or a longer training is needed."
        ),
        QT_TRANSLATE_NOOP("Sentence", "How well its {0} can be understood was not judged: {1}; listen to it."),
        QT_TRANSLATE_NOOP("Sentence", "Whisper does not know {0}"),
        QT_TRANSLATE_NOOP("Sentence", "Whisper was not there"),
        QT_TRANSLATE_NOOP("Sentence", "It speaks {0} well: {1} of the words are misheard by Whisper."),
        QT_TRANSLATE_NOOP("Sentence", "It speaks {0} fairly: {1} of the words are misheard by Whisper."),
        QT_TRANSLATE_NOOP("Sentence", "It speaks {0} badly: {1} of the words are misheard by Whisper."),
        QT_TRANSLATE_NOOP("Sentence", "It answers in the language that is asked for ({0} in the worst direction)."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "It often answers in another language or not at all ({0} right in the worst direction); train turns "
            "longer.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Whether its answers make sense was not judged: there are no questions with known answers to ask.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "Its answers make sense: {0} of them, {1} in the worst direction."),
        QT_TRANSLATE_NOOP("Sentence", "Its answers often make sense: {0} of them, {1} in the worst direction."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Its answers seldom make sense: {0} of them, {1} in the worst direction; more questions with answers, or "
            "a longer training of turns, are needed.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Its answers hardly ever make sense: {0} of them, {1} in the worst direction; more questions with "
            "answers, or a longer training of turns, are needed.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "It answered every question."),
        QT_TRANSLATE_NOOP("Sentence", "It seldom says nothing: to {0} of the questions, {1} in the worst direction."),
        QT_TRANSLATE_NOOP(
            "Sentence", "It sometimes says nothing: to {0} of the questions, {1} in the worst direction."
        ),
        QT_TRANSLATE_NOOP("Sentence", "It often says nothing: to {0} of the questions, {1} in the worst direction."),
        QT_TRANSLATE_NOOP("Sentence", "Nothing was forgotten: the languages it knew before are as good as they were."),
        QT_TRANSLATE_NOOP("Sentence", "Little was forgotten: at most {0}, in {1}."),
        QT_TRANSLATE_NOOP("Sentence", "It has forgotten: {0} is {1} worse; train with more replay."),
        QT_TRANSLATE_NOOP("Sentence", "recognition in {0}"),
        QT_TRANSLATE_NOOP("Sentence", "reading aloud in {0}"),
        QT_TRANSLATE_NOOP("Sentence", "answers in {0}"),
        QT_TRANSLATE_NOOP("Sentence", "answering in {0} when asked in it"),
        QT_TRANSLATE_NOOP("Sentence", "the speech of answers in {0}"),
        QT_TRANSLATE_NOOP("Sentence", "answers in {0} to questions in {1}"),
        QT_TRANSLATE_NOOP("Sentence", "answering in {0} when asked in {1}"),
        QT_TRANSLATE_NOOP("Sentence", "the speech of answers in {0} to questions in {1}"),
        QT_TRANSLATE_NOOP("Sentence", "It is about as good as version {0}, which is in use."),
        QT_TRANSLATE_NOOP("Sentence", "Compared with version {0}, which is in use, better: {1}."),
        QT_TRANSLATE_NOOP("Sentence", "Compared with version {0}, which is in use, better: {1}; worse: {2}."),
        QT_TRANSLATE_NOOP("Sentence", "Compared with version {0}, which is in use, worse: {1}; keep that one."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "It is about as good as version {0}, which is in use; the two were not asked the same, so this is rough.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Compared with version {0}, which is in use, better: {1}; the two were not asked the same, so this is "
            "rough.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Compared with version {0}, which is in use, better: {1}; worse: {2}; the two were not asked the same, so "
            "this is rough.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Compared with version {0}, which is in use, worse: {1}; the two were not asked the same, so this is "
            "rough; keep that one.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} ({1} then, {2} now)"),
        QT_TRANSLATE_NOOP("Sentence", "misheard words"),
        QT_TRANSLATE_NOOP("Sentence", "words that Whisper mishears"),
        QT_TRANSLATE_NOOP("Sentence", "sensible answers"),
        QT_TRANSLATE_NOOP("Sentence", "answers in the right language"),
        QT_TRANSLATE_NOOP("Sentence", "questions without an answer"),
        QT_TRANSLATE_NOOP("Sentence", "Words misheard, {0}"),
        QT_TRANSLATE_NOOP("Sentence", "Words that Whisper mishears in its speech, {0}"),
        QT_TRANSLATE_NOOP("Sentence", "Sensible answers, {0} to {1}"),
        QT_TRANSLATE_NOOP("Sentence", "Answers in the right language, {0} to {1}"),
        QT_TRANSLATE_NOOP("Sentence", "Speech that does not say its text (ASR-ER), {0} to {1}"),
        QT_TRANSLATE_NOOP("Sentence", "No answer at all, {0} to {1}"),
        QT_TRANSLATE_NOOP("Sentence", "Speech-text similarity, against others"),
        QT_TRANSLATE_NOOP("Sentence", "Forgotten: {0}, worse by"),
        # what a pack was measured to be (trainer/evaluation/scorecard.py)
        QT_TRANSLATE_NOOP("Sentence", "ASR {0}, {1}, {2}"),
        QT_TRANSLATE_NOOP("Sentence", "unseen wordings"),
        QT_TRANSLATE_NOOP("Sentence", "unseen question types"),
        QT_TRANSLATE_NOOP("Sentence", "human voice"),
        QT_TRANSLATE_NOOP("Sentence", "  (Whisper on the same questions: {0}, {1})"),
        QT_TRANSLATE_NOOP("Sentence", "TTS {0} by Whisper, {1}"),
        QT_TRANSLATE_NOOP("Sentence", "TTS DNSMOS, {0}"),
        QT_TRANSLATE_NOOP("Sentence", "sensible answers, {0}, {1}"),
        QT_TRANSLATE_NOOP("Sentence", "same language"),
        QT_TRANSLATE_NOOP("Sentence", "cross-lingual"),
        QT_TRANSLATE_NOOP("Sentence", "  {0} to {1}, {2}: sensible"),
        QT_TRANSLATE_NOOP("Sentence", "  {0} to {1}, {2}: TQ {3}"),
        QT_TRANSLATE_NOOP("Sentence", "  {0} to {1}, {2}: ASR-ER"),
        QT_TRANSLATE_NOOP("Sentence", "  {0} to {1}, {2}: wrong language"),
        QT_TRANSLATE_NOOP("Sentence", "replies in the wrong language, {0}"),
        QT_TRANSLATE_NOOP("Sentence", "ASR-ER of replies, mean of both languages, {0}"),
        QT_TRANSLATE_NOOP("Sentence", "DNSMOS of replies, {0}"),
        QT_TRANSLATE_NOOP("Sentence", "no reply at all, {0}"),
        QT_TRANSLATE_NOOP("Sentence", "first text after the question ({0} s on average), median"),
        QT_TRANSLATE_NOOP("Sentence", "first sound after the question ({0} s on average), median"),
        QT_TRANSLATE_NOOP("Sentence", "first sound after the question ({0} s on average), 95th percentile"),
        QT_TRANSLATE_NOOP("Sentence", "first text after the question, median"),
        QT_TRANSLATE_NOOP("Sentence", "first sound after the question, median"),
        QT_TRANSLATE_NOOP("Sentence", "first sound after the question, 95th percentile"),
        QT_TRANSLATE_NOOP("Sentence", "reply RTF, mean"),
        QT_TRANSLATE_NOOP("Sentence", "longest pause while it speaks, 95th percentile"),
        QT_TRANSLATE_NOOP("Sentence", "LM tokens a second, mean"),
        QT_TRANSLATE_NOOP("Sentence", "peak memory of the engine"),
        QT_TRANSLATE_NOOP("Sentence", "speech-text similarity, {0} (cosine)"),
        QT_TRANSLATE_NOOP("Sentence", "speech-text similarity, {0}, against others"),
        # the language pack
        QT_TRANSLATE_NOOP("Sentence", "The language pack is being put together."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is installed and in use ({1} MB)."),
        QT_TRANSLATE_NOOP("Sentence", "The training has not come to its end; run or resume it first."),
        QT_TRANSLATE_NOOP("Sentence", "The language pack could not be put together: {0}."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} is too large for one file."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is switched off; it was not in use before."),
        QT_TRANSLATE_NOOP("Sentence", "{0} {1} is in use again."),
        QT_TRANSLATE_NOOP("Sentence", "There is no language pack '{0}'; `cslm packs list` shows which there are."),
        QT_TRANSLATE_NOOP("Sentence", "There is no language pack '{0}' for the base pack '{1}'; there is one for {2}."),
        QT_TRANSLATE_NOOP("Sentence", "not stated"),
        QT_TRANSLATE_NOOP("Sentence", "learnt from {0} by cslm-trainer on {1}"),
        QT_TRANSLATE_NOOP("Sentence", "the job's corpus"),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not a readable private key without a password; make one first."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not an Ed25519 key; make one first."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is there already; a key is not written over."),
    )
)

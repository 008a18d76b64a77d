"""What is said to a user below the window, sentence by sentence, for the translators.

A sentence is listed here as it is written where it is said; {0}, {1}, ... stand for what differs, in this order. What
differs may be a part of a sentence, which is then listed, too. Knows nothing of when a sentence is said, and not how it
is found (`sentences.py`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

__all__ = ["AND", "LANGUAGES", "SENTENCES"]

LANGUAGES: Final = tuple(
    str(name)
    for name in (
        QT_TRANSLATE_NOOP("Sentence", "Arabic"),
        QT_TRANSLATE_NOOP("Sentence", "Cantonese"),
        QT_TRANSLATE_NOOP("Sentence", "Czech"),
        QT_TRANSLATE_NOOP("Sentence", "Danish"),
        QT_TRANSLATE_NOOP("Sentence", "Dutch"),
        QT_TRANSLATE_NOOP("Sentence", "English"),
        QT_TRANSLATE_NOOP("Sentence", "Finnish"),
        QT_TRANSLATE_NOOP("Sentence", "French"),
        QT_TRANSLATE_NOOP("Sentence", "German"),
        QT_TRANSLATE_NOOP("Sentence", "Greek"),
        QT_TRANSLATE_NOOP("Sentence", "Hindi"),
        QT_TRANSLATE_NOOP("Sentence", "Hungarian"),
        QT_TRANSLATE_NOOP("Sentence", "Indonesian"),
        QT_TRANSLATE_NOOP("Sentence", "Italian"),
        QT_TRANSLATE_NOOP("Sentence", "Japanese"),
        QT_TRANSLATE_NOOP("Sentence", "Korean"),
        QT_TRANSLATE_NOOP("Sentence", "Mandarin"),
        QT_TRANSLATE_NOOP("Sentence", "Norwegian"),
        QT_TRANSLATE_NOOP("Sentence", "Polish"),
        QT_TRANSLATE_NOOP("Sentence", "Portuguese"),
        QT_TRANSLATE_NOOP("Sentence", "Russian"),
        QT_TRANSLATE_NOOP("Sentence", "Spanish"),
        QT_TRANSLATE_NOOP("Sentence", "Swedish"),
        QT_TRANSLATE_NOOP("Sentence", "Thai"),
        QT_TRANSLATE_NOOP("Sentence", "Turkish"),
        QT_TRANSLATE_NOOP("Sentence", "Ukrainian"),
        QT_TRANSLATE_NOOP("Sentence", "Vietnamese"),
    )
)
"""Languages as they are called within a sentence (`cslm_core/languages.py`)."""
AND: Final = str(QT_TRANSLATE_NOOP("Sentence", "{0} and {1}"))
"""Of two languages."""

SENTENCES: Final = tuple(
    str(text)
    for text in (
        # small words within others
        QT_TRANSLATE_NOOP("Sentence", "microphone"),
        QT_TRANSLATE_NOOP("Sentence", "loudspeaker"),
        QT_TRANSLATE_NOOP("Sentence", "start it again"),
        QT_TRANSLATE_NOOP("Sentence", "start it again (its log is {0})"),
        QT_TRANSLATE_NOOP("Sentence", "none"),
        QT_TRANSLATE_NOOP("Sentence", "the system refused it"),
        # engine
        QT_TRANSLATE_NOOP("Sentence", "The engine is not running; start it again, then ask once more."),
        QT_TRANSLATE_NOOP("Sentence", "The engine is not running; start it first."),
        QT_TRANSLATE_NOOP("Sentence", "The engine could not be started ({0}); restart the program."),
        QT_TRANSLATE_NOOP("Sentence", "The engine does not answer any more; {0}."),
        QT_TRANSLATE_NOOP("Sentence", "The engine was ended from outside, perhaps because memory ran out; {0}."),
        QT_TRANSLATE_NOOP("Sentence", "The engine crashed ({0}); {1}."),
        QT_TRANSLATE_NOOP("Sentence", "The engine stopped unexpectedly (exit code {0}); {1}."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The engine ran out of memory; close other programs or take a smaller pack, then start it again.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "The engine failed ({0}); start it again. Its log says more."),
        # questions
        QT_TRANSLATE_NOOP("Sentence", "Nothing was heard: the sound is silent. Check the microphone and ask again."),
        QT_TRANSLATE_NOOP("Sentence", "No speech was heard in the sound. Ask again, closer to the microphone."),
        QT_TRANSLATE_NOOP("Sentence", "No reply came; ask in other words."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The temperature {0} cannot be used; give a number from 0 (always the likeliest)."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The seed {0} cannot be used; give a whole number from 0 to {1}."),
        QT_TRANSLATE_NOOP("Sentence", "A number is too large for the engine; give a smaller one."),
        QT_TRANSLATE_NOOP("Sentence", "The question is too long; at most {0} s can be heard at once."),
        QT_TRANSLATE_NOOP("Sentence", "The question is too long ({0} s); at most {1} s can be heard at once."),
        QT_TRANSLATE_NOOP("Sentence", "The question is too short ({0} s); at least {1} s of sound is needed."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The question holds samples that are not numbers (NaN or infinite); export it again."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The sound holds samples that are not numbers, or is not mono; record it again."),
        QT_TRANSLATE_NOOP("Sentence", "The question is too long for the model; ask it in fewer words."),
        QT_TRANSLATE_NOOP("Sentence", "This is too long for the model; use fewer words at a time."),
        QT_TRANSLATE_NOOP("Sentence", "The conversation has become too long for the model; begin a new one."),
        QT_TRANSLATE_NOOP("Sentence", "The text is empty; type something."),
        QT_TRANSLATE_NOOP("Sentence", "The text is empty; type what was asked."),
        QT_TRANSLATE_NOOP("Sentence", "The text is too long ({0} characters); at most {1} can be read at once."),
        QT_TRANSLATE_NOOP("Sentence", "This pack does not know {0}; it knows {1}."),
        QT_TRANSLATE_NOOP("Sentence", "The text is in a language this pack does not know; it knows {0}."),
        QT_TRANSLATE_NOOP("Sentence", "This model does not know the language '{0}' (it knows: {1})."),
        QT_TRANSLATE_NOOP("Sentence", "No pack is loaded; load one first."),
        QT_TRANSLATE_NOOP("Sentence", "This question was not being listened to; ask it again."),
        QT_TRANSLATE_NOOP("Sentence", "Neither the words nor the sound of this question are there; ask it again."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The sound of this turn was not kept, so it cannot be played; ask for the reply again to hear it.",
        ),
        # sound files
        QT_TRANSLATE_NOOP("Sentence", "{0} is a folder; name a sound file in it."),
        QT_TRANSLATE_NOOP("Sentence", "{0} does not exist; check the name."),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be opened; check its name and that you may read it."),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be read; name a sound file, or send one with a pipe."),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} is not a sound file that can be read; use wav, flac, mp3, ogg, opus or m4a."
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} states a sample rate of {1} Hz, which is not usable; export it again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} holds samples that are not numbers (NaN or infinite); export it again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} has {1} dimensions; mono samples of shape (n,) are needed."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is empty (0 bytes); record it again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} holds no sound; record it again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is too short ({1} s); at least {2} s of sound is needed."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is too long ({1} s); at most {2} s can be heard at once."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is too long (more than {1} s); at most {2} s can be heard at once."),
        QT_TRANSLATE_NOOP("Sentence", "{0} has more than {1} MB; give a shorter recording."),
        # writing files
        QT_TRANSLATE_NOOP("Sentence", "{0} could not be written: {1}."),
        QT_TRANSLATE_NOOP("Sentence", "the disk is full; free some space and try again"),
        QT_TRANSLATE_NOOP("Sentence", "the disk quota is used up; free some space and try again"),
        QT_TRANSLATE_NOOP("Sentence", "the folder may not be written to; choose another place"),
        QT_TRANSLATE_NOOP("Sentence", "the disk is read-only; choose another place"),
        QT_TRANSLATE_NOOP("Sentence", "its folder does not exist; make it first"),
        QT_TRANSLATE_NOOP("Sentence", "its folder is not a folder; choose another place"),
        QT_TRANSLATE_NOOP("Sentence", "a folder of that name is there; choose another name"),
        QT_TRANSLATE_NOOP("Sentence", "the name is too long; choose a shorter one"),
        QT_TRANSLATE_NOOP("Sentence", "{0} could not be written ({1}); choose another place."),
        QT_TRANSLATE_NOOP("Sentence", "{0} could not be written ({1}); set the clock of the computer."),
        # finding, importing and removing packs
        QT_TRANSLATE_NOOP("Sentence", "No pack has been chosen yet; choose one."),
        QT_TRANSLATE_NOOP("Sentence", "No pack was found in {0} or {1}; import one first."),
        QT_TRANSLATE_NOOP("Sentence", "There is no pack '{0}'; there is: {1}."),
        QT_TRANSLATE_NOOP("Sentence", "{0} does not exist; name a pack's folder or zip."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not a pack folder; name a folder with a {1} in it."),
        QT_TRANSLATE_NOOP("Sentence", "{0} has no {1}; it is not a pack."),
        QT_TRANSLATE_NOOP("Sentence", "{0} has no {1}; it is not a pack, or not a whole one."),
        QT_TRANSLATE_NOOP("Sentence", "{0} could not be taken in: {1}."),
        QT_TRANSLATE_NOOP("Sentence", "{0} needs {1} MB and the disk has {2} MB free; make room first."),
        QT_TRANSLATE_NOOP("Sentence", "Another pack {0} is there already; remove it first, or replace it."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} came with the program; only imported packs can be removed."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} is in use or may not be removed; close what uses it."),
        # packs that are damaged, or refused
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be read; check that you may read it."),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be read; check the disk and that you may read it."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged or not a zip; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is cut short; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is longer than the manifest says; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} is not whole: {1} is missing; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} is damaged: {1} has another size; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} is damaged: {1} is {2} ({3} of {4} bytes); get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "cut short"),
        QT_TRANSLATE_NOOP("Sentence", "longer than it was"),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The pack {0} is damaged or was changed: {1} is not the file that was packed; get the pack again.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} is refused: {1} is not listed in {2}."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} is refused: {1} may not be in a pack ({2})."),
        QT_TRANSLATE_NOOP("Sentence", "the name is kept for the signature"),
        QT_TRANSLATE_NOOP("Sentence", "the path leaves the pack or is not plain"),
        QT_TRANSLATE_NOOP("Sentence", "the path is too long"),
        QT_TRANSLATE_NOOP("Sentence", "the path has a character that not every system allows"),
        QT_TRANSLATE_NOOP("Sentence", "the path has a name that not every system allows"),
        QT_TRANSLATE_NOOP("Sentence", "a pack may hold only data ({0})"),
        QT_TRANSLATE_NOOP("Sentence", "{0} in {1} is a link or a device; a pack holds plain files only."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is a link; a pack holds its own files."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: a pack may hold only data, not {1}."),
        QT_TRANSLATE_NOOP("Sentence", "files without a suffix"),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: it is not a {1} file."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: it is not text."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: it holds a script."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: its entry '{1}' asks for code to be run."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: it says it has {1} GB, more than any pack."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: its {1} is too large."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: {1} unpacks to far more than it should (a zip bomb)."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: the name {1} in it leads out of the pack."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: {1} in it is a link or a device."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: {1} in it is encrypted."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is refused: {1} is in it twice."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged: {1}; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "it is too short for a safetensors file"),
        QT_TRANSLATE_NOOP("Sentence", "its header does not fit the file"),
        QT_TRANSLATE_NOOP("Sentence", "its header is not readable"),
        QT_TRANSLATE_NOOP("Sentence", "the tensor '{0}' is not described properly"),
        QT_TRANSLATE_NOOP("Sentence", "its tensors overlap or leave a gap"),
        QT_TRANSLATE_NOOP("Sentence", "its tensors do not fill the file"),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged: it is not JSON; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged: it is not TOML; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged: it states its own digest; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is larger than {1} MB; it is not a pack's manifest."),
        QT_TRANSLATE_NOOP("Sentence", "{0} does not say which version of the pack format it has; get the pack again."),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} has version {1} of the pack format, this program reads {2}; update the program."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "{0} has version {1} of the pack format, this program reads {2}; get a newer pack."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} is refused: its signature is too large."),
        QT_TRANSLATE_NOOP("Sentence", "The signature of the pack {0} is of another version; update the program."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The signature of the pack {0} is wrong: the pack was changed after it was signed; do not use it.",
        ),
        # what may be wrong with a manifest
        QT_TRANSLATE_NOOP("Sentence", "{0} is not valid: {1}; get the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "the name {0} is not small letters, digits and hyphens"),
        QT_TRANSLATE_NOOP("Sentence", "the version {0} is not like 1.2.3"),
        QT_TRANSLATE_NOOP("Sentence", "the title is empty"),
        QT_TRANSLATE_NOOP("Sentence", "no language is stated"),
        QT_TRANSLATE_NOOP("Sentence", "a language is stated twice"),
        QT_TRANSLATE_NOOP("Sentence", "the language {0} is not a code like en or zh"),
        QT_TRANSLATE_NOOP("Sentence", "listen_rate {0} is not a usable sample rate"),
        QT_TRANSLATE_NOOP("Sentence", "speak_rate {0} is not a usable sample rate"),
        QT_TRANSLATE_NOOP("Sentence", "{0} units are not usable"),
        QT_TRANSLATE_NOOP("Sentence", "{0} units a second are not usable"),
        QT_TRANSLATE_NOOP("Sentence", "the consent statement is not usable"),
        QT_TRANSLATE_NOOP("Sentence", "the base pack's name or version is not valid"),
        QT_TRANSLATE_NOOP("Sentence", "the base pack's sha256 is not 64 hexadecimal digits"),
        QT_TRANSLATE_NOOP("Sentence", "no component is stated"),
        QT_TRANSLATE_NOOP(
            "Sentence", "the component '{0}' has a role or kind that is not small letters, digits, - and _"
        ),
        QT_TRANSLATE_NOOP("Sentence", "the component '{0}' names the folder {1}, which holds no listed file"),
        QT_TRANSLATE_NOOP("Sentence", "the component '{0}' states no licence or source"),
        QT_TRANSLATE_NOOP("Sentence", "no file is listed"),
        QT_TRANSLATE_NOOP("Sentence", "the file {0} is refused: {1}"),
        QT_TRANSLATE_NOOP("Sentence", "the file {0} has no usable sha256 or size"),
        QT_TRANSLATE_NOOP("Sentence", "the file {0} is listed twice"),
        # language packs
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} stands alone; it has no base pack."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} stands alone; only language packs can be added to another."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} only adds a language; open its base pack and switch it on there."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} needs the pack {1} {2}; import that first."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} was made for another build of {1} {2}; get that one."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The language pack {0} was made for the pack {1} and does not fit {2}; get the one that it was made for.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "another build of it"),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} knows '{1}' already; switch {2} off."),
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} teaches '{1}' already; switch it off first."),
        QT_TRANSLATE_NOOP("Sentence", "The language packs {0} and {1} both teach '{2}'; switch one off."),
        QT_TRANSLATE_NOOP("Sentence", "The language '{0}' is there already; switch off one of the two packs."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The language pack {0} was never switched on here; there is nothing to go back to."
        ),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged; delete it and switch the language packs on again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is from a newer version of the program; update the program."),
        QT_TRANSLATE_NOOP("Sentence", "The language pack {0} has no adapter; import it again."),
        QT_TRANSLATE_NOOP("Sentence", "The language pack {0} changes the {1} in an unknown way; update."),
        QT_TRANSLATE_NOOP("Sentence", "The {0} of the base pack cannot be changed by {1}; switch it off."),
        QT_TRANSLATE_NOOP("Sentence", "A {0} of the kind '{1}' takes no language packs; switch them off."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The language pack changes parts of the speech tokenizer or decoder that its base pack has not; "
            "import it again.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "The language pack for '{0}' was made for another vocabulary; take the base pack that it names."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "The language pack for '{0}' was made for other units; take the base pack that it names."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The language pack for '{0}' adds {1}, which is there already."),
        QT_TRANSLATE_NOOP("Sentence", "The language pack lacks the output rows that this base pack needs."),
        QT_TRANSLATE_NOOP("Sentence", "The language pack has an adapter of another version; update the program."),
        QT_TRANSLATE_NOOP("Sentence", "The adapter of the language pack is damaged; import the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "The adapter of the language pack contradicts itself; import the pack again."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The adapter of the language pack does not fit the base pack's language model; import the pack again.",
        ),
        # loading a pack
        QT_TRANSLATE_NOOP("Sentence", "The pack {0} has no component '{1}'; take another pack."),
        QT_TRANSLATE_NOOP(
            "Sentence", "This program cannot read a {0} of the kind '{1}' (it reads: {2}); update the program."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The file {0} of the language model cannot be read; install the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "The file {0} of the language model is damaged; install the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "The file {0} of the language model cannot be used ({1})."),
        QT_TRANSLATE_NOOP("Sentence", "The file {0} of the language model is not complete ({1})."),
        QT_TRANSLATE_NOOP("Sentence", "The file {0} of the language model is of another version; update the program."),
        QT_TRANSLATE_NOOP("Sentence", "The file {0} of the language model is of another format; update the program."),
        QT_TRANSLATE_NOOP("Sentence", "The file {0} of the language model contradicts itself; the pack is damaged."),
        QT_TRANSLATE_NOOP("Sentence", "The file {0} of the language model points outside its folder."),
        QT_TRANSLATE_NOOP("Sentence", "The language model is not a Llama model; this program cannot run it."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The language model stretches its positions by '{0}'; this program cannot run it."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The language model lacks the weights {0}; install the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "The weights of the language model cannot be read; install the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "The weights '{0}' of the language model do not fit together."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The weights '{0}' of the language model have the wrong size; install the pack again."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "The vocabulary of the language model does not fit its weights; install the pack again."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The speech tokenizer in {0} cannot be loaded; import the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is not of a {1} decoder; use a pack made for this program."),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be read; install the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is damaged; install the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} is missing or damaged; install the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "{0} holds numbers that are not finite; install the pack again."),
        QT_TRANSLATE_NOOP("Sentence", "The scorecard {0} cannot be read; check that you may read it."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The scorecard {0} is damaged or of a newer version; run cslm eval --into-pack again."
        ),
        # devices
        QT_TRANSLATE_NOOP("Sentence", "No microphone was found; plug one in, or type your question."),
        QT_TRANSLATE_NOOP("Sentence", "No loudspeaker was found; plug one in. Replies are shown as text meanwhile."),
        QT_TRANSLATE_NOOP("Sentence", "The {0} “{1}” is not there. Using the {2} “{3}” until it returns."),
        QT_TRANSLATE_NOOP("Sentence", "The {0} “{1}” is there again."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The {0} “{1}” cannot be opened ({2}); check that no other program keeps it, or choose another one.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The {0} “{1}” cannot be opened ({2}); check that no other program keeps it, or choose another one. "
            "Using the {3} “{4}” until it returns.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "“{0}” went away; using the {1} “{2}” from now on."),
        QT_TRANSLATE_NOOP("Sentence", "The system's {0} is “{1}” now."),
        QT_TRANSLATE_NOOP("Sentence", "The system has no sound devices; plug one in or start the audio server."),
        QT_TRANSLATE_NOOP("Sentence", "The system's sound cannot be used ({0}); is an audio server running?"),
        QT_TRANSLATE_NOOP("Sentence", "The PortAudio library is missing; install libportaudio2 and try again."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The part of the program that opens sound devices is missing; install the program again."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "Hearing cannot be loaded; install the program again, and type your questions meanwhile."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "The sound failed unexpectedly and is opened again; if that goes on, restart the program."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The microphone is muted; unmute it to talk."),
        QT_TRANSLATE_NOOP("Sentence", "The file that tells speech from noise is missing; install the program again."),
        QT_TRANSLATE_NOOP("Sentence", "There is no microphone to measure with; plug one in and unmute it."),
        QT_TRANSLATE_NOOP("Sentence", "There is no loudspeaker to measure with; plug one in."),
        QT_TRANSLATE_NOOP("Sentence", "The measurement was ended."),
        QT_TRANSLATE_NOOP("Sentence", "There is no microphone to record with; plug one in and unmute it."),
        QT_TRANSLATE_NOOP("Sentence", "The microphone is in use by a measurement; wait a few seconds and try again."),
        QT_TRANSLATE_NOOP("Sentence", "No sound comes from the microphone; choose another one and try again."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The microphone gives only zeros; allow the program to use it in the system's settings."
        ),
        QT_TRANSLATE_NOOP("Sentence", "Nothing was played; choose another loudspeaker and try again."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The microphone does not hear the loudspeaker (headphones, or far away): you can interrupt at any time.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The echo is too faint to be taken for a voice, so you can interrupt at any time.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The loudspeaker is so loud that it overloads the microphone, which rests while a reply is spoken; turn "
            "the volume down and measure again.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "The echo is taken out well ({0} dB), so you can interrupt at any time."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Part of the echo remains ({0} dB are taken out): interruptions must be clear and last a moment.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence", "The echo cannot be taken out ({0} dB), so the microphone rests while a reply is spoken."
        ),
        # the program
        QT_TRANSLATE_NOOP(
            "Sentence",
            "Something in the program went wrong; press Stop and ask again, or restart the program if it goes on.",
        ),
        # conversations and settings
        QT_TRANSLATE_NOOP("Sentence", "This conversation does not exist any more; choose another one."),
        QT_TRANSLATE_NOOP("Sentence", "This conversation does not exist any more; begin a new one."),
        QT_TRANSLATE_NOOP("Sentence", "This turn does not exist any more; choose another one."),
        QT_TRANSLATE_NOOP("Sentence", "The conversation could not be stored or read: {0}."),
        QT_TRANSLATE_NOOP("Sentence", "the disk is full; free some space"),
        QT_TRANSLATE_NOOP("Sentence", "the file may not be written to; check its permissions"),
        QT_TRANSLATE_NOOP("Sentence", "another program uses the file; close that"),
        QT_TRANSLATE_NOOP("Sentence", "the file is damaged; start the program again, it will set the file aside"),
        QT_TRANSLATE_NOOP("Sentence", "the disk does not answer; check it"),
        QT_TRANSLATE_NOOP("Sentence", "{0}; start the program again"),
        QT_TRANSLATE_NOOP(
            "Sentence", "The conversations in {0} cannot be used ({1}); new ones are kept only while the program runs."
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The conversations in {0} are of a newer version of the program and stay as they are; until you "
            "update it, new conversations are kept only while it runs.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The file of the conversations was damaged and has been set aside as {0}; {1} questions in {2} "
            "conversations could be read and are kept.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "There is nothing in this conversation yet; ask something first."),
        QT_TRANSLATE_NOOP("Sentence", "No sound is stored of this conversation; export it as text."),
        QT_TRANSLATE_NOOP("Sentence", "The settings could not be saved in {0}: {1}."),
        QT_TRANSLATE_NOOP("Sentence", "The settings in {0} cannot be read ({1}); the defaults are used."),
        QT_TRANSLATE_NOOP("Sentence", "The settings in {0} are broken and stay there ({1}); the defaults are used."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The settings in {0} could not be read ({1}); the file has been set aside as {2} and the defaults "
            "are used.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "it is larger than settings can be"),
        QT_TRANSLATE_NOOP("Sentence", "it is not UTF-8 text"),
        QT_TRANSLATE_NOOP("Sentence", "it is not TOML"),
        QT_TRANSLATE_NOOP("Sentence", "{0} in {1} cannot be used as it is; the default is used instead."),
        # teaching a language
        QT_TRANSLATE_NOOP("Sentence", "This installation has no trainer; install the project from its source."),
        QT_TRANSLATE_NOOP("Sentence", "The training could not be started ({0}); try again."),
        QT_TRANSLATE_NOOP("Sentence", "The folder {0} could not be made; check the disk and your rights."),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be used ({1}); check the disk."),
        QT_TRANSLATE_NOOP("Sentence", "{0} cannot be read; run this step again."),
        QT_TRANSLATE_NOOP(
            "Sentence", "Say who speaks first: the name keeps a voice out of the test that it is trained on."
        ),
        QT_TRANSLATE_NOOP("Sentence", "The take could not be noted in {0} ({1}); free some space, try again."),
    )
)

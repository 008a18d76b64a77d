"""What can go wrong, said to a user.

The message of every error here is one clear sentence: what happened and what to do. Anything else that is raised is a
bug. Knows nothing of how errors are shown.
"""


class CslmError(Exception):
    """The parent of all errors that are meant for a user."""


class AudioError(CslmError):
    """A sound cannot be read, or not be used."""


class PackError(CslmError):
    """A pack is damaged, foreign, unsafe or missing."""


class EngineError(CslmError):
    """The engine could not start, load or answer."""


class TrainingError(CslmError):
    """A recipe, a corpus or a run of the trainer cannot go on."""

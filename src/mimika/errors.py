"""Everything that can be the user's mistake, and how it is told.

    MimikaError                 one clear line, exit status 2, no traceback
    ├── DataError               a copy of the faces that cannot be taken as it is
    │   ├── SourceMissing       nothing stands at that path
    │   ├── SourceUnknown       the content is none of the known forms, or several of which one must be named
    │   ├── SourceBroken        the form is known, the content is damaged (rows, images, archives)
    │   │   └── ClassUnknown    an emotion that FER2013 does not have
    │   └── SplitMissing        a split that this copy cannot give
    ├── RecipeError             a recipe or study that cannot be meant
    ├── RunError                a run folder, ledger or checkpoint that does not fit what is asked
    ├── PictureError            a picture, or whatever was given as one, that cannot be read
    ├── VideoError              a video file or camera that cannot be read
    ├── DetectorError           a face detector that does not exist, or whose file is not the known one
    ├── SealedError             the test split, asked for where it must not be opened
    ├── LanguageUnknown         a language in which no page is written
    └── ExtraMissing            an optional part of mimika that is not installed

A message says what was asked, what exists and what to do. Anything else that is raised is a bug of ours and keeps
its traceback.
"""

from importlib.util import find_spec


class MimikaError(Exception):
    """The user's mistake, told in one line: what was asked, what exists, what to do."""


class DataError(MimikaError):
    """A copy of the faces cannot be taken as it is."""


class SourceMissing(DataError):
    """Nothing stands at the path that was given."""


class SourceUnknown(DataError):
    """The content is none of the forms in which FER2013 is known."""


class SourceBroken(DataError):
    """The form is known, but rows, images or the archive are damaged."""


class ClassUnknown(SourceBroken):
    """An emotion that FER2013 does not have."""


class SplitMissing(DataError):
    """A split is needed that this copy cannot give."""


class RecipeError(MimikaError):
    """A recipe, a study or a network's name that cannot be meant."""


class RunError(MimikaError):
    """A run folder, a ledger or a checkpoint does not fit what is asked."""


class PictureError(MimikaError):
    """A picture cannot be read, or what was given as one is none."""


class VideoError(MimikaError):
    """A video file or a camera gives no frames, or is none."""


class DetectorError(MimikaError):
    """A face detector that does not exist, or whose file is missing or not the known one."""


class SealedError(MimikaError):
    """The test split was asked for where it must not be opened."""


class LanguageUnknown(MimikaError):
    """A language in which no page is written."""


class ExtraMissing(MimikaError):
    """An optional part of mimika is not installed."""


def first_line(error: BaseException) -> str:
    """What an error of others says, in one line and without its last full stop; its kind if it says nothing.

    >>> first_line(ValueError("No such run.")), first_line(TimeoutError())
    ('No such run', 'TimeoutError')
    """
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def in_one_line(name: str) -> str:
    r"""A name as a message tells it: what cannot be printed is written as Python does.

    >>> in_one_line("faces/a\nb.png"), in_one_line("")
    ('faces/a\\nb.png', "''")
    """
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in name) or "''"


def require_training(purpose: str) -> None:
    """Raise `ExtraMissing` unless all that a training imports is installed."""
    require_networks(purpose)
    for module in ("lightning", "matplotlib"):
        require(module, "train", purpose)


def require_networks(purpose: str) -> None:
    """Raise `ExtraMissing` unless what reads a trained network is installed."""
    for module in ("torch", "safetensors"):
        require(module, "train", purpose)


def require(module: str, extra: str, purpose: str) -> None:
    """Raise `ExtraMissing` with the command that installs `extra`, unless `module` can be imported.

    >>> require("json", "train", "training")
    >>> require("no_such_module", "train", "training")
    Traceback (most recent call last):
    mimika.errors.ExtraMissing: training needs no_such_module, which is not installed: pip install "mimika[train]"
    """
    if find_spec(module) is None:
        raise ExtraMissing(f'{purpose} needs {module}, which is not installed: pip install "mimika[{extra}]"')

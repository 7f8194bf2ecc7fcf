"""mimika: a workbench for facial-expression recognition on FER2013.

    mimika.load(network=None)               a recogniser: faces on pictures         predict.recogniser
    mimika.Recogniser                       its predict and answers                 predict.recogniser
    mimika.Answer                           what was found on one picture           predict.recogniser
    mimika.Face                             a box, an expression, probabilities     predict.face
    mimika.watch(recogniser, source)        the frames of a video or a camera       predict.video
    mimika.EMOTIONS                         the seven names, in their order         emotions
    mimika.read(source)                     faces from any copy of FER2013          data.store
    mimika.draw_faces(n, seed=…)            faces drawn from action units           data.drawn
    mimika.Faces                            images, emotions, splits; pandas        data.faces
    mimika.FaceDataset(faces, transform)    a torch Dataset for your own loop       training.dataset
    mimika.Recipe                           what a run is                           recipe
    mimika.train(recipe, faces, out)        one run, to its record                  training.train
    mimika.Record                           what a run left                         record
    mimika.run_study(study, faces, out)     stage after stage, to the ledger        study
    mimika.Study                            stages, seeds, what its runs share      study.stages
    mimika.Stage                            a question, and variants to answer it   study.stages
    mimika.Ledger                           the finished runs of a study            study.ledger
    mimika.MimikaError                      every mistake a user can make           errors

Every name loads its module on first use, so importing mimika costs next to nothing, and what needs no PyTorch never
loads it.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from pathlib import Path

    from mimika.data.drawn import draw_faces
    from mimika.data.faces import Faces
    from mimika.data.store import read
    from mimika.emotions import EMOTIONS
    from mimika.errors import MimikaError
    from mimika.predict.face import Face
    from mimika.predict.recogniser import Answer, Recogniser, load
    from mimika.predict.video import watch
    from mimika.recipe import Recipe
    from mimika.record import Record
    from mimika.study.ledger import Ledger
    from mimika.study.stages import Stage, Study
    from mimika.training.dataset import FaceDataset
    from mimika.training.train import train
    from mimika.training.watch import Watch

__version__: Final = version("mimika")

__all__ = [
    "EMOTIONS",
    "Answer",
    "Face",
    "FaceDataset",
    "Faces",
    "Ledger",
    "MimikaError",
    "Recipe",
    "Recogniser",
    "Record",
    "Stage",
    "Study",
    "__version__",
    "draw_faces",
    "load",
    "read",
    "run_study",
    "train",
    "watch",
]

_HOME_OF: Final = {
    "Answer": "mimika.predict.recogniser",
    "EMOTIONS": "mimika.emotions",
    "Face": "mimika.predict.face",
    "FaceDataset": "mimika.training.dataset",
    "Faces": "mimika.data.faces",
    "Ledger": "mimika.study.ledger",
    "MimikaError": "mimika.errors",
    "Recipe": "mimika.recipe",
    "Recogniser": "mimika.predict.recogniser",
    "Record": "mimika.record",
    "Stage": "mimika.study.stages",
    "Study": "mimika.study.stages",
    "draw_faces": "mimika.data.drawn",
    "load": "mimika.predict.recogniser",
    "read": "mimika.data.store",
    "train": "mimika.training.train",
    "watch": "mimika.predict.video",
}


def run_study(
    study: "Study | Path | str", faces: "Faces | Path | str", out: "Path | str", *, watch: "Watch | None" = None
) -> "Ledger":
    """Run what the ledger in `out` lacks of a study, stage by stage, and return it complete.

    Args:
        study: a `Study`, the name of one that mimika ships (`quick`, `staged`, `reference`, `beyond`, `teachers`), or a
            TOML file.
        faces: train and validation, as `read` and `draw_faces` give them; a path or a word is read.
        out: the study's folder; the same call again continues what it finds there.
        watch: told about each run as it goes.

    Raises:
        RecipeError: when no such study exists.
        RunError: when another process is running a study in `out`.
        ExtraMissing: when PyTorch, or what else training needs, is not installed.
    """
    from functools import partial
    from pathlib import Path

    from mimika.errors import require_training

    require_training("mimika.run_study")
    from mimika.data.store import read
    from mimika.study.stages import read_study
    from mimika.study.study import run_study as run
    from mimika.training.train import train

    described = read_study(str(study)) if isinstance(study, Path | str) else study
    faces = read(faces) if isinstance(faces, Path | str) else faces
    return run(described, faces, Path(out), partial(train, watch=watch))


def __getattr__(name: str) -> object:
    if name in _HOME_OF:
        if name in {"FaceDataset", "train"}:
            from mimika.errors import ExtraMissing, require, require_training

            try:
                require_training("mimika.train") if name == "train" else require("torch", "train", f"mimika.{name}")
            except ExtraMissing as missing:
                return _absent(name, str(missing))
        found: object = getattr(import_module(_HOME_OF[name]), name)
        return found
    raise AttributeError(f"module 'mimika' has no attribute {name!r}; it has {', '.join(__all__)}")


def _absent(name: str, told: str) -> type:
    """What stands for a name whose extra is not installed: to be listed and imported; used, it says what is missing."""

    def refuse(*_: object, **__: object) -> NoReturn:
        from mimika.errors import ExtraMissing

        raise ExtraMissing(told)

    return type(name, (), {"__doc__": told, "__new__": refuse})


def __dir__() -> list[str]:
    return sorted(__all__)

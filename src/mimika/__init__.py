"""mimika: a workbench for facial-expression recognition on FER2013.

    mimika.load(network=None)               a recogniser: faces on pictures         predict.recogniser
    mimika.Recogniser                       its predict and answers                 predict.recogniser
    mimika.Face                             a box, an expression, probabilities     predict.face
    mimika.read(source)                     faces from any copy of FER2013          data.store
    mimika.draw_faces(n, seed=…)            faces drawn from action units           data.drawn
    mimika.Faces                            images, emotions, splits; pandas        data.faces
    mimika.FaceDataset(faces, transform)    a torch Dataset for your own loop       training.dataset
    mimika.Recipe                           what a run is                           recipe
    mimika.train(recipe, faces, out)        one run, to its record                  training.train
    mimika.Record                           what a run left                         record
    mimika.run_study(study, faces, out)     stage after stage, to the ledger        study
    mimika.Ledger                           the finished runs of a study            study.ledger
    mimika.MimikaError                      every mistake a user can make           errors

Every name loads its module on first use, so importing mimika costs next to nothing, and what needs no PyTorch never
loads it.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from mimika.data.drawn import draw_faces
    from mimika.data.faces import Faces
    from mimika.data.store import read
    from mimika.errors import MimikaError
    from mimika.predict.face import Face
    from mimika.predict.recogniser import Recogniser, load
    from mimika.recipe import Recipe
    from mimika.record import Record
    from mimika.study.ledger import Ledger
    from mimika.study.stages import Study
    from mimika.training.dataset import FaceDataset
    from mimika.training.train import train

__version__: Final = version("mimika")

__all__ = [
    "Face",
    "FaceDataset",
    "Faces",
    "Ledger",
    "MimikaError",
    "Recipe",
    "Recogniser",
    "Record",
    "__version__",
    "draw_faces",
    "load",
    "read",
    "run_study",
    "train",
]

_HOME_OF: Final = {
    "Face": "mimika.predict.face",
    "FaceDataset": "mimika.training.dataset",
    "Faces": "mimika.data.faces",
    "Ledger": "mimika.study.ledger",
    "MimikaError": "mimika.errors",
    "Recipe": "mimika.recipe",
    "Recogniser": "mimika.predict.recogniser",
    "Record": "mimika.record",
    "draw_faces": "mimika.data.drawn",
    "load": "mimika.predict.recogniser",
    "read": "mimika.data.store",
    "train": "mimika.training.train",
}

_OF_THE_TRAIN_EXTRA: Final = {"FaceDataset", "train"}


def run_study(study: "Study | str", faces: "Faces", out: "Path | str") -> "Ledger":
    """Run what the ledger in `out` lacks of a study, stage by stage, and return it complete.

    Args:
        study: a `Study`, the name of one that mimika ships (`quick`, `staged`, `reference`, `beyond`, `teachers`), or a
            TOML file.
        faces: train and validation, as `read` and `draw_faces` give them.
        out: the study's folder; the same call again continues what it finds there.

    Raises:
        RecipeError: when no such study exists.
        RunError: when another process is running a study in `out`.
        ExtraMissing: when PyTorch, or what else training needs, is not installed.
    """
    from pathlib import Path

    from mimika.errors import require_training

    require_training("mimika.run_study")
    from mimika.study.stages import read_study
    from mimika.study.study import run_study as run
    from mimika.training.train import train

    return run(read_study(study) if isinstance(study, str) else study, faces, Path(out), train)


def __getattr__(name: str) -> object:
    if name in _HOME_OF:
        if name in _OF_THE_TRAIN_EXTRA:
            from mimika.errors import require, require_training

            if name == "train":
                require_training("mimika.train")
            require("torch", "train", f"mimika.{name}")
        found: object = getattr(import_module(_HOME_OF[name]), name)
        return found
    raise AttributeError(f"module 'mimika' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)

"""One picture of each kind, drawn from drawn faces and made-up records, and small copies of them to compare with.

After a change that is meant, or with another matplotlib than constraints.txt has, look at the new pictures and renew
the references, from the top of the repository:

    python -m tests.figures.pictures            # all
    python -m tests.figures.pictures curves     # some
"""

import io
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Final

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from mimika.data.drawn import draw_faces
from mimika.data.faces import Faces
from mimika.emotions import EMOTIONS
from mimika.figures import data, judging, networks, training
from mimika.figures.cost import CostPoint, cost
from mimika.figures.embedding import embedding
from mimika.figures.gradients import gradients
from mimika.figures.looking import looking
from mimika.figures.mistakes import mistakes
from mimika.figures.path import path
from mimika.figures.path_layout import PathPoint, PathStage
from mimika.metrics import confusion, wilson_interval
from mimika.recipe import Recipe, ResidualArchitecture
from mimika.recipes import named
from mimika.record import Predictions, Record
from tests.records import make_predictions, make_record

REFERENCES: Final = Path(__file__).parent / "references"

SMALL: Final = 64
"""Dots an inch of a reference: a third of a PNG's, at which a face of a sheet has its own pixels."""


def small(figure: Figure) -> npt.NDArray[np.uint8]:
    """A figure as a reference keeps it: RGB uint8 (height, width, 3) on white, its letters left out.

    Letters have the room they need, but what they look like changes with matplotlib's fonts and hinting; what they say
    is the other tests' concern.
    """
    for text in figure.findobj(Text):
        text.set_alpha(0)
    drawn = io.BytesIO()
    with matplotlib.rc_context({"savefig.facecolor": "white"}):
        figure.savefig(drawn, format="png", dpi=SMALL)
    return np.asarray(Image.open(drawn).convert("RGB"))


def write(names: Iterable[str]) -> None:
    """Write references anew."""
    REFERENCES.mkdir(exist_ok=True)
    for name in names:
        Image.fromarray(small(PICTURES[name]())).save(REFERENCES / f"{name}.png", optimize=True)


@cache
def faces() -> Faces:
    """Seventy drawn faces."""
    return draw_faces(70, seed=0)


@cache
def predictions() -> Predictions:
    """Answers on made-up validation faces."""
    return make_predictions(faces=700)


def record(name: str = "cnn5+batch_norm", **fields: object) -> Record:
    """A made-up run with gradients in the layers of its head, too."""
    made = make_record(name, **{"accuracy": 0.62, "train_accuracy": 0.95, "best_epoch": 6, "faces": 700, **fields})
    return made.model_copy(update={"gradient_norms": {**made.gradient_norms, "linear1": 0.05, "linear2": 0.4}})


def _embedding() -> Figure:
    draw = np.random.default_rng(0)
    emotions = predictions().emotions
    centres = draw.normal(0, 1.4, (7, 16))
    return embedding(centres[emotions] + draw.normal(0, 1.2, (len(emotions), 16)), emotions, "cnn5")


def _looking() -> Figure:
    y, x = np.mgrid[:48, :48]
    maps = {
        emotion: 0.3 * np.exp(-((y - 14 - 4 * number) ** 2 + (x - 24) ** 2) / 60) - 0.05
        for number, emotion in enumerate(EMOTIONS)
    }
    return looking(data.means_of(faces()), maps, dict.fromkeys(EMOTIONS, 5), "cnn5")


def _mistakes() -> Figure:
    few = make_predictions(0.4, faces=70)
    return mistakes(faces().pixels, few.emotions, few.probabilities, most=8)


def _table() -> npt.NDArray[np.int64]:
    return confusion(predictions().emotions, predictions().probabilities.argmax(axis=1))


_REACHED: Final = {"cnn1": 0.49, "cnn3": 0.54, "cnn5": 0.58, "cnn5+dropout": 0.6, "cnn5+batch_norm": 0.63}


def _path() -> Figure:
    points = [
        PathPoint(name=name, accuracy=reached, interval=wilson_interval(reached, 700), winner=name == winner)
        for names, winner in ((list(_REACHED)[:3], "cnn5"), (list(_REACHED)[2:], _WINNER))
        for name, reached in ((name, _REACHED[name]) for name in names)
    ]
    return path(
        [
            PathStage(title="depth", points=points[:3]),
            PathStage(title="regularization", points=points[3:], base="cnn5"),
        ]
    )


_WINNER: Final = "cnn5+batch_norm"


def _cost() -> Figure:
    return cost(
        [
            CostPoint(
                name=name,
                accuracy=reached,
                interval=wilson_interval(reached, 700),
                parameters=1_000_000 * (3 + place),
                multiply_adds=20_000_000 * (1 + place),
                seconds=600.0 * (1 + place % 3),
                winner=name == _WINNER,
            )
            for place, (name, reached) in enumerate(_REACHED.items())
        ]
    )


def _runs() -> dict[str, Record]:
    return {name: record(name, accuracy=reached) for name, reached in _REACHED.items()}


def _seeds() -> Figure:
    return training.seeds(
        {
            name: [
                record(
                    name,
                    accuracy=_REACHED[name] + apart * place,
                    seed=42 + place,
                    epochs=9 + place,
                    best_epoch=5 + place,
                )
                for place in range(3)
            ]
            for name, apart in (("cnn3", 0.004), ("cnn5", 0.015))
        }
    )


PICTURES: Final[dict[str, Callable[[], Figure]]] = {
    "distribution": lambda: data.distribution(faces().counts),
    "face_sheet": lambda: data.face_sheet(faces(), per_emotion=4),
    "mean_faces": lambda: data.mean_faces(faces()),
    "variance_faces": lambda: data.variance_faces(faces()),
    "gray_levels": lambda: data.gray_levels(faces()),
    "embedding": _embedding,
    "drawing": lambda: networks.drawing(named("cnn5+batch_norm+dropout+attention+skip")),
    "drawing_residual": lambda: networks.drawing(
        Recipe(
            name="deep",
            architecture=ResidualArchitecture(stem=24, stages=(40, 80, 128, 192), blocks=2, kernel=5, dropout=0.3),
        )
    ),
    "path": _path,
    "cost": _cost,
    "curves": lambda: training.curves(record(), "overfits"),
    "curve_grid": lambda: training.curve_grid(_runs(), dict.fromkeys(_REACHED, "overfits")),
    "seeds": _seeds,
    "gradients": lambda: gradients(record()),
    "confusion": lambda: judging.confusion(_table()),
    "recall_bars": lambda: judging.recall_bars(_table()),
    "reliability": lambda: judging.reliability(predictions().probabilities, predictions().emotions),
    "mistakes": _mistakes,
    "confused_pairs": lambda: judging.confused_pairs(_table()),
    "looking": _looking,
}


if __name__ == "__main__":
    write(sys.argv[1:] or PICTURES)

"""The study's pictures for the page: hands the numbers to `figures` and takes each drawing as inline SVG."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mimika.emotions import EMOTIONS
from mimika.errors import require
from mimika.metrics import confusion
from mimika.recipe import Architecture, ResidualArchitecture
from mimika.record import Predictions, Record
from mimika.report.blocks import Picture
from mimika.report.reading import Reading
from mimika.report.reference import figure_for, is_fer2013
from mimika.study.study import StageOutcome
from mimika.training.fit import check_fit

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def path(outcomes: Sequence[StageOutcome], stages: Sequence[Sequence[Reading]]) -> Picture:
    """Stages as columns, every network at its accuracy, the winners joined; the reference beside ours on FER2013."""
    return _picture(path_figure(outcomes, stages))


def path_figure(outcomes: Sequence[StageOutcome], stages: Sequence[Sequence[Reading]]) -> "Figure":
    """The same as a figure, to be saved for a README."""
    _needed()
    from mimika.figures.path import PathPoint, PathStage
    from mimika.figures.path import path as draw

    drawn = []
    for outcome, readings in zip(outcomes, stages, strict=True):
        points = []
        for reading in readings:
            figure = figure_for(reading.candidate.recipe) if is_fer2013(reading.records[0].data) else None
            points.append(
                PathPoint(
                    name=reading.name,
                    accuracy=reading.candidate.accuracy,
                    interval=reading.candidate.interval,
                    winner=reading.standing.wins and not outcome.missing,
                    reference=figure.validation if figure else None,
                )
            )
        if points:
            drawn.append(PathStage(title=outcome.stage.name, points=tuple(points)))
    return draw(drawn)


def curves(readings: Sequence[Reading]) -> Picture:
    """The learning curves of a stage's networks, a panel each, of the run whose fit is told."""
    _needed()
    from mimika.figures.training import curve_grid

    several = max(len(reading.records) for reading in readings) > 1
    return _picture(
        curve_grid(
            {reading.name: reading.typical for reading in readings},
            {reading.name: reading.verdict for reading in readings},
        ),
        "Of several seeds, the first run with the network's verdict." if several else "",
    )


def curves_of(records: dict[str, Record]) -> Picture:
    """The learning curves of any runs, by the names they are given."""
    _needed()
    from mimika.figures.training import curve_grid

    return _picture(curve_grid(records, {name: check_fit(record).verdict for name, record in records.items()}))


def drawing(architecture: Architecture | ResidualArchitecture) -> Picture:
    """A network layer by layer."""
    _needed()
    from mimika.figures.networks import drawing as draw

    return _picture(draw(architecture))


def judging(record: Record, predictions: Predictions) -> tuple[Picture, Picture, Picture, Picture]:
    """Confusion, recall with precision, reliability and confused pairs of one run on the validation faces."""
    _needed()
    from mimika.figures import judging as draw

    table = confusion(predictions.emotions, predictions.probabilities.argmax(axis=1))
    return (
        _picture(draw.confusion(table, _most_mistaken(table))),
        _picture(draw.recall_bars(record.scores.recall, record.scores.precision)),
        _picture(draw.reliability(predictions.probabilities, predictions.emotions)),
        _picture(draw.confused_pairs(table)),
    )


def mistakes(folder: Path) -> Picture | None:
    """The sheet of surest mistakes that a run left in its folder, if it is there."""
    path = folder / "mistakes.png"
    if not path.is_file():
        return None
    return Picture(
        caption="The wrong answers it was surest of, with the given label and the answer.", png=path.read_bytes()
    )


def cost(readings: Sequence[Reading], chosen: str) -> Picture:
    """Accuracy against parameters, multiply-adds and seconds, with the front that nothing beats at less cost."""
    return _picture(cost_figure(readings, chosen))


def cost_figure(readings: Sequence[Reading], chosen: str) -> "Figure":
    """The same as a figure."""
    _needed()
    from mimika.figures.networks import CostPoint
    from mimika.figures.networks import cost as draw

    points = [
        CostPoint(
            name=reading.name,
            accuracy=reading.candidate.accuracy,
            interval=reading.candidate.interval,
            parameters=reading.candidate.parameters,
            multiply_adds=reading.multiply_adds,
            seconds=reading.seconds,
            winner=reading.name == chosen,
        )
        for reading in readings
    ]
    return draw(points)


def _most_mistaken(table: npt.NDArray[np.int64]) -> str:
    """Which emotion is taken for which other in the largest share of its faces."""
    shares = table / np.maximum(1, table.sum(axis=1, keepdims=True))
    np.fill_diagonal(shares, 0)
    given, taken = (int(index) for index in np.unravel_index(int(shares.argmax()), shares.shape))
    share = f"{100 * shares[given, taken]:.0f} %"
    return f"{EMOTIONS[given].capitalize()} is taken for {EMOTIONS[taken]} in {share} of its faces"


def _needed() -> None:
    require("matplotlib", "figures", "the page with its pictures")


def _picture(figure: "Figure", caption: str = "") -> Picture:
    from mimika.figures.style import to_svg

    return Picture(svg=to_svg(figure), caption=caption)

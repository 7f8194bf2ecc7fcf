"""The study's pictures for the page: hands the numbers to `figures` and takes each drawing as inline SVG."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mimika.data.known import is_official
from mimika.language import ENGLISH, Texts
from mimika.metrics import confusion
from mimika.recipe import Recipe
from mimika.record import MISTAKES, Predictions, Record
from mimika.report.blocks import Picture
from mimika.report.reading import Reading
from mimika.report.reference import choice, figure_for
from mimika.study.choose import Standing
from mimika.study.study import StageOutcome
from mimika.training.fit import verdict_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def path_figure(
    outcomes: Sequence[StageOutcome], stages: Sequence[Sequence[Reading]], texts: Texts = ENGLISH
) -> "Figure":
    """Stages as columns, each base joined to the stage's winner; the reference beside ours on FER2013."""
    from mimika.figures.path import path as draw
    from mimika.figures.path_layout import PathPoint, PathStage

    columns = []
    for outcome, readings in zip(outcomes, stages, strict=True):
        base = outcome.base.name if outcome.base else ""
        tried = [base, *outcome.stage.changes(base)]
        points = []
        for reading in sorted(readings, key=lambda reading: tried.index(reading.name)):
            figure = figure_for(reading.candidate.recipe) if is_official(reading.records[0].data) else None
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
            columns.append(
                PathStage(
                    title=texts.name_of(outcome.stage.name),
                    points=tuple(points),
                    base=base,
                    reference=choice(outcome) or "",
                )
            )
    return draw(columns, texts)


def curves_figure(readings: Sequence[Reading], texts: Texts = ENGLISH) -> "Figure":
    """The learning curves of a stage's networks, a panel each, of the run whose fit is told; headed with the means."""
    from mimika.figures.training import curve_grid

    return curve_grid(
        {reading.name: reading.typical for reading in readings},
        {reading.name: texts.name_of(reading.verdict) for reading in readings},
        texts,
        means={reading.name: (reading.candidate.accuracy, reading.gap) for reading in readings},
    )


def curves_of(records: dict[str, Record]) -> Picture:
    """The learning curves of any runs, by the names they are given."""
    from mimika.figures.training import curve_grid

    return drawn(curve_grid(records, {name: verdict_of(record) for name, record in records.items()}))


def trainings(readings: Sequence[Reading], texts: Texts = ENGLISH) -> list[Picture]:
    """How a stage's networks were trained: their curves, and where they have several seeds these on one another."""
    from mimika.figures.training import seeds

    several = {reading.name: reading.records for reading in readings if len(reading.records) > 1}
    if not several:
        return [drawn(curves_figure(readings, texts))]
    return [drawn(curves_figure(readings, texts), texts.tell("curves.several")), drawn(seeds(several, texts))]


def drawing(recipe: Recipe, texts: Texts = ENGLISH) -> Picture:
    """A network layer by layer."""
    from mimika.figures.networks import drawing as draw

    return drawn(draw(recipe, texts))


def judging(predictions: Predictions, texts: Texts = ENGLISH) -> tuple[Picture, Picture, Picture, Picture]:
    """Confusion, recall with precision, reliability and confused pairs of one run on the validation faces."""
    from mimika.figures import judging as draw

    table = confusion(predictions.emotions, predictions.answers)
    return (
        drawn(draw.confusion(table, texts=texts)),
        drawn(draw.recall_bars(table, texts)),
        drawn(draw.reliability(predictions.probabilities, predictions.emotions, texts)),
        drawn(draw.confused_pairs(table, texts=texts)),
    )


def mistakes(folder: Path, texts: Texts = ENGLISH) -> Picture | None:
    """The sheet of surest mistakes that a run left in its folder, if it is there."""
    path = folder / MISTAKES
    if not path.is_file():
        return None
    return Picture(caption=texts.tell("mistakes.caption"), png=path.read_bytes())


def cost_figure(readings: Sequence[Reading], standings: Sequence[Standing], texts: Texts = ENGLISH) -> "Figure":
    """Accuracy against parameters, multiply-adds and seconds, with the front that nothing beats at less cost.

    `standings`: of the same networks, tested against the chosen one.
    """
    from mimika.figures.cost import CostPoint
    from mimika.figures.cost import cost as draw

    of = {standing.candidate: standing for standing in standings}
    points = [
        CostPoint(
            name=reading.name,
            accuracy=reading.candidate.accuracy,
            interval=reading.candidate.interval,
            parameters=reading.candidate.parameters,
            multiply_adds=reading.multiply_adds,
            seconds=reading.seconds,
            winner=of[reading.candidate].p_value is None,
            ties=of[reading.candidate].ties,
        )
        for reading in readings
    ]
    return draw(points, texts)


def drawn(figure: "Figure", caption: str = "") -> Picture:
    """A figure as it stands in the page."""
    from mimika.figures.style import to_svg

    return Picture(svg=to_svg(figure), caption=caption)

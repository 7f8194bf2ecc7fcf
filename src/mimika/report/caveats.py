"""How much a figure is worth: the reference beside it, chance, seeds, twins; numbers into sentences."""

from collections.abc import Sequence
from statistics import median
from typing import Final

from mimika.language import ENGLISH, Texts
from mimika.record import Record
from mimika.report.fitting import mixed
from mimika.report.reading import Reading
from mimika.report.reference import Difference, Figure, standard_error
from mimika.report.sentences import standing
from mimika.study.choose import TIE_ABOVE, Standing
from mimika.training.fit import Verdict

_DISTURBED_FROM: Final = 3
"""An epoch that took so many times the median of its run's was not alone on the machine; resizing makes less of it."""


def agreement(differences: Sequence[Difference], texts: Texts = ENGLISH) -> str:
    """In how many networks our figure and the reference's agree."""
    higher = sum(one.differs and one.difference > 0 for one in differences)
    lower = sum(one.differs and one.difference < 0 for one in differences)
    agreeing = len(differences) - higher - lower
    return texts.tell("agreement", networks=len(differences), agreeing=agreeing, higher=higher, lower=lower)


def apart(reading: Reading, figure: Figure, difference: Difference, texts: Texts = ENGLISH) -> tuple[str, str]:
    """A network whose figure differs from the reference's, and what in its runs may explain it."""
    told = {
        "accuracy": reading.candidate.accuracy,
        "size": difference.difference,
        "theirs": figure.validation,
        "why": _why(reading, figure, texts),
    }
    above = difference.difference > 0
    return f"`{reading.name}`", texts.tell("apart.above", **told) if above else texts.tell("apart.below", **told)


def certainty(chosen: Reading, texts: Texts = ENGLISH) -> str:
    """How far chance in the faces moves the chosen network's figure, and how networks are compared."""
    low, high = chosen.candidate.interval
    return texts.tell(
        "certainty",
        accuracy=chosen.candidate.accuracy,
        name=chosen.name,
        faces=chosen.faces,
        error=standard_error(chosen.candidate.accuracy, chosen.faces),
        low=low,
        high=high,
        limit=TIE_ABOVE,
    )


def seeds(networks: Sequence[Reading], texts: Texts = ENGLISH) -> str:
    """What training again with another seed changes."""
    spreads = {one.name: one.candidate.spread for one in networks if one.candidate.spread is not None}
    if not spreads:
        return texts.tell("seeds.one")
    ordered = sorted(spreads, key=lambda name: spreads[name])
    return texts.tell(
        "seeds",
        seeds=len(networks[0].records),
        least=spreads[ordered[0]],
        steadiest=ordered[0],
        most=spreads[ordered[-1]],
        shakiest=ordered[-1],
    )


def machines(networks: Sequence[Reading], texts: Texts = ENGLISH) -> str:
    """That the runs come from different machines, where they do."""
    kinds = dict.fromkeys(kind for one in networks for kind in one.machines)
    if len(kinds) < 2:
        return ""
    told = [f"{device} ({precision})" for device, precision in kinds]
    if any(len(one.machines) > 1 for one in networks):
        alike = len({one.machines[0] for one in networks}) == 1
        return texts.tell("machines", machines=told) + ("" if alike else texts.tell("machines.times"))
    return texts.tell("machines.between", machines=told)


def commits(networks: Sequence[Reading], texts: Texts = ENGLISH) -> str:
    """That the runs come from unlike versions of the code, where they do."""
    known = {record.machine.commit for one in networks for record in one.records}
    return texts.tell("commits", commits=len(known)) if len(known) > 1 else ""


def times(networks: Sequence[Reading], texts: Texts = ENGLISH) -> str:
    """That the machine did other work during some runs, where epochs of one run differ by more than its sizes do."""
    runs = [record for one in networks for record in one.records]
    disturbed = sum(map(_disturbed, runs))
    return texts.tell("times", disturbed=disturbed, runs=len(runs)) if disturbed else ""


def twins(chosen: Reading, turned: Sequence[tuple[str, str, Standing]], texts: Texts = ENGLISH) -> str:
    """The figure with and without the faces that train has too.

    `turned` has the stages that would have another winner without them: stage, winner, the other.
    """
    candidate = chosen.candidate
    number = int(candidate.twins.sum())
    if number == 0:
        return texts.tell("twins.none")
    told = [
        texts.tell(
            "twins",
            twins=number,
            faces=chosen.faces,
            name=chosen.name,
            accuracy=candidate.accuracy_without_twins,
            change=candidate.accuracy_without_twins - candidate.accuracy,
        )
    ]
    told += [
        texts.tell(
            "twins.turned",
            other=other.candidate.name,
            stage=texts.name_of(stage),
            winner=winner,
            standing=standing(other, texts),
        )
        for stage, winner, other in turned
    ]
    return " ".join(told if turned else [*told, texts.tell("twins.not_turned")])


def overtaken(chosen: Reading, better: Standing | None, texts: Texts = ENGLISH) -> str:
    """That a network of an earlier stage stands above the chosen one, and whether they can be told apart."""
    if better is None:
        return ""
    return texts.tell(
        "overtaken",
        better=better.candidate.name,
        reached=better.candidate.accuracy,
        accuracy=chosen.candidate.accuracy,
        standing=standing(better, texts),
    )


def limits(networks: Sequence[Reading], *, official: bool, test: bool = True, texts: Texts = ENGLISH) -> str:
    """What the study cannot say; `test`: whether there may be a test split."""
    picked = [len(run.epochs) for one in networks for run in one.records if run.recipe.keep == "best"]
    return (
        texts.tell("limits", networks=len(networks))
        + (texts.tell("limits.test") if test else texts.tell("limits.no_test"))
        + (texts.tell("limits.epochs", epochs=picked) if max(picked, default=0) > 1 else "")
        + texts.tell("limits.elsewhere")
        + (texts.tell("limits.labels") if official else "")
    )


def _why(reading: Reading, figure: Figure, texts: Texts) -> str:
    moves = reading.candidate.recipe.augmentation
    if all(verdict is Verdict.COLLAPSED for verdict in reading.verdicts):
        return texts.tell("why.collapsed")
    if Verdict.COLLAPSED in reading.verdicts:
        return mixed(reading, texts)
    if figure.collapsed:
        return texts.tell("why.theirs_collapsed")
    if moves:
        return texts.tell(
            "why.moves",
            turns=moves.rotation_degrees,
            shifts=100 * moves.shift,
            sizes=100 * moves.scale,
            epochs=[len(record.epochs) for record in reading.records],
        )
    return "" if figure.train is None else texts.tell("why.train", ours=reading.train_accuracy, theirs=figure.train)


def _disturbed(record: Record) -> bool:
    seconds = [row.seconds for row in record.epochs[1:]]  # the first one also starts the machinery
    return bool(seconds) and max(seconds) > _DISTURBED_FROM * median(seconds)

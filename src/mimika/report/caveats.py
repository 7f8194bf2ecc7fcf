"""How much a figure is worth: the reference beside it, chance, seeds, twins, the test split; numbers into sentences."""

import math
import shlex
from collections.abc import Sequence
from typing import Final

from mimika.record import Record, SealedResult
from mimika.report.reading import Reading
from mimika.report.reference import Difference, Figure, standard_error
from mimika.report.sentences import code
from mimika.study.choose import TIE_ABOVE
from mimika.training.fit import Verdict
from mimika.wording import counted, duration, interval, percent, points, signed, words

REFERENCE_CAVEAT: Final = (
    "The standard error of a difference takes both figures as drawn independently. Both networks saw the same faces, "
    "so for chance in the faces it is rather too large; chance in the seed it leaves out. Both give the accuracy of "
    "the best epoch. How the reference measured train accuracy is not recorded; ours is measured again with the kept "
    "weights, without augmentation and dropout."
)


def agreement(differences: Sequence[Difference]) -> str:
    """In how many networks our figure and the reference's agree."""
    if not differences:
        return "None of these networks has a figure in the reference."
    higher = sum(one.differs and one.difference > 0 for one in differences)
    lower = sum(one.differs and one.difference < 0 for one in differences)
    agree = len(differences) - higher - lower
    return (
        f"Of {counted(len(differences), 'network')}, {_some(agree, 'agrees', 'agree')} with the reference within two "
        f"standard errors of the difference; {_some(higher, 'is', 'are')} higher here, {_some(lower, 'is', 'are')} "
        "lower."
    )


def apart(reading: Reading, figure: Figure, difference: Difference) -> tuple[str, str]:
    """A network whose figure differs from the reference's, and what in its runs may explain it."""
    size = f"{points(difference.difference)} {'above' if difference.difference > 0 else 'below'}"
    return code(reading.name), (
        f"{percent(reading.candidate.accuracy)}, {size} the reference's {percent(figure.validation)} "
        f"({abs(difference.difference) / difference.standard_error:.1f} standard errors). {_why(reading, figure)}"
    )


def certainty(chosen: Reading) -> str:
    """How far chance in the faces moves the chosen network's figure, and how networks are compared."""
    candidate = chosen.candidate
    low, high = candidate.interval
    return (
        f"The {percent(candidate.accuracy)} of {code(chosen.name)} is a share of {chosen.faces:,} faces: one standard "
        f"error is {points(standard_error(candidate.accuracy, chosen.faces))}, and the 95 % interval runs from "
        f"{percent(low)} to {percent(high)}. Networks are compared on the same faces, pair by pair, with a bootstrap "
        f"over the faces that is adjusted for the comparisons of a stage (Holm). Where p is above {TIE_ABOVE:.2f}, the "
        "page says *tie*."
    )


def seeds(networks: Sequence[Reading]) -> str:
    """What training again with another seed changes."""
    spreads = {one.name: one.candidate.spread for one in networks if one.candidate.spread is not None}
    if not spreads:
        return (
            "Each network was trained once. What another seed would change was not measured: intervals and tests cover "
            "the choice of faces only, so a small lead may turn with the next seed."
        )
    ordered = sorted(spreads, key=lambda name: spreads[name])
    return (
        f"Each network was trained with {counted(len(networks[0].records), 'seed')}. The standard deviation of its "
        f"accuracy over them runs from {100 * spreads[ordered[0]]:.1f} ({code(ordered[0])}) to "
        f"{points(spreads[ordered[-1]])} ({code(ordered[-1])}). The tests count in what the seeds move beyond single "
        "faces, estimated from all networks of a stage together; the intervals cover the choice of faces only."
    )


def twins(chosen: Reading, turned: Sequence[tuple[str, str, str]]) -> str:
    """The figure with and without the faces that train has too.

    `turned` has the stages that would have another winner without them: stage, winner, the other.
    """
    candidate = chosen.candidate
    number = int(candidate.twins.sum())
    if number == 0:
        return "No validation face has an identical twin in train."
    change = signed(candidate.accuracy_without_twins - candidate.accuracy)
    told = [
        f"{number:,} of the {chosen.faces:,} validation faces have an identical twin in train. Without them "
        f"{code(chosen.name)} reaches {percent(candidate.accuracy_without_twins)} ({change})."
    ]
    told += [
        f"{code(other)} would have come first in {stage}, before {code(winner)}." for stage, winner, other in turned
    ]
    return " ".join(told if turned else [*told, "No stage would have another winner."])


def overtaken(chosen: Reading, better: Reading | None) -> str:
    """That a network of an earlier stage stands above the chosen one."""
    if better is None:
        return ""
    return (
        f"The chosen network came first in the last stage, but {code(better.name)} of an earlier one has a higher "
        f"accuracy: {percent(better.candidate.accuracy)} against {percent(chosen.candidate.accuracy)}."
    )


def limits(networks: int, *, official: bool) -> str:
    """What the study cannot say."""
    labels = " People agree with the labels of FER2013 on 65 ± 5 % of its faces." if official else ""
    return (
        f"What the study cannot say: the first of {counted(networks, 'network')} was chosen on the very validation "
        "faces that give its figure, so the figure leans upwards, and only the test split tells by how much. It says "
        f"nothing about faces from elsewhere, nor about what a person feels: the labels name expressions.{labels}"
    )


def still_sealed(folder: str, call: str = "") -> str:
    """That nobody has seen the test split yet; `call` made the study, and faces cut there are cut here as well."""
    command, made = ["mimika", "final", folder, "--data", "DATA"], shlex.split(call)
    if "--validation" in made:
        command += ["--validation", made[made.index("--validation") + 1]]
    return (
        "Sealed: no training, no choice and no figure on this page has seen it. "
        f"`{shlex.join(command)}` opens it for the chosen network, once."
    )


def opened(sealed: SealedResult, chosen: Reading | None) -> str:
    """What the test split said, when, and how often it was asked."""
    first, last, times = sealed.opened[0], sealed.opened[-1], len(sealed.opened)
    when = (
        f"Opened on {first:%Y-%m-%d}, once."
        if times == 1
        else f"Opened {words(times)} times, first on {first:%Y-%m-%d}, last on {last:%Y-%m-%d}. The first gave "
        f"{percent(sealed.first_accuracy)}, the only figure that nothing could have been fitted to."
    )
    twinless = (
        f", {percent(sealed.accuracy_without_twins)} without the {sealed.twins:,} that have an identical twin in train"
        if sealed.twins
        else ""
    )
    told = [
        when,
        f"{code(sealed.network)} answers **{percent(sealed.accuracy)}** of {sealed.faces:,} test faces as they are "
        f"labelled (95 %: {interval(sealed.interval)}){twinless}; macro F1 {sealed.macro_f1:.3f}, expected calibration "
        f"error {points(sealed.calibration_error)}.",
    ]
    if chosen is not None and all(record.key != sealed.key for record in chosen.records):
        told.append(
            f"It was opened for another run than those of {code(chosen.name)}, which this page shows as chosen."
        )
    elif chosen is not None:
        run = next(record for record in chosen.records if record.key == sealed.key)
        difference = sealed.accuracy - run.scores.validation_accuracy
        told.append(
            f"That is {points(difference)} {'more' if difference > 0 else 'less'} than this run's on validation."
        )
    return " ".join(told)


def total(records: Sequence[Record]) -> str:
    """How much was trained in all, and when it was finished."""
    first, last = min(one.finished for one in records), max(one.finished for one in records)
    when = f"on {first:%Y-%m-%d}" if first.date() == last.date() else f"from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    spent = duration(sum(record.seconds for record in records))
    return f"{counted(len(records), 'run')}, {spent} in all, finished {when}"


def _why(reading: Reading, figure: Figure) -> str:
    moves = reading.candidate.recipe.augmentation
    if reading.verdict is Verdict.COLLAPSED:
        return "Here it collapsed to one class, and its figure is that of a network that learned nothing."
    if figure.collapsed:
        return "The reference's answered one class to everything; here the same network learns."
    if moves:
        return (
            f"The augmentation here is mild (turns up to {moves.rotation_degrees:g}°, shifts up to "
            f"{100 * moves.shift:g} %, sizes up to {100 * moves.scale:g} %) and had {math.ceil(_epochs(reading)):,} "
            "epochs; the reference calls its own too aggressive."
        )
    if figure.train is None:
        return ""
    shown = f"On training faces it has {percent(reading.train_accuracy)} here and {percent(figure.train)} there"
    more = reading.train_accuracy - figure.train
    if abs(more) < 0.02:
        return f"{shown}: memorising does not explain it."
    return f"{shown}: it remembers {'more' if more > 0 else 'less'} of them."


def _epochs(reading: Reading) -> float:
    return sum(len(record.epochs) for record in reading.records) / len(reading.records)


def _some(number: int, one: str, several: str) -> str:
    return f"{words(number) if number else 'none'} {one if number < 2 else several}"

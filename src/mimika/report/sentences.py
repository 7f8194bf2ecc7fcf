"""Numbers into sentences: what a study found, and *evidence, analysis, decision* of each network in each stage.

Pure functions that say what the numbers say and no more. Text is marked as in `blocks`.
"""

from collections.abc import Sequence

from mimika.recipe import Recipe
from mimika.record import Data, Record
from mimika.report.reading import Reading, Worth
from mimika.study.choose import TIE_ABOVE
from mimika.study.stages import Study
from mimika.training.fit import OVERFITS_FROM, Verdict, has_vanished, lacking, still_rising
from mimika.wording import (
    counted,
    gap,
    interval,
    listed,
    magnitude,
    percent,
    points,
    probability,
    scientific,
    signed,
    span,
    words,
)


def code(name: str) -> str:
    """A network's name, marked as such."""
    return f"`{name}`"


def finding(chosen: Reading, networks: int, ties: Sequence[str], better: Reading | None, *, complete: bool) -> str:
    """The study's finding in one sentence.

    Args:
        chosen: the winner of the last stage.
        networks: how many were compared in all.
        ties: names of those in the last stage that are not to be told apart from it.
        better: a network of an earlier stage with a higher accuracy, if there is one.
        complete: whether nothing is missing.
    """
    reached = f"{percent(chosen.candidate.accuracy)} on validation"
    if not complete:
        return f"Not finished yet: so far {code(chosen.name)} leads with {reached}"
    if better is not None:
        return (
            f"The last stage chooses {code(chosen.name)} with {reached}; {code(better.name)} before it reaches "
            f"{percent(better.candidate.accuracy)}"
        )
    alone = (
        "" if not ties else f", a tie with {listed([code(name) for name in ties]) if len(ties) < 3 else _others(ties)}"
    )
    return f"Of {words(networks)} networks, {code(chosen.name)} comes first with {reached}{alone}"


def opening(study: Study, data: Data, chosen: Reading) -> str:
    """What was done, on which faces, and how exact the figure is."""
    candidate = chosen.candidate
    twins = int(candidate.twins.sum())
    twinless = (
        f"; {percent(candidate.accuracy_without_twins)} without the {twins:,} that have an identical twin in train"
        if twins
        else ""
    )
    return (
        f"{counted(len(study.stages), 'stage').capitalize()} ({listed([stage.name for stage in study.stages])}), "
        f"{counted(len(study.seeds), 'seed')} a network, {data.train:,} training faces. {code(chosen.name)} answers "
        f"{percent(candidate.accuracy)} of {chosen.faces:,} validation faces as they are labelled "
        f"(95 %: {interval(candidate.interval)}){twinless}."
    )


def path(accuracies: Sequence[float], reference: Sequence[float]) -> str:
    """The accuracy of each stage's winner, and the reference's where there is one to compare with."""
    ours = " → ".join(f"{100 * accuracy:.1f}" for accuracy in accuracies)
    theirs = " → ".join(f"{100 * accuracy:.1f}" for accuracy in reference)
    return f"From stage to stage the first reaches **{ours}** %" + (f"; in the reference, {theirs}." if theirs else ".")


def evidence(reading: Reading) -> str:
    """What was measured."""
    candidate = reading.candidate
    seeds = "" if candidate.spread is None else f"{len(reading.records)} seeds, ± {100 * candidate.spread:.1f}; "
    best = span([record.best_epoch for record in reading.records])
    last = span([len(record.epochs) for record in reading.records])
    return (
        f"{percent(candidate.accuracy)} on validation ({seeds}95 %: {interval(candidate.interval)}, "
        f"n = {reading.faces:,}), {percent(reading.train_accuracy)} on training faces, a gap of {gap(reading.gap)}; "
        f"best at epoch {best} of {last}."
    )


def analysis(reading: Reading) -> str:
    """What the fit check makes of it, and what its change is worth over the stage's base."""
    return " ".join(filter(None, (f"{reading.verdict_text}: {_fit(reading)}.", _worth(reading))))


def decision(reading: Reading, winner: Reading, following: Recipe | None, next_stage: str | None) -> str:
    """What becomes of the network: it is taken on, ties, or is set aside.

    `following` is the recipe that `next_stage` starts from; both are None after the last stage.
    """
    if reading.standing.wins:
        return f"{_winning(reading, following, next_stage)}."
    behind = f"{points(winner.candidate.accuracy - reading.candidate.accuracy)} behind"
    chance = probability(reading.standing.p_value if reading.standing.p_value is not None else 1.0)
    outcome = (
        f"a tie with {code(winner.name)} ({behind}, {chance}){_lighter(reading, winner)}"
        if reading.standing.ties
        else f"set aside, {behind} {code(winner.name)} ({chance})"
    )
    if _is(reading, following):
        return f"goes on to {next_stage}, because the study names it; by the rule it would be {outcome}."
    return " ".join(filter(None, (f"{outcome}.", _advice(reading))))


def conclusion(readings: Sequence[Reading], missing: Sequence[str], handed_on: str) -> str:
    """What a stage has shown; `handed_on` is the sentence on what it gives to the next, if any."""
    absent = f"{listed([code(name) for name in missing])} {'is' if len(missing) == 1 else 'are'} not finished"
    if not readings:
        return f"None yet: {absent}."
    winner, *others = readings
    reached = percent(winner.candidate.accuracy)
    if missing:
        return f"None yet: {absent}. Of the others {code(winner.name)} leads with {reached}; nothing is decided before."
    based = not winner.changes and any(other.changes for other in others)
    ties = [code(other.name) for other in others if other.standing.ties]
    behind = [
        f"{code(other.name)} ({signed(other.candidate.accuracy - winner.candidate.accuracy)})"
        for other in others
        if not other.standing.ties
    ]
    told = [
        f"{code(winner.name)} has the highest accuracy, {reached}{': the base, no change helped' if based else ''}.",
        f"{listed(ties)} {'ties' if len(ties) == 1 else 'tie'} with it: on {winner.faces:,} faces the paired test does "
        f"not tell {'the two' if len(ties) == 1 else 'them'} apart."
        if ties
        else "",
        f"Further behind than chance in the faces explains: {listed(behind)}." if behind else "",
        fits(readings),
        handed_on,
    ]
    return " ".join(filter(None, told))


def fits(readings: Sequence[Reading]) -> str:
    """What the fit check says of a stage as a whole."""
    told = []
    for verdict in (Verdict.OVERFITS, Verdict.UNDERFITS, Verdict.COLLAPSED, Verdict.FITS):
        those = [one for one in readings if one.verdict is verdict]
        if not those:
            continue
        gaps = sorted(one.gap for one in those)
        by = f", by {100 * gaps[0]:.1f} to {points(gaps[-1])}" if len(those) > 1 else f", by {points(gaps[0])}"
        every = "Both" if len(those) == 2 else f"All {words(len(those))}"
        alike = len(those) == len(readings) > 1 and not any(one.agreeing for one in those)
        who = every if alike else listed([f"{code(one.name)}{one.agreeing}" for one in those])
        told.append(f"{who} {_verb(verdict, several=len(those) > 1)}{by if verdict is Verdict.OVERFITS else ''}.")
    return " ".join(told)


def handing_on(winner: Reading, following: Recipe | None, next_stage: str | None, question: str) -> str:
    """What a stage gives to the next: its base and its question; nothing after the last."""
    if following is None or next_stage is None:
        return ""
    named = "" if _is(winner, following) else ", which the study names,"
    return (
        f"The next stage, {next_stage}, starts from {code(following.name)}{named} and asks: "
        f"{question[:1].lower()}{question[1:]}"
    )


def base(recipe: Recipe, ranked: Recipe | None) -> str:
    """How a stage came to its base; says so where the rule would have chosen another."""
    if ranked is None or ranked.fingerprint == recipe.fingerprint:
        return f"Each variant is one change of {code(recipe.name)}, which is a candidate itself."
    return (
        f"Each variant is one change of {code(recipe.name)}, which the study names and which is a candidate itself. "
        f"**The rule would have chosen otherwise:** {code(ranked.name)} came first in the stage before."
    )


def _others(names: Sequence[str]) -> str:
    return f"{words(len(names))} others"


def _winning(reading: Reading, following: Recipe | None, next_stage: str | None) -> str:
    if next_stage is None:
        return "the chosen network of the study"
    if following is None or _is(reading, following):
        return f"comes first and goes on to {next_stage}"
    return (
        f"comes first by the rule; {next_stage} starts from {code(following.name)} all the same, "
        "because the study names it"
    )


def _fit(reading: Reading) -> str:
    """What the curve of a typical run shows in favour of the verdict."""
    record = reading.typical
    match reading.verdict:
        case Verdict.COLLAPSED:
            emotion, share = max(record.predicted_shares.items(), key=lambda item: item[1])
            told = f"{percent(share)} of the validation faces are called {emotion}; {_gradient(record)}"
        case Verdict.OVERFITS:
            told = _losses(record)
        case Verdict.UNDERFITS:
            still = ", and it was still getting better when it stopped" if still_rising(record) else ""
            told = f"even of the training faces it gets only {percent(record.scores.train_accuracy)} right{still}"
        case Verdict.FITS:
            told = (
                f"{percent(record.scores.train_accuracy)} on training faces is less than {points(OVERFITS_FROM)} above "
                "validation"
            )
    return told + (f" (seed {record.recipe.seed})" if len(reading.records) > 1 else "")


def _losses(record: Record) -> str:
    """What both losses do after the validation loss was lowest."""
    lowest = min(record.epochs, key=lambda row: row.validation_loss)
    last = record.epochs[-1]
    if lowest.epoch == last.epoch:
        return f"the gap opens while the validation loss still falls, to {last.validation_loss:.2f}"
    return (
        f"from epoch {lowest.epoch} to {last.epoch} the validation loss rises from {lowest.validation_loss:.2f} to "
        f"{last.validation_loss:.2f} while the train loss {_moves(lowest.train_loss, last.train_loss)}"
    )


def _moves(before: float, after: float) -> str:
    return f"{'falls' if after < before else 'goes'} from {before:.2f} to {after:.2f}"


def _gradient(record: Record) -> str:
    """How much of the gradient arrives at the first layer."""
    norms = list(record.gradient_norms.items())
    (first, at_first), (last, at_last) = norms[0], norms[-1]
    return (
        f"the gradient has a norm of {scientific(at_last)} at {last} and of {scientific(at_first)} at {first}"
        f"{': it has vanished' if has_vanished(record) else ''}"
    )


def _worth(reading: Reading) -> str:
    """What its changes bring over the base, or that it cannot be told."""
    worth: Worth | None = reading.worth
    if worth is None:
        return ""
    several = len(reading.changes) > 1
    who = listed(reading.changes) if len(reading.changes) < 3 else "its changes"
    who = f"together, {who}" if several else who
    who, test = who[:1].upper() + who[1:], f"paired, {probability(worth.p_value)}"
    if worth.p_value > TIE_ABOVE:
        verb = "make" if several else "makes"
        return (
            f"{who} {verb} no difference to {code(worth.base)} that can be told ({signed(worth.difference)}; {test})."
        )
    if worth.difference > 0:
        return f"{who} {'are' if several else 'is'} worth {points(worth.difference)} over {code(worth.base)} ({test})."
    return f"{who} {'cost' if several else 'costs'} {points(worth.difference)} against {code(worth.base)} ({test})."


def _lighter(reading: Reading, winner: Reading) -> str:
    """Which of two tied networks is the smaller, where they differ."""
    ours, theirs = reading.candidate.parameters, winner.candidate.parameters
    if magnitude(ours) == magnitude(theirs):
        return ", at the same size"
    return f", with {'more' if ours > theirs else 'fewer'} parameters ({magnitude(ours)} against {magnitude(theirs)})"


def _advice(reading: Reading) -> str:
    """What to do about a network that has not learned what it could."""
    if reading.verdict is Verdict.UNDERFITS:
        return "It wants a longer training or a better schedule before it can be judged."
    if reading.verdict is not Verdict.COLLAPSED:
        return ""
    lacks = lacking(reading.candidate.recipe.architecture)
    told = f"{', '.join(lacks)} or a smaller" if lacks else "a smaller"
    return f"{told[:1].upper()}{told[1:]} learning rate may revive it."


def _verb(verdict: Verdict, *, several: bool) -> str:
    if verdict is Verdict.COLLAPSED:
        return f"{'have' if several else 'has'} collapsed to one class"
    return str(verdict).removesuffix("s") if several else str(verdict)


def _is(reading: Reading, recipe: Recipe | None) -> bool:
    return recipe is not None and reading.candidate.recipe.fingerprint == recipe.fingerprint

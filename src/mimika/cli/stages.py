"""What a study says on the terminal: before its first run, where a stage begins, after each run."""

from collections.abc import Sequence

from mimika.data.store import Provenance
from mimika.data.summary import headline
from mimika.errors import RecipeError
from mimika.record import Record
from mimika.study.plan import Plan
from mimika.study.stages import Study
from mimika.study.study import StageOutcome, StudyRun
from mimika.training.fit import verdict_of
from mimika.wording import counted, magnitude, numbered, percent, plain


def opening_lines(study: Study, provenance: Provenance, plan: Plan) -> list[str]:
    """What is said before the first run: the faces, and how many runs there are to do."""
    runs = len(plan.done) + len(plan.missing)
    done = f", {len(plan.done) if plan.missing else 'all'} of them in the ledger already" if plan.done else ""
    seeds = f"seed{'s' if len(study.seeds) > 1 else ''} {', '.join(map(str, study.seeds))}"
    return [
        *headline(provenance),
        f"{counted(len(study.stages), 'stage')}, {counted(runs // len(study.seeds), 'network')}, {seeds}: "
        f"{numbered(runs, 'run')}{done}",
    ]


def replaces(before: StudyRun, study: Study, checksum: str) -> bool:
    """Whether a study takes the place of another on the same faces, rather than going on with the same."""
    return before.checksum == checksum and _trained(before.study) != _trained(study)


def _trained(study: Study) -> list[tuple[str, str | None, object]]:
    """What a study trains in each stage, seeds aside; an open base is told as if it were what all runs share."""
    told: list[tuple[str, str | None, object]] = []
    for stage in study.stages:
        try:
            recipes = stage.recipes(study.base_of(stage) or study.recipe, study.recipe)
        except RecipeError:  # it changes what its base has yet to bring
            told.append((stage.name, stage.base, stage.variants))
        else:
            told.append((stage.name, stage.base, {name: recipe.fingerprint for name, recipe in recipes.items()}))
    return told


def stage_lines(before: Sequence[StageOutcome], stage: StageOutcome, study: Study) -> list[str]:
    """What is said where a stage begins or goes on: how the one before ended, its question, and what it has already."""
    lines = []
    if before and before[-1].winner:
        winner, *others = before[-1].standings
        ties = [standing.candidate.name for standing in others if standing.ties]
        lines.append(f"  {winner.candidate.name} wins{'; a tie with it: ' + ', '.join(ties) if ties else ''}")
    lines += ["", f"{stage.stage.name} · {stage.stage.question}"]
    for standing in stage.standings:
        lines += [run_line(record, stage, study) for record in standing.candidate.records]
    return lines


def run_line(record: Record, stage: StageOutcome, study: Study) -> str:
    """A finished run in one line, under those of its stage."""
    width = max(map(len, stage.stage.recipes(stage.base, study.recipe)))
    seed = f"seed {record.recipe.seed}   " if len(study.seeds) > 1 else ""
    epochs = numbered(len(record.epochs), "epoch")
    return (
        f"  {record.name:<{width}}   {seed}{percent(record.scores.validation_accuracy)}"
        f"   gap {plain(record.scores.gap):>5}   {epochs:>9}   {magnitude(record.parameters):>7}"
        f"   {verdict_of(record)}"
    )

"""Run what the ledger lacks, stage by stage; see what stands in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from mimika.data.faces import Faces
from mimika.errors import RunError
from mimika.files import hold, write_text
from mimika.recipe import Frozen, Recipe, first_fault
from mimika.record import PREDICTIONS, RECORD, SEALED, Predictions, Record, SealedResult
from mimika.study.choose import Candidate, Standing, candidate, in_order, rank
from mimika.study.ledger import LEDGER, Ledger
from mimika.study.stages import Stage, Study

STUDY = "study.json"
RUNS = "runs"

Train = Callable[[Recipe, Faces, Path], Record]
"""Trains a recipe on faces into a run folder, or continues what it finds there."""


class StudyRun(Frozen):
    """Which study a folder holds, the faces it was run on, and the command that makes it again, if there is one.

    `test_faces` says how many the data set has in its test split; None where that is not known.
    """

    study: Study
    checksum: str
    data: str
    call: str = ""
    test_faces: int | None = None

    @classmethod
    def load(cls, folder: Path) -> "StudyRun":
        """The study of a folder; raises `RunError` if it has none."""
        path = folder / STUDY
        if not path.is_file():
            raise RunError(f"{folder}: no study there ({STUDY} is missing); `mimika study run` makes one.")
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise RunError(f"{path}: not a study of this version: {first_fault(error)}.") from None


@dataclass(frozen=True, kw_only=True, eq=False)
class StageOutcome:
    """What the ledger says of one stage.

    Attributes:
        base: what the stage's variants change; None in a first stage.
        ranked_base: the winner of the stage before, by the rule; differs from `base` where the study names another.
        candidates: the networks with all their seeds, in the order of the rule.
        missing: names of the networks that are not finished.
        same: names that stand for a network of another name, each with that; it is a candidate once, by the first.
    """

    stage: Stage
    base: Recipe | None
    ranked_base: Recipe | None
    candidates: tuple[Candidate, ...]
    missing: tuple[str, ...]
    same: tuple[tuple[str, str], ...] = ()

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """The candidates, tested against the first."""
        return rank(self.candidates)

    @property
    def winner(self) -> Candidate | None:
        """The stage's winner once nothing is missing."""
        return self.candidates[0] if self.candidates and not self.missing else None


def outcome(study: Study, ledger: Ledger, checksum: str) -> tuple[StageOutcome, ...]:
    """Every stage that can be laid out from what the ledger has: the last one may be unfinished."""
    outcomes: list[StageOutcome] = []
    winner: Recipe | None = None
    for stage in study.stages:
        base = study.base_of(stage) or winner
        if outcomes and base is None:
            break
        recipes = stage.recipes(base, study.recipe)
        # Two names may stand for one recipe, such as a variant that changes nothing in its base.
        first: dict[str, str] = {}
        for name, recipe in recipes.items():
            first.setdefault(recipe.fingerprint, name)
        same = [(name, first[recipe.fingerprint]) for name, recipe in recipes.items()]
        found = {name: candidate(recipes[name], study.seeds, ledger, checksum) for name in first.values()}
        outcomes.append(
            StageOutcome(
                stage=stage,
                base=base,
                ranked_base=winner,
                candidates=in_order(one for one in found.values() if one is not None),
                missing=tuple(name for name, one in found.items() if one is None),
                same=tuple((name, other) for name, other in same if name != other),
            )
        )
        finished = outcomes[-1].winner
        winner = finished.recipe if finished else None
    return tuple(outcomes)


def is_complete(study: Study, outcomes: Sequence[StageOutcome]) -> bool:
    """Whether every stage of a study has its winner."""
    return len(outcomes) == len(study.stages) and all(one.winner for one in outcomes)


def chosen_run(folder: Path) -> Record:
    """The run that stands for a finished study: its last winner's, with the highest validation accuracy of its seeds.

    Raises:
        RunError: when there is no study, or it is unfinished.
    """
    run = StudyRun.load(folder)
    outcomes = outcome(run.study, Ledger.open(folder), run.checksum)
    winner = outcomes[-1].winner
    missing = dict.fromkeys(name for one in outcomes for name in one.missing)
    if missing or winner is None:
        raise RunError(
            f"{folder}: the study is not finished ({', '.join(missing)}). `mimika study run` goes on with it."
        )
    return winner.best


def is_study(folder: Path) -> bool:
    """Whether a study is there rather than a finished run; raises `RunError` where there is neither."""
    if (folder / STUDY).is_file():
        return True
    if (folder / RECORD).is_file():
        return False
    raise RunError(
        f"{folder}: neither a finished run ({RECORD}) nor a study ({STUDY}) is there; `mimika train` and "
        "`mimika study run` make them."
    )


def study_of(folder: Path) -> Path:
    """The study that a run's folder lies in; the folder itself where it is none of a study's."""
    study = folder.resolve().parent.parent
    return study if folder.resolve().parent.name == RUNS and (study / STUDY).is_file() else folder


def sealed_in(folder: Path) -> tuple[SealedResult | None, Path]:
    """Of the results sealed for a study and its runs, the one that knows of the most looks, and its file.

    A look at one of a study's runs is one of the study's. `folder` is a study's, one of its runs', or another run's.

    Raises:
        RunError: when one of them is damaged.
    """
    study = study_of(folder)
    places = dict.fromkeys((folder, study, *sorted((study / RUNS).glob("*"))))
    found = [(result, place / SEALED) for place in places if (result := SealedResult.find(place))]
    return max(found, key=lambda one: len(one[0].opened), default=(None, folder / SEALED))


def run_at(path: Path) -> Path:
    """The run's folder that is meant by its own path, by that of its record, or by that of a study whose winner it is.

    Raises:
        RunError: when a study is unfinished.
    """
    if (path / STUDY).is_file():
        return path / RUNS / run_folder(chosen_run(path).recipe)
    return path.parent if path.name == RECORD else path


def read_run(path: Path) -> tuple[Record, Predictions]:
    """What a run left, by its folder or its record, or by a study whose winner it is: that needs the ledger alone.

    Raises:
        RunError: when nothing of that is there, it is damaged, or a study is unfinished.
    """
    if (path / STUDY).is_file():
        record = chosen_run(path)
        return record, Ledger.open(path).predictions(record)
    return Record.load(path), Predictions.load(run_at(path) / PREDICTIONS)


def evenly_trained(study: Study, ledger: Ledger, checksum: str) -> Study:
    """The study with its first seeds only, as many as make it complete; as it is where not even one seed does.

    So a complete study that is given more seeds can be told by those it had until every network has the new ones.
    """
    for count in range(len(study.seeds), 0, -1):
        fewer = study.model_copy(update={"seeds": study.seeds[:count]})
        if is_complete(fewer, outcome(fewer, ledger, checksum)):
            return fewer
    return study


def run_study(
    study: Study, faces: Faces, out: Path, train: Train, *, call: str = "", test_faces: int | None = None
) -> Ledger:
    """Run what the ledger in `out` lacks, stage by stage, and return it complete.

    The same call again continues after any kill: finished runs are known by recipe and data, an unfinished one by its
    folder. `faces` holds train and validation; `call` is the command that the page names for making the study again,
    `test_faces` how many there are in the test split, if that is known.

    Raises:
        RunError: when another process is running a study in `out`, or something else stands there: other files, a
            study on other faces, or runs of this one with seeds that it leaves out.
    """
    in_use = "another process is running a study there. Wait for it, or take another --out."
    with hold(out, ours=(STUDY, LEDGER, RUNS), in_use=in_use):
        ledger = Ledger.open(out)
        _check_before(out, study, faces.checksum, ledger)
        run = StudyRun(study=study, checksum=faces.checksum, data=faces.description, call=call, test_faces=test_faces)
        write_text(out / STUDY, run.model_dump_json(indent=2) + "\n")
        for position in range(len(study.stages)):
            for recipe in missing_recipes(study, ledger, faces.checksum, position):
                folder = out / RUNS / run_folder(recipe)
                record = train(recipe, faces, folder)
                ledger.append(record, Predictions.load(folder / PREDICTIONS))
    return ledger


def missing_recipes(study: Study, ledger: Ledger, checksum: str, position: int) -> list[Recipe]:
    """The runs of one stage that the ledger lacks, one per seed, in order; the stages before it must be finished."""
    stage = outcome(study.model_copy(update={"stages": study.stages[: position + 1]}), ledger, checksum)[position]
    recipes = stage.stage.recipes(stage.base, study.recipe)
    wanted = [recipe.seeded(seed) for recipe in recipes.values() for seed in study.seeds]
    # Two names may stand for one recipe, such as a variant that changes nothing in its base: the first trains it.
    first = {recipe.fingerprint: recipe for recipe in reversed(wanted)}
    return [recipe for recipe in wanted if recipe is first[recipe.fingerprint] and not ledger.find(recipe, checksum)]


def run_folder(recipe: Recipe) -> str:
    """The name of a run's folder in a study: what a person looks for, and the fingerprint that tells two apart."""
    return f"{recipe.name}-seed{recipe.seed}-{recipe.fingerprint[:8]}"


def _check_before(out: Path, study: Study, checksum: str, ledger: Ledger) -> None:
    """Raise `RunError` where `out` holds a study on other faces, or runs of this one with seeds that it leaves out."""
    before = StudyRun.load(out) if (out / STUDY).is_file() else None
    if before is not None and before.checksum != checksum:
        raise RunError(
            f"{out}: holds a study on other faces ({before.data or before.checksum[:8]}). Take another --out."
        )
    dropped = {record.recipe.seed for record in ledger.records}.difference(study.seeds)
    networks = [
        recipe
        for one in (outcome(study, ledger, checksum) if dropped else ())
        for recipe in one.stage.recipes(one.base, study.recipe).values()
    ]
    there = [
        seed
        for seed in sorted(dropped.union(study.seeds))
        if any(ledger.find(recipe.seeded(seed), checksum) for recipe in networks)
    ]
    if dropped.intersection(there):
        count = len(there)
        how = f"--seeds {count}" if study.with_seeds(count).seeds == tuple(there) else "seeds in its file"
        raise RunError(
            f"{out}: holds runs of this study with the seeds {', '.join(map(str, there))}; asked for: "
            f"{', '.join(map(str, study.seeds))}. Ask for all of them ({how}), or take another --out."
        )

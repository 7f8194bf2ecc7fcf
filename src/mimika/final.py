"""The only opener of the test split: the chosen network, once.

A second look would turn the test split into one more split to choose on, so it is refused unless asked for, and counted
on the page. Looks for other studies, or for a copy of this one, are counted beside the stored faces.
"""

from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from mimika.data.sealed import open_sealed
from mimika.data.store import Stored
from mimika.data.twins import identical_in
from mimika.errors import RunError, SealedError, SplitMissing
from mimika.files import write_text
from mimika.metrics import accuracies, calibration_error, confusion, macro_f1, recall, wilson_interval
from mimika.recipe import Frozen
from mimika.record import SEALED, Record, SealedResult, now, weights_of
from mimika.study.ledger import LEDGER, Ledger
from mimika.study.study import RUNS, StudyRun, outcome, run_folder

OPENINGS: Final = "test.openings.json"
"""The name under which a stored data set keeps who opened its test faces, and when."""


class Opening(Frozen):
    """One look at the test faces of a stored data set: for which study's folder, for which network, and when."""

    study: str
    network: str
    opened: AwareDatetime


_OPENINGS: Final = TypeAdapter(tuple[Opening, ...])


def openings(stored: Stored) -> tuple[Opening, ...]:
    """Every look at the test faces of a stored data set so far; raises `RunError` where their list is damaged."""
    path = stored.path / OPENINGS
    if not path.is_file():
        return ()
    try:
        return _OPENINGS.validate_json(path.read_bytes())
    except ValidationError:
        raise RunError(
            f"{path}: damaged; it says who opened the test faces. Put a copy back, or remove it: the looks so far then "
            "go uncounted."
        ) from None


def open_test(folder: Path, stored: Stored, *, again: bool = False) -> SealedResult:
    """Judge a study's winner on the test faces of `stored` and seal the result into final.json.

    Of several seeds, the one with the highest validation accuracy stands for the network.

    Args:
        folder: a finished study.
        stored: the data set whose train and validation faces the study used.
        again: open the test split although it has been opened before; the result counts the openings.

    Raises:
        SealedError: when it has been opened before and `again` is not given.
        SplitMissing: when the data set has no test faces.
        RunError: when the study is unfinished or was run on other faces, or the winner's weights are missing.
    """
    before = SealedResult.find(folder)
    if before is not None and not again:
        raise SealedError(
            f"{folder}: the test split was opened on {before.opened[0]:%Y-%m-%d} for {before.network}; its figure is "
            "on the page. A split that is looked at twice is no test any more; --again opens it all the same."
        )
    record = chosen_run(folder, stored)
    if stored.sealed is None:
        raise SplitMissing(
            f"{stored.provenance.source} has no test faces (PrivateTest). The study needs none; `mimika final` does."
        )
    # PyTorch comes in here, where the weights are read, so that everything refused above is refused at once.
    from mimika.training.checkpoint import load_network
    from mimika.training.scoring import probabilities

    weights = weights_of(folder / RUNS / run_folder(record.recipe), record.recipe)
    if not weights.is_file():
        raise RunError(
            f"{weights}: the winner's weights are missing; a ledger keeps figures only. Remove the line of "
            f"{record.name}, seed {record.recipe.seed} from {folder / LEDGER}, and `mimika study run` trains it again."
        )
    network, _ = load_network(weights)
    earlier = openings(stored)
    here = Opening(study=str(folder.resolve()), network=record.name, opened=now())
    # Before the faces are looked at, so that no look goes uncounted.
    write_text(stored.path / OPENINGS, _OPENINGS.dump_json((*earlier, here), indent=2).decode() + "\n")
    faces = open_sealed(stored.sealed)
    answers = probabilities(network, faces)
    predicted = answers.argmax(axis=1)
    right = predicted == faces.emotions
    twins = identical_in(faces, stored.faces.of("train"))
    table = confusion(faces.emotions, predicted)
    accuracy, without_twins = accuracies(right, twins)
    result = SealedResult(
        network=record.name,
        key=record.key,
        opened=(*(before.opened if before is not None else ()), here.opened),
        first_accuracy=accuracy if before is None else before.first_accuracy,
        first_network=record.name if before is None else before.first_network or before.network,
        elsewhere=sum(one.study != here.study for one in earlier),
        faces=len(faces),
        twins=int(twins.sum()),
        accuracy=accuracy,
        interval=wilson_interval(accuracy, len(faces)),
        accuracy_without_twins=without_twins,
        macro_f1=macro_f1(table),
        calibration_error=calibration_error(answers, faces.emotions),
        recall=recall(table),
        confusion=tuple(tuple(row) for row in table.tolist()),
    )
    write_text(folder / SEALED, result.model_dump_json(indent=2) + "\n")
    return result


def chosen_run(folder: Path, stored: Stored) -> Record:
    """The run that stands for a finished study: its last winner's, with the highest validation accuracy of its seeds.

    Raises:
        RunError: when the study is unfinished or was run on other faces.
    """
    run = StudyRun.load(folder)
    if run.checksum != stored.provenance.checksum:
        raise RunError(
            f"{folder}: the study was run on other faces ({run.data}, checksum {run.checksum[:8]}) than "
            f"{stored.provenance.source} has ({stored.provenance.checksum[:8]}). Name the data set it was run on, with "
            "--validation if it was cut."
        )
    outcomes = outcome(run.study, Ledger.open(folder), run.checksum)
    winner = outcomes[-1].winner
    missing = dict.fromkeys(name for one in outcomes for name in one.missing)
    if missing or winner is None:
        raise RunError(
            f"{folder}: the study is not finished ({', '.join(missing)}). `mimika study run` goes on with it."
        )
    return winner.best

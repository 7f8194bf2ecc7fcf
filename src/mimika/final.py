"""The only opener of the test split: for a study's winner or a single run, once.

A second look would turn the test split into one more split to choose on, so it is refused unless asked for, and counted
with the result. Looks for others, or for a copy of the same, are counted beside the stored faces.
"""

from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from mimika.data.sealed import check_sealed, open_sealed
from mimika.data.store import CARD, Stored, check_same_faces
from mimika.data.twins import identical_in
from mimika.errors import RunError, SealedError, SplitMissing
from mimika.files import hold, write_text
from mimika.metrics import accuracies, calibration_error, confusion, macro_f1, recall, wilson_interval
from mimika.recipe import Frozen
from mimika.record import SEALED, Record, SealedResult, now, weights_of
from mimika.study.ledger import LEDGER
from mimika.study.study import RUNS, chosen_run, is_study, run_folder, sealed_in, study_of

OPENINGS: Final = "test.openings.json"
"""The name under which a stored data set keeps who opened its test faces, and when."""


class Opening(Frozen):
    """One look at the test faces of a stored data set: for which study's or run's folder, which network, and when."""

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
    """Judge a study's winner, or a single run, on the test faces of `stored` and seal the result into final.json.

    Of several seeds, the one with the highest validation accuracy stands for the winner.

    Args:
        folder: a finished study, or a finished run.
        stored: the data set whose train and validation faces it was trained on.
        again: open the test split although it has been opened before; the result counts the openings.

    Raises:
        SealedError: when it has been opened before and `again` is not given.
        SplitMissing: when the data set has no test faces.
        RunError: when neither is there, or unfinished, or trained on other faces, or the weights are missing.
    """
    before, place = sealed_in(folder)
    study = str(study_of(folder).resolve())
    looks = [one for one in openings(stored) if one.study == study]
    # Either list may have lost its file, or name the folder as it was once called.
    opened = max(before.opened if before else (), tuple(one.opened for one in looks), key=len)
    if opened and not again:
        whose, figure = (before.network, f"stands in {place}") if before else (looks[-1].network, "is not here")
        raise SealedError(
            f"{folder}: the test split was opened on {opened[0]:%Y-%m-%d} for {whose}; its figure {figure}. A split "
            "that is looked at twice is no test any more; --again opens it all the same."
        )
    of_study = is_study(folder)
    record = chosen_run(folder) if of_study else Record.load(folder)
    check_same_faces(stored, record.data, whose=folder)
    if stored.sealed is None:
        raise SplitMissing(
            f"{stored.provenance.source} has no test faces (PrivateTest). Training needs none; `mimika final` does."
        )
    # PyTorch comes in here, where the weights are read, so that everything refused above is refused at once.
    from mimika.training.checkpoint import load_network
    from mimika.training.scoring import probabilities

    run = folder / RUNS / run_folder(record.recipe) if of_study else folder
    weights = weights_of(run, record.recipe)
    if of_study and not weights.is_file():
        raise RunError(
            f"{weights}: the winner's weights are missing; a ledger keeps figures only. Remove the line of "
            f"{record.name}, seed {record.recipe.seed} from {folder / LEDGER}, and `mimika study run` trains it again."
        )
    network, card = load_network(weights)
    if (card.recipe.fingerprint, card.faces) != (record.recipe.fingerprint, record.data.checksum):
        raise RunError(f"{weights}: the weights of another run than {record.name}, seed {record.recipe.seed}.")
    here = Opening(study=study, network=record.name, opened=now())
    check_sealed(stored.sealed)  # a look at nothing must not be counted
    with TemporaryFile(dir=folder) as probe:  # nor one that could not be written down
        probe.write(bytes(2**16))
    earlier = _count(here, stored, len(looks))  # before the faces are looked at, so that no look goes uncounted
    # Looks under a name that the folder no longer has are known by their times.
    renamed = sum(one.opened in opened and not Path(one.study).exists() for one in earlier)
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
        opened=(*opened, here.opened),
        first_accuracy=before.first_accuracy if before else None if opened else accuracy,
        first_network=before.first_network if before else looks[0].network if looks else record.name,
        elsewhere=sum(one.study != study for one in earlier) - min(renamed, len(opened) - len(looks)),
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


def _count(look: Opening, stored: Stored, known: int) -> tuple[Opening, ...]:
    """Add a look to the list beside the stored faces, and say which were there before.

    Raises:
        SealedError: when its looks are more than the `known` ones: another process was faster.
    """
    with hold(stored.path, ours=(CARD,), in_use="another process is opening the test split. Wait for it."):
        earlier = openings(stored)
        if sum(one.study == look.study for one in earlier) != known:
            raise SealedError(f"{look.study}: another process has just opened the test split. Its result is the one.")
        write_text(stored.path / OPENINGS, _OPENINGS.dump_json((*earlier, look), indent=2).decode() + "\n")
    return earlier

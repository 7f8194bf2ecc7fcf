"""Weights as safetensors with a plain JSON beside them: what a run leaves for others to use."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from mimika.data.faces import SIDE
from mimika.data.store import Stored, check_same_faces
from mimika.emotions import EMOTIONS
from mimika.errors import RunError
from mimika.files import replacing, write_text
from mimika.models.build import build
from mimika.recipe import Frozen, Recipe, first_fault
from mimika.record import RECORD, Data, Record, weights_of


class CheckpointCard(Frozen):
    """What stands beside the weights: enough to build the network and to read its answers by name.

    `faces` is the checksum of those that it was trained on.
    """

    recipe: Recipe
    epoch: int
    validation_accuracy: float
    faces: str
    labels: tuple[str, ...] = EMOTIONS
    side: int = SIDE


def find_checkpoint(run_or_file: Path) -> Path:
    """The weights that are a finished run's result, or the .safetensors file itself.

    Raises:
        RunError: when a folder holds no finished run.
    """
    if run_or_file.suffix == ".safetensors":
        return run_or_file
    return weights_of(run_or_file, Record.load(run_or_file).recipe)


def check_faces(checkpoint: Path, card: CheckpointCard, stored: Stored) -> None:
    """Raise `RunError` where a checkpoint was trained on other faces, to which some of these may belong."""
    check_same_faces(stored, seen_by(checkpoint, card), whose=checkpoint)


def seen_by(checkpoint: Path, card: CheckpointCard) -> Data:
    """Which faces a checkpoint was trained on: as a record beside it says that is of the same, or by checksum."""
    path = checkpoint.with_name(RECORD)
    data = Record.load(path).data if path.is_file() else None
    if data is not None and data.checksum == card.faces:
        return data
    return Data(checksum=card.faces, description="", train=0, validation=0, validation_twins=0)


def save_weights(weights: Mapping[str, Tensor], card: CheckpointCard, path: Path) -> None:
    """Write `path` (.safetensors) and its card (.json), each all or nothing; the weights last."""
    write_text(path.with_suffix(".json"), card.model_dump_json(indent=2) + "\n")
    with replacing(path) as part:
        # save_file refuses tensors that share or stride memory, and channels_last weights do.
        save_file({name: weight.detach().cpu().contiguous().clone() for name, weight in weights.items()}, part)
        part.chmod(0o644)


def load_network(path: Path) -> tuple[nn.Module, CheckpointCard]:
    """The network in a checkpoint, on the CPU and in evaluation mode, and its card.

    Raises:
        RunError: when the file is missing or damaged, or its labels are not the ones this program numbers.
    """
    try:
        weights = load_file(path)
        card = CheckpointCard.model_validate_json(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (FileNotFoundError, SafetensorError):
        if path.is_file() and not path.with_suffix(".json").exists():
            raise RunError(
                f"{path}: the card that says what network it is, {path.stem}.json, is missing beside it; copy it too."
            ) from None
        raise RunError(f"{path}: the weights are missing or damaged; train the run again to have them.") from None
    except ValidationError as error:
        raise RunError(f"{path.with_suffix('.json')}: not a checkpoint's card: {first_fault(error)}.") from None
    if card.labels != EMOTIONS or card.side != SIDE:
        raise RunError(
            f"{path}: made for {card.side} pixels and the labels {' '.join(card.labels)}, not for FER2013's."
        )
    network = build(card.recipe.architecture)
    try:
        network.load_state_dict(weights)
    except RuntimeError:
        raise RunError(f"{path}: the weights do not fit the network that the card beside them describes.") from None
    return network.eval(), card

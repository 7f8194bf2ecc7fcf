"""A network in an ONNX file that `mimika export` wrote: what the file says of itself, and its answers.

The preparation of pixels, the temperature and softmax are inside the file, so nothing of them can be got wrong outside.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError

from mimika.data.faces import SIDE, Pixels
from mimika.data.prepare import MEAN, STD
from mimika.emotions import EMOTIONS
from mimika.errors import RunError
from mimika.predict.pictures import name_of
from mimika.recipe import Frozen, first_fault

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

INPUT: Final = "faces"
"""uint8 (n, 48, 48), gray from 0 black to 255 white."""

OUTPUT: Final = "probabilities"
"""float32 (n, 7), calibrated at the temperature of the most probable, columns in the order of the file's labels."""

ABOUT: Final = (
    f"Facial expressions: {INPUT}, gray uint8 (n, {SIDE}, {SIDE}) from 0 to 255, give {OUTPUT}, calibrated float32 (n, "
    f"{len(EMOTIONS)}), in the order of labels in the metadata; mean and std there are applied inside the graph, so "
    "give pixels as they are."
)
"""What an exported file says of itself to those who open it without mimika."""


class NetworkCard(Frozen):
    """What stands in the metadata of an exported file, each field under its own name.

    `size`, `mean`, `std`, `color` and `margin` say what the graph does and takes, for those who read a file elsewhere:
    `mean` and `std` are applied inside it, `margin` is how far a face's square goes beyond the box of OpenCV's frontal
    Haar cascade, as a share of its side. An answer whose probability lies below `threshold` is unsure. `provenance` is
    for people: recipe, data, figures, license.
    """

    labels: tuple[str, ...]
    size: int = SIDE
    color: Literal["gray"] = "gray"
    mean: float = MEAN
    std: float = STD
    margin: float = 0.0
    temperature: float = Field(gt=0, allow_inf_nan=False)
    threshold: float = Field(ge=0, le=1)
    provenance: dict[str, Any]

    def to_metadata(self) -> dict[str, str]:
        """The fields as ONNX keeps them: texts as they are, the rest as JSON."""
        return {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in self.model_dump(mode="json").items()
        }

    @classmethod
    def from_metadata(cls, texts: Mapping[str, str]) -> Self:
        """The reverse of `to_metadata`; what other programs have written beside it is left out.

        Raises:
            ValidationError: when a field is missing or is not what it should be.
        """
        fields = {name: _read(texts[name]) for name in cls.model_fields if name in texts}
        return cls.model_validate_json(json.dumps(fields))


class Network:
    """A network that answers faces; made by `read_network`."""

    def __init__(self, session: "InferenceSession", card: NetworkCard) -> None:
        self._session = session
        self.card = card

    def probabilities(self, faces: Pixels) -> npt.NDArray[np.float32]:
        """Calibrated probabilities float32 (n, 7), columns in the order of `EMOTIONS`, of gray faces uint8 (n, 48, 48).

        All faces go through the network at once: memory grows with n.
        """
        (answers,) = self._session.run([OUTPUT], {INPUT: np.ascontiguousarray(faces)})
        found: npt.NDArray[np.float32] = answers
        return found


def read_network(path: Path, *, threads: int = 1) -> Network:
    """The network in an exported file.

    Args:
        path: what `mimika export` wrote.
        threads: how many threads one call may use; more than one wait actively for each other.

    Raises:
        RunError: when the file is missing, is a run's folder or weights, is not ONNX, has no labels inside, or other
            labels than `EMOTIONS` or than its network has answers.
    """
    import onnxruntime

    name = name_of(path)
    if path.is_dir() or (path.suffix == ".safetensors" and path.exists()):
        raise RunError(
            f"{name}: not an exported network. Of a run, `mimika export {name} --data DATA --out faces.onnx` makes one."
        )
    try:
        path.open("rb").close()
    except (FileNotFoundError, ValueError):  # ValueError: a zero byte in the name
        raise RunError(f"{name}: no such file; `mimika export` writes one from a trained network.") from None
    except OSError as refusal:
        raise RunError(f"{name}: {refusal.strerror}; name a file that `mimika export` wrote.") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors alone
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception:  # each of onnxruntime's errors derives from Exception alone
        raise RunError(f"{name}: not an ONNX file that onnxruntime {onnxruntime.__version__} can load.") from None
    return Network(session, _checked(name, session))


def _checked(name: str, session: "InferenceSession") -> NetworkCard:
    """The card in a loaded file, held against its graph."""
    texts = session.get_modelmeta().custom_metadata_map
    if "labels" not in texts:
        raise RunError(f"{name}: no labels inside, so its answers cannot be named; take a file that mimika exported.")
    try:
        card = NetworkCard.from_metadata(texts)
    except ValidationError as error:
        raise RunError(f"{name}: its metadata is not mimika's: {first_fault(error)}.") from None
    if card.labels != EMOTIONS:
        raise RunError(f"{name}: its labels are {' '.join(card.labels)}, not {' '.join(EMOTIONS)} in this order.")
    takes = [(one.name, one.type, one.shape[1:]) for one in session.get_inputs()]
    gives = [(one.name, one.type, one.shape[1:]) for one in session.get_outputs()]
    if takes != [(INPUT, "tensor(uint8)", [SIDE, SIDE])] or gives != [(OUTPUT, "tensor(float)", [len(EMOTIONS)])]:
        raise RunError(
            f"{name}: its network takes {_told(takes)} and gives {_told(gives)}, not gray {INPUT} of {SIDE}×{SIDE} "
            f"pixels and {len(EMOTIONS)} {OUTPUT}, one for each label."
        )
    return card


def _read(text: str) -> object:
    """The value of a JSON text; what is not JSON is a text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _told(ports: list[tuple[str, str, list[int | str]]]) -> str:
    return " and ".join(f"{name} ({kind}, n×{'×'.join(map(str, shape))})" for name, kind, shape in ports)

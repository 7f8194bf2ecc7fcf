"""A network in 8 bits: static quantization, its ranges measured on training faces, and when it is worth taking."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from mimika.data.faces import Faces, Pixels
from mimika.export.judging import Judged
from mimika.predict.network import INPUT
from mimika.wording import points

MOST_LOST: Final = 0.003
"""How much accuracy 8 bits may cost."""

_SAMPLE: Final = 512
_BATCH: Final = 64


def quantize(plain: Path, train: Faces, out: Path) -> None:
    """Write the network in the file `plain` with weights and maps in 8 bits.

    Each map gets the range that it has on a fixed sample of training faces. Both weights and maps are unsigned: signed
    weights would overflow on processors without VNNI instructions, and give other answers there than here.
    """
    from onnxruntime.quantization import QuantType, quantize_static

    with _without_advice():
        quantize_static(
            plain, out, _Sample(train), per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QUInt8
        )


def objections(plain: Judged, int8: Judged) -> tuple[str, ...]:
    """Why the 8-bit file is not to be taken; none if it is."""
    found = []
    if plain.accuracy - int8.accuracy > MOST_LOST + 1e-9:
        found.append(f"it loses {points(plain.accuracy - int8.accuracy)}, where {100 * MOST_LOST:g} are allowed")
    if int8.milliseconds >= plain.milliseconds:
        found.append("it is no faster")
    return tuple(found)


class _Sample:
    """The sample in batches, as onnxruntime asks for them: one after the other, then None."""

    def __init__(self, train: Faces) -> None:
        chosen = np.random.default_rng(0).permutation(len(train))[:_SAMPLE]
        pixels = train.pixels[np.sort(chosen)]
        self._batches = iter([{INPUT: pixels[start : start + _BATCH]} for start in range(0, len(pixels), _BATCH)])

    def get_next(self) -> dict[str, Pixels] | None:
        return next(self._batches, None)


@contextmanager
def _without_advice() -> Iterator[None]:
    """Without onnxruntime's advice, on the root logger, to optimize the graph first: the exporter has done that."""
    root, silent, disabled = logging.getLogger(), logging.NullHandler(), logging.root.manager.disable
    root.addHandler(silent)  # with none, the first warning would set up the logging of the whole process
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(disabled)
        root.removeHandler(silent)

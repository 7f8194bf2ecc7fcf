"""What is known of one face on a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from mimika.emotions import EMOTIONS

Box: TypeAlias = tuple[int, int, int, int]
"""x and y of the upper left corner, width and height; whole pixels, inside the picture, at least 1×1."""

UNSURE: Final = "unsure"
"""The expression where no emotion is as probable as the threshold asks."""


def expression_of(probabilities: Sequence[float], threshold: float) -> str:
    """The most probable emotion, or "unsure" if its probability lies below a threshold.

    >>> expression_of([0.1, 0.0, 0.1, 0.7, 0.1, 0.0, 0.0], 0.5), expression_of([0.2, 0.0, 0.1, 0.4, 0.3, 0.0, 0.0], 0.5)
    ('happy', 'unsure')
    """
    highest = max(probabilities)
    return EMOTIONS[probabilities.index(highest)] if highest >= threshold else UNSURE


@dataclass(frozen=True, kw_only=True)
class Face:
    """A face on a picture, and the expression it shows.

    Attributes:
        box: x, y, width and height in pixels of the upright picture, inside it; the detector's box, not the network's
            crop.
        detection_score: how sure the detector is. Haar: the sum of its last stage, from 2 up and without a top, 5 to 7
            for most faces. YuNet: 0 to 1. None where nothing was detected, as the picture was taken for a face.
        detector: "haar", "yunet" or "none".
        expression: the most probable emotion, or "unsure" if its probability is below the recogniser's threshold or
            there is nothing to be seen.
        probabilities: of each emotion, unrounded; their sum is 1 but for rounding. The largest is calibrated: of
            answers with 0.7, about 70 % are right. The others are what the network makes of them.
    """

    box: Box
    detection_score: float | None
    detector: str
    expression: str
    probabilities: Mapping[str, float] = field(hash=False)

    @property
    def likeliest(self) -> str:
        """The most probable emotion, also of a face whose expression is unsure."""
        return max(self.probabilities, key=self.probabilities.__getitem__)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain lists, dicts, texts and numbers, ready for JSON."""
        return {
            "box": list(self.box),
            "detection_score": self.detection_score,
            "detector": self.detector,
            "expression": self.expression,
            "likeliest": self.likeliest,
            "probabilities": dict(self.probabilities),
        }

"""An exported network as `mimika export` would have found it."""

from pathlib import Path

from mimika.calibration import Calibration
from mimika.emotions import EMOTIONS
from mimika.export.export import Exported
from mimika.export.judging import Judged

RECALL = dict(zip(EMOTIONS, (0.61, 0.66, 0.49, 0.88, 0.58, 0.79, 0.71), strict=True))
PRECISION = dict(zip(EMOTIONS, (0.62, 0.71, 0.55, 0.9, 0.56, 0.78, 0.64), strict=True))
ANSWERS = dict(zip(EMOTIONS, (459, 52, 442, 875, 676, 420, 665), strict=True))
LABELS = dict(zip(EMOTIONS, (467, 56, 496, 895, 653, 415, 607), strict=True))
EXPORTED = Exported(
    path=Path("out/faces.onnx"),
    network="small",
    flip=False,
    faces=3589,
    labels=LABELS,
    checkpoint_accuracy=0.7002,
    parity=6.4e-7,
    calibration=Calibration(
        temperature=1.384,
        error_before=0.0891,
        error_after=0.0132,
        threshold=0.55,
        sure_share=0.712,
        sure_precision=0.803,
        faces=3308,
    ),
    plain=Judged(
        accuracy=0.7002,
        accuracy_without_twins=0.6871,
        recall=RECALL,
        precision=PRECISION,
        answers=ANSWERS,
        calibration_error=0.012,
        milliseconds=2.41,
        size=3_588_993,
    ),
    int8=None,
    objections=(),
)

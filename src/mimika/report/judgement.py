"""What is said of the chosen network and of what networks cost: numbers into sentences, marked as in `blocks`."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mimika.emotions import EMOTIONS
from mimika.language import ENGLISH, Texts
from mimika.metrics import FAIRLY_SURE, FEWEST_FACES, by_recall
from mimika.record import Scores
from mimika.report.reading import Reading
from mimika.training.fit import Verdict, advice
from mimika.wording import signed


def chosen(reading: Reading, networks: Sequence[Reading], texts: Texts = ENGLISH) -> str:
    """Which network it is, what it costs and how it fits, the fit check's advice, and which of the study's fits."""
    record = reading.typical
    told = {
        "name": reading.name,
        "parameters": record.parameters,
        "costs": record.multiply_adds,
        "verdict": texts.name_of(reading.verdict),
        "agreeing": reading.agreeing(texts),
        "train": reading.train_accuracy,
        "accuracy": reading.candidate.accuracy,
        "advice": advice(record, texts),
    }
    fitting = [one for one in networks if one.verdict is Verdict.FITS]
    if reading.verdict is not Verdict.OVERFITS or not fitting:
        return texts.tell("chosen", **told)
    best = min(fitting, key=lambda one: one.candidate.order)
    reached = {"fitting": best.name, "gap": best.gap, "reached": best.candidate.accuracy}
    return texts.tell("chosen", **told) + texts.tell("chosen.fitting", **reached)


def emotions(scores: Scores, faces: Mapping[str, int], answers: Mapping[str, int], texts: Texts = ENGLISH) -> str:
    """Which emotions a network finds best and least, and where its word counts most.

    `faces` says how many validation faces have each emotion, `answers` how many are called so: of few nothing is said.
    """
    found = by_recall(scores.recall, faces)
    right = [one for one in EMOTIONS if answers[one] >= FEWEST_FACES]
    told = []
    if len(found) > 2:
        least, after, *_, best = found
        told.append(
            texts.tell(
                "emotions",
                best=texts.name_of(best),
                found=scores.recall[best],
                best_faces=faces[best],
                least=texts.name_of(least),
                missed=scores.recall[least],
                least_faces=faces[least],
                next_least=texts.name_of(after),
                next_missed=scores.recall[after],
                next_faces=faces[after],
            )
        )
    else:
        told.append(f"{texts.tell('recall.title.few', fewest=FEWEST_FACES)}.")
    if len(right) > 1:
        surest = max(right, key=lambda one: scores.precision[one])
        share, count = scores.precision[surest], answers[surest]
        told.append(texts.tell("emotions.right", surest=texts.name_of(surest), right=share, answers=count))
    return " ".join([*told, texts.tell("emotions.macro_f1", macro_f1=scores.macro_f1)])


def confusions(table: npt.NDArray[np.int64], texts: Texts = ENGLISH) -> str:
    """The pair of emotions that a network confuses most."""
    mistakes = int(table.sum() - table.trace())
    if not mistakes:
        return texts.tell("confusions.none")
    both = np.triu(table + table.T, k=1)
    first, second = (int(index) for index in np.unravel_index(int(both.argmax()), both.shape))
    there, back = int(table[first, second]), int(table[second, first])
    return texts.tell(
        "confusions",
        mistakes=mistakes,
        together=there + back,
        one=texts.name_of(EMOTIONS[first]),
        other=texts.name_of(EMOTIONS[second]),
        there=there,
        back=back,
    )


def calibration(error: float, confidence: float, accuracy: float, texts: Texts = ENGLISH) -> str:
    """How its probabilities stand to how often it is right."""
    surer = confidence - accuracy
    if surer > FAIRLY_SURE:
        lean = texts.tell("calibration.too_sure")
    elif surer < -FAIRLY_SURE:
        lean = texts.tell("calibration.unsure")
    else:
        lean = texts.tell("calibration.fair")
    return texts.tell("calibration", confidence=confidence, accuracy=accuracy, lean=lean, error=error)


def cost(networks: Sequence[Reading], texts: Texts = ENGLISH) -> str:
    """What the best network costs, whether a cheaper one comes within a point of it, and what the dearest brings."""
    learned = [one for one in networks if one.verdict is not Verdict.COLLAPSED] or list(networks)
    best = min(learned, key=lambda one: one.candidate.order)
    near = [one for one in learned if one.candidate.accuracy >= best.candidate.accuracy - 0.01]
    lean = min(near, key=lambda one: (one.multiply_adds, one.candidate.parameters))
    dearest = max(learned, key=lambda one: one.multiply_adds)
    spent = {
        "name": best.name,
        "accuracy": best.candidate.accuracy,
        "parameters": best.candidate.parameters,
        "costs": best.multiply_adds,
        "seconds": best.seconds,
    }
    some = len(learned) < len(networks)
    told = [texts.tell("cost.learned", **spent) if some else texts.tell("cost", **spent)]
    if lean.multiply_adds < 0.95 * best.multiply_adds:
        told.append(
            texts.tell("cost.lean", name=lean.name, costs=lean.multiply_adds, parameters=lean.candidate.parameters)
        )
    behind = best.candidate.accuracy - dearest.candidate.accuracy
    if dearest.multiply_adds > 1.05 * best.multiply_adds and signed(behind) != "0.0":
        told.append(texts.tell("cost.dearest", name=dearest.name, costs=dearest.multiply_adds, behind=behind))
    return " ".join(told)

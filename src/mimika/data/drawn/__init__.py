"""Faces drawn from facial action units: a data set of FER2013's form that needs no download.

anatomy    which action units show an emotion, and what each moves
person     who is drawn, and how the picture is taken
paper      where pixels lie on a face; soft shapes
features   eyes, nose and mouth
portrait   a batch of faces, from back to front

Here they become a data set: emotions, splits, copies, label noise.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from mimika.data.drawn.anatomy import ACTION_UNITS, UNITS_OF_EMOTION, Floats, move
from mimika.data.drawn.person import draw_persons
from mimika.data.drawn.portrait import draw_portraits
from mimika.data.faces import SIDE, Faces, Pixels
from mimika.data.known import OFFICIAL
from mimika.data.split import SPLITS, Split
from mimika.emotions import EMOTIONS
from mimika.errors import DataError

TEN_IN_A_ROW: Final[tuple[Split, ...]] = ("train",) * 8 + ("validation", "test")
"""The splits of every ten faces, over and over."""

PLANTING: Final = (0, 1)
"""Seeds the stream that says which faces are copied or mislabelled; the batches' own are seeded by one number each."""

BATCH: Final = 64
"""Faces drawn at once, small enough for the processor's cache; changing it changes every face."""


def draw_faces(n: int, *, seed: int = 0, label_noise: float = 0.0, copies: float = 0.0) -> Faces:
    """Faces with emotions drawn from action units, a stand-in for FER2013 in form, shares and difficulty.

    Every ten faces, eight are train, one is validation, one is test; each split has FER2013's class shares. The same
    arguments give the same bytes, however many cores there are, and without copies and label noise face i is the same
    for every n. Copies and label noise change nothing else: drawn without them, the same seed tells the truth about
    what was planted.

    Args:
        n: how many, all splits together.
        seed: which persons in which pictures; who shows which emotion does not depend on it.
        label_noise: share of the training faces that are called by one of the six other emotions. Validation and test
            keep their true emotions, so that what the noise does can be measured.
        copies: share of all faces whose pixels are those of another face with the same emotion, often in another
            split, as in FER2013. With so few faces that an emotion has no other, a face stays itself.

    Returns:
        Faces of all three splits, rows 1 to n.

    Raises:
        DataError: when n or seed is no whole number of 0 or more, or a share is not in 0 to below 1.
    """
    for name, number in (("n", n), ("seed", seed)):
        if not isinstance(number, int | np.integer) or number < 0:
            raise DataError(f"{name} is a whole number, 0 or more, not {number}.")
    for name, share in (("label_noise", label_noise), ("copies", copies)):
        if not 0 <= share < 1:
            raise DataError(f"{name} is a share from 0 to below 1, not {share}.")
    size = -(-n // BATCH) * BATCH
    splits = np.resize(np.array([SPLITS.index(split) for split in TEN_IN_A_ROW], np.uint8), size)
    emotions = np.zeros(size, np.uint8)
    for code in range(len(SPLITS)):
        emotions[splits == code] = _in_shares(int((splits == code).sum()))
    pixels = np.empty((size, SIDE, SIDE), np.uint8)
    for first in range(0, size, BATCH):
        batch = slice(first, first + BATCH)
        pixels[batch] = _draw_batch(emotions[batch], np.random.default_rng([seed, first // BATCH]))
    pixels, emotions, splits = pixels[:n], emotions[:n], splits[:n]
    keys = np.random.default_rng([seed, *PLANTING]).random((n, 4))
    _copy_some(pixels, emotions, keys[:, :2], copies)
    _mislabel_some(emotions, splits, keys[:, 2:], label_noise)
    return Faces(pixels=pixels, emotions=emotions, splits=splits).described(f"faces drawn by mimika, seed {seed}")


def _in_shares(n: int) -> npt.NDArray[np.uint8]:
    """Emotions in FER2013's shares, evenly spread: a longer row begins like a shorter one."""
    counts = OFFICIAL["train"]  # FER2013's shares are drawn
    times = [(np.arange(n) + 0.5) * sum(counts) / count for count in counts]
    order = np.argsort(np.concatenate(times), kind="stable")[:n]
    return (order // max(n, 1)).astype(np.uint8)


def _lowest(keys: npt.NDArray[np.float64], share: float) -> npt.NDArray[np.intp]:
    """Where the lowest of the keys are, as many as this share of them."""
    return np.argsort(keys, kind="stable")[: round(share * len(keys))]


def _copy_some(pixels: Pixels, emotions: npt.NDArray[np.uint8], keys: npt.NDArray[np.float64], share: float) -> None:
    """Replace a share of the faces by exact copies of others with the same emotion, in whichever split they are."""
    chosen = np.zeros(len(pixels), bool)
    chosen[_lowest(keys[:, 0], share)] = True
    for code in range(len(EMOTIONS)):
        originals = np.flatnonzero((emotions == code) & ~chosen)
        twins = np.flatnonzero((emotions == code) & chosen)
        if len(originals):
            pixels[twins] = pixels[originals[(keys[twins, 1] * len(originals)).astype(np.intp)]]


def _mislabel_some(
    emotions: npt.NDArray[np.uint8], splits: npt.NDArray[np.uint8], keys: npt.NDArray[np.float64], share: float
) -> None:
    """Call a share of the training faces by one of the six other emotions, each as likely."""
    train = np.flatnonzero(splits == SPLITS.index("train"))
    chosen = train[_lowest(keys[train, 0], share)]
    wrong = 1 + (keys[chosen, 1] * (len(EMOTIONS) - 1)).astype(np.uint8)
    emotions[chosen] = (emotions[chosen] + wrong) % len(EMOTIONS)


def _draw_batch(emotions: npt.NDArray[np.uint8], rng: np.random.Generator) -> Pixels:
    """Faces showing these emotions, each by another person in another picture."""
    return draw_portraits(draw_persons(len(emotions), rng), move(_activate(emotions, rng)), rng)


def _activate(emotions: npt.NDArray[np.uint8], rng: np.random.Generator) -> dict[int, Floats]:
    """How strongly each half of each face moves each action unit: float32 (2, n, 1, 1) in 0 to 1.

    Those of the emotion at about half to full strength, unit by unit a little more or less, and a little askew; the
    others hardly.
    """
    n = len(emotions)
    units = tuple(ACTION_UNITS)
    shown = np.array([[unit in UNITS_OF_EMOTION[name] for name in EMOTIONS] for unit in units])[:, emotions]
    intensity = 0.6 + 0.4 * rng.random((1, n), np.float32)
    own = intensity * (0.75 + 0.4 * rng.random((len(units), n), np.float32))
    stray = 0.3 * rng.random((len(units), n), np.float32) ** 2
    askew = 1 + 0.3 * (rng.random((2, len(units), n), np.float32) - 0.5)
    strength = (np.where(shown, own, stray) * askew).astype(np.float32)[..., None, None]
    return {unit: strength[:, position] for position, unit in enumerate(units)}

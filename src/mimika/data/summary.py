"""What a data set holds: faces per split and emotion, gray levels, what is missing. Test pixels are never looked at."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from mimika.data.faces import Pixels
from mimika.data.split import SPLITS, Split
from mimika.data.store import Provenance, Stored
from mimika.emotions import EMOTIONS
from mimika.recipe import Frozen

_AT_ONCE = 1024


class GrayLevels(Frozen):
    """Mean and standard deviation over all pixels of a split, 0 black to 255 white."""

    mean: float
    std: float


class Summary(Frozen):
    """A data set in numbers; `gray_levels` has the train and validation splits that exist."""

    source: str
    form: str
    description: str
    counts: dict[Split, dict[str, int]]
    gray_levels: dict[Split, GrayLevels]
    missing_splits: tuple[Split, ...]
    checksum: str
    skipped: tuple[str, ...]
    notes: tuple[str, ...]


def summarise(stored: Stored) -> Summary:
    """Count and measure a stored data set; the test split's counts are those that the import wrote down."""
    origin = stored.provenance
    parts: dict[Split, Pixels] = {
        split: stored.faces.of(split).pixels for split in SPLITS if split != "test" and origin.faces_of(split)
    }
    return Summary(
        source=origin.source,
        form=origin.form,
        description=origin.description,
        counts=origin.counts,
        gray_levels={split: _gray_levels(pixels) for split, pixels in parts.items()},
        missing_splits=tuple(split for split in SPLITS if not origin.faces_of(split)),
        checksum=origin.checksum,
        skipped=origin.skipped,
        notes=origin.notes,
    )


def headline(origin: Provenance) -> list[str]:
    """What a data set is, in two lines: source and copy; faces per split."""
    total = sum(origin.faces_of(split) for split in SPLITS)
    sizes = [f"{split} {origin.faces_of(split):,}" if origin.faces_of(split) else f"no {split}" for split in SPLITS]
    sealed = " (sealed until `mimika final`)" if origin.faces_of("test") else ""
    return [f"{origin.source}: {origin.description}, {total:,} faces", f"  {' · '.join(sizes)}{sealed}"]


def remarks(origin: Provenance) -> Iterator[str]:
    """What else to know of a data set, a line each: notes, what was left out, what to do without a split."""
    yield from origin.notes
    if origin.skipped:
        yield f"Left out and recorded in dataset.json: {len(origin.skipped):,}. The first: {origin.skipped[0]}."
    if origin.faces_of("train") and not origin.faces_of("validation"):
        yield "No validation split: train and study need --validation 0.1, which cuts one from train."


def table(summary: Summary) -> list[str]:
    """Counts and shares per split and emotion, then gray levels, as aligned lines."""
    splits = [split for split in SPLITS if split not in summary.missing_splits]
    totals = {split: sum(summary.counts[split].values()) for split in splits}
    lines = ["".join([f"{'':12}", *(f"{split:>18}" for split in splits)])]
    for emotion in EMOTIONS:
        cells = (
            f"{summary.counts[split][emotion]:>9,}{100 * summary.counts[split][emotion] / totals[split]:>7.1f} %"
            for split in splits
        )
        lines.append("".join([f"{emotion:12}", *cells]))
    lines.append("".join([f"{'all':12}", *(f"{totals[split]:>9,}{'':9}" for split in splits)]).rstrip())
    gray = (f"{levels.mean:>9.1f} ± {levels.std:<6.1f}" for levels in summary.gray_levels.values())
    lines.append("".join([f"{'gray level':12}", *gray]).rstrip())
    return lines


def gray_histogram(pixels: Pixels) -> npt.NDArray[np.int64]:
    """How many pixels uint8 (n, 48, 48) have each of the 256 gray levels; counted in parts, which saves memory."""
    counts = np.zeros(256, np.int64)
    for start in range(0, len(pixels), _AT_ONCE):
        counts += np.bincount(pixels[start : start + _AT_ONCE].ravel(), minlength=256)
    return counts


def _gray_levels(pixels: Pixels) -> GrayLevels:
    counts = gray_histogram(pixels)
    levels = np.arange(256)
    mean = float(counts @ levels / counts.sum())
    return GrayLevels(mean=mean, std=float(np.sqrt(counts @ (levels - mean) ** 2 / counts.sum())))

"""Pictures of a data set: how its emotions are spread, what its faces look like, how bright they are."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from mimika.data.faces import SIDE, Faces
from mimika.data.split import Split
from mimika.data.summary import gray_histogram
from mimika.emotions import COLORS, EMOTIONS
from mimika.figures.style import (
    INK,
    MUTED,
    PAGE_WIDTH,
    PAPER,
    PNG_PIXELS,
    SMALL_SIZE,
    TEXT_SIZE,
    new_figure,
    percent_axis,
    say,
    show_gray,
    styled,
    tip,
    write_below,
)
from mimika.figures.wording import percent
from mimika.metrics import FEWEST_FACES
from mimika.wording import listed, numbered

GAP = 2
"""Face pixels between two faces of a sheet."""


@styled
def distribution(counts: Mapping[Split, Mapping[str, int]]) -> Figure:
    """How each split is made up of the emotions; splits without faces are left out."""
    filled = {split: dict(of) for split, of in counts.items() if sum(of.values())}
    figure, axes = new_figure(PAGE_WIDTH, 3.4, 1, max(1, len(filled)), share_x=True, share_y=True)
    whole = {emotion: sum(of.get(emotion, 0) for of in filled.values()) for emotion in EMOTIONS}
    if not filled:
        say(figure, "There are no faces yet")
        return figure
    rows = range(len(EMOTIONS))
    for panel, (split, of) in zip(axes, filled.items(), strict=True):
        total = sum(of.values())
        shares = [of.get(emotion, 0) / total for emotion in EMOTIONS]
        bars = panel.barh(rows, shares, height=0.72, color=list(COLORS.values()))
        for row, (bar, emotion) in enumerate(zip(bars, EMOTIONS, strict=True)):
            tip(bar, f"{split}, {emotion}: {of.get(emotion, 0):,} of {total:,} faces ({percent(shares[row])})")
            panel.annotate(
                f"{of.get(emotion, 0):,}",
                (shares[row], row),
                (4, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL_SIZE,
            )
        panel.set_title(f"{split}, {total:,}", loc="left", fontsize=TEXT_SIZE)
        panel.grid(False, axis="y")
        panel.set_yticks(rows, EMOTIONS)
        percent_axis(panel.xaxis, 0.1)
    axes[0].set_ylim(len(EMOTIONS) - 0.4, -0.6)
    axes[0].set_xlim(0, 1.3 * max(bar.get_width() for panel in axes for bar in panel.patches))  # type: ignore[attr-defined]
    most, least = (choose(whole, key=lambda emotion: whole[emotion]) for choose in (max, min))
    every = sum(whole.values())
    if whole[least]:
        times = whole[most] / whole[least]
        title = (
            f"{percent(whole[most] / every)} of the faces are {most}, {percent(whole[least] / every)} {least}:"
            f" {times:.{0 if times >= 10 else 1}f} times fewer"
        )
        if whole[most] == whole[least]:
            title = f"Each emotion has the same number of faces, {whole[most]:,}"
    else:
        title = f"{percent(whole[most] / every)} of the faces are {most}, none is {least}"
    say(figure, title, "Bars: share of the split. Figures: number of faces.")
    return figure


@styled
def face_sheet(faces: Faces, per_emotion: int = 8) -> Figure:
    """The first `per_emotion` faces of each emotion, a row each, at three PNG pixels a pixel."""
    sheet = np.zeros((len(EMOTIONS) * (SIDE + GAP) - GAP, per_emotion * (SIDE + GAP) - GAP, 2), np.uint8)
    shown = 0
    for row in range(len(EMOTIONS)):
        for column, face in enumerate(faces.pixels[faces.emotions == row][:per_emotion]):
            _put(sheet, row, column, face)
            shown += 1
    high, wide = (3 * pixels / PNG_PIXELS for pixels in sheet.shape[:2])
    left, above, rim = 0.95, 0.42, 0.05
    figure = Figure((left + wide + rim, above + high + rim))
    width, height = figure.get_size_inches()
    axes = figure.add_axes((left / width, rim / height, wide / width, high / height))
    axes.set_axis_off()
    show_gray(axes, sheet)
    say(figure, f"{shown} face{'s' if shown != 1 else ''}, as they are: {SIDE}×{SIDE} pixels, gray")
    for row, emotion in enumerate(EMOTIONS):
        middle = row * (SIDE + GAP) + SIDE / 2
        axes.annotate(
            emotion, (0, middle), (-9, 0), textcoords="offset points", ha="right", va="center", annotation_clip=False
        )
        axes.plot(
            [-4, -4],
            [row * (SIDE + GAP), row * (SIDE + GAP) + SIDE],
            color=COLORS[emotion],
            linewidth=3,
            solid_capstyle="butt",
            clip_on=False,
        )
    axes.set_xlim(0, sheet.shape[1])
    axes.set_ylim(sheet.shape[0], 0)
    return figure


def _put(sheet: npt.NDArray[np.uint8], row: int, column: int, face: npt.NDArray[np.uint8]) -> None:
    """Lay a face into a sheet of gray and opacity."""
    y, x = row * (SIDE + GAP), column * (SIDE + GAP)
    sheet[y : y + SIDE, x : x + SIDE, 0] = face
    sheet[y : y + SIDE, x : x + SIDE, 1] = 255


@styled
def mean_faces(faces: Faces) -> Figure:
    """The mean face of each emotion; the title names the one furthest from the mean of all with faces enough."""
    means = means_of(faces)
    figure = _face_row(faces, means, height=2.15)
    told = _told(faces)
    if len(told) > 1:
        middle = np.mean([means[emotion] for emotion in told], axis=0)
        furthest = max(told, key=lambda emotion: _distance(told[emotion], middle))
        title = f"On average, {furthest} faces look least like the others (n = {len(told[furthest]):,})"
        say(figure, title, f"{_MEANS}{_left_out(faces)}")
    elif len(means) > 1:
        say(figure, f"Too few faces to say whose look least like the others: {_FEW}", _MEANS)
    else:
        say(figure, f"The mean of {numbered(len(faces), 'face')}", _MEANS)
    return figure


def _told(faces: Faces) -> dict[str, npt.NDArray[np.uint8]]:
    """The pixels of each emotion that has enough faces for a headline."""
    return {emotion: of for emotion, of in _by_emotion(faces).items() if len(of) >= FEWEST_FACES}


def _left_out(faces: Faces) -> str:
    """Which emotions have faces, and too few for a headline that compares the others."""
    if len(_told(faces)) < 2:
        return ""
    few = [emotion for emotion, of in _by_emotion(faces).items() if 0 < len(of) < FEWEST_FACES]
    return f" Too few faces to compare, fewer than {FEWEST_FACES}: {listed(few)}." if few else ""


def _distance(pixels: npt.NDArray[np.uint8], middle: npt.NDArray[np.float64]) -> float:
    """How far a mean face is from another (48, 48), as variance of gray, less what chance in its faces adds.

    Brightness is no expression, so both are compared at the same mean gray.
    """
    mean = _mean(pixels)
    chance = (_mean_square(pixels) - mean**2).mean() - pixels.mean(axis=(1, 2), dtype=np.float64).var()
    return float(np.var(mean - middle) - chance / len(pixels))


_FEW: Final = f"fewer than {FEWEST_FACES} of most emotions"
_MEANS: Final = "Pixel by pixel, the mean of each emotion's faces; contrast raised alike in all."


@styled
def variance_faces(faces: Faces) -> Figure:
    """How much the faces of each emotion differ from one another, pixel by pixel: the brighter, the more."""
    deviations = {
        emotion: np.sqrt(_mean_square(of) - _mean(of) ** 2) for emotion, of in _by_emotion(faces).items() if len(of) > 1
    }
    figure = _face_row(faces, deviations, height=2.5)
    on_average = {emotion: float(deviations[emotion].mean()) for emotion in _told(faces)}
    if len(on_average) > 1:
        most, least = (choose(on_average, key=lambda emotion: on_average[emotion]) for choose in (max, min))
        title = (
            f"{most.capitalize()} faces differ most, by {on_average[most]:.0f} gray levels a pixel;"
            f" {least} faces least, by {on_average[least]:.0f}"
        )
        if on_average[most] - on_average[least] < 1:
            title = f"The faces of all emotions differ alike, by {on_average[most]:.0f} gray levels a pixel"
    else:
        title = f"Too few faces to say whose differ most: {_FEW}"
    say(figure, title, f"{_DEVIATIONS}{_left_out(faces)}")
    return figure


_DEVIATIONS: Final = (
    "Standard deviation of each pixel (the root of its variance) over an emotion's faces: black the least, white the"
    " most."
)


def means_of(faces: Faces) -> dict[str, npt.NDArray[np.float64]]:
    """The mean face (48, 48) of each emotion that there is, in gray levels."""
    return {emotion: _mean(of) for emotion, of in _by_emotion(faces).items() if len(of)}


def _by_emotion(faces: Faces) -> dict[str, npt.NDArray[np.uint8]]:
    return {emotion: faces.pixels[faces.emotions == number] for number, emotion in enumerate(EMOTIONS)}


def _mean(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """The mean face (48, 48), without a copy of all faces in another type."""
    mean: npt.NDArray[np.float64] = pixels.mean(axis=0, dtype=np.float64)
    return mean


def _mean_square(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """The mean of the squares (48, 48), likewise; exact, as both are whole numbers."""
    total: npt.NDArray[np.float64] = np.einsum("nij,nij->ij", pixels, pixels, dtype=np.float64, casting="unsafe")
    return total / len(pixels)


def _face_row(faces: Faces, images: Mapping[str, npt.NDArray[np.float64]], *, height: float) -> Figure:
    """An image for each emotion, spread alike from black to white so that they stay comparable, with the numbers."""
    figure, axes = new_figure(PAGE_WIDTH, height, 1, len(EMOTIONS))
    dark = min((float(image.min()) for image in images.values()), default=0.0)
    bright = max(dark + 1.0, *(float(image.max()) for image in images.values()), 1.0)
    for number, (emotion, panel) in enumerate(zip(EMOTIONS, axes, strict=True)):
        panel.set_axis_off()
        panel.set_title(emotion, fontsize=TEXT_SIZE, color=INK)
        if emotion in images:
            spread = (images[emotion] - dark) * 255 / (bright - dark)
            show_gray(panel, np.clip(spread, 0, 255).round().astype(np.uint8))
        else:
            panel.set_xlim(0, SIDE)
            panel.set_ylim(SIDE, 0)
            panel.set_aspect("equal")
        write_below(panel, f"n = {int((faces.emotions == number).sum()):,}", alpha=MUTED)
    return figure


@styled
def gray_levels(faces: Faces) -> Figure:
    """Which gray levels the pixels have, and how bright the faces of each emotion are."""
    figure, (left, right) = new_figure(PAGE_WIDTH, 3.2, 1, 2)
    levels = gray_histogram(faces.pixels) / max(1, faces.pixels.size)
    binned = levels.reshape(64, 4).sum(axis=1)
    left.stairs(binned, np.arange(0, 257, 4), fill=True, color=INK, alpha=0.35)
    left.set_title("All pixels", loc="left", fontsize=TEXT_SIZE)
    left.set_xlim(0, 256)
    left.set_ylim(bottom=0)
    left.yaxis.set_major_locator(MaxNLocator(nbins=4))
    left.yaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    left.set_ylabel("share of the pixels")
    left.set_xlabel("gray level, 0 black to 255 white")
    brightness = faces.pixels.mean(axis=(1, 2), dtype=np.float32)
    for number, emotion in enumerate(EMOTIONS):
        of = brightness[faces.emotions == number]
        if not len(of):
            continue
        low, quarter, median, three_quarters, high = np.percentile(of, (5, 25, 50, 75, 95))
        color = COLORS[emotion]
        right.plot([low, high], [number, number], color=color, linewidth=1.6)
        (box,) = right.plot(
            [quarter, three_quarters],
            [number, number],
            color=color,
            marker="o" if quarter == three_quarters else "",  # a line from a point to itself leaves nothing
            linewidth=9,
            markersize=9,
            solid_capstyle="butt",
        )
        tip(box, f"{emotion}: half of the faces from {quarter:.0f} to {three_quarters:.0f}, median {median:.0f}")
        right.plot(median, number, "o", color=PAPER, markersize=5)
    right.set_yticks(range(len(EMOTIONS)), EMOTIONS)
    right.set_ylim(len(EMOTIONS) - 0.4, -0.6)
    right.set_xlim(0, 256)
    right.grid(False, axis="y")
    right.set_title("Faces: median, half, nine in ten", loc="left", fontsize=TEXT_SIZE)
    right.set_xlabel("mean gray level of a face")
    for panel in (left, right):
        panel.set_xticks((0, 64, 128, 192, 255))
    say(figure, _brightest(brightness, faces), _left_out(faces).strip())
    return figure


def _brightest(brightness: npt.NDArray[np.float32], faces: Faces) -> str:
    """Whether the brightest emotion's faces, by their mean gray, are brighter than the darkest's by more than chance.

    They are where the means are three standard errors of their difference apart. By chance alone the two of seven that
    lie furthest apart, which are picked here, get there less than once in twenty times (Tukey's studentized range).
    """
    if not len(faces):
        return "There are no faces yet"
    told = {emotion: brightness[faces.emotions == EMOTIONS.index(emotion)] for emotion in _told(faces)}
    if len(told) < 2:
        return f"Too few faces to say whose are the brightest: {_FEW}"
    means = {emotion: float(of.mean()) for emotion, of in told.items()}
    bright, dark = (choose(means, key=lambda emotion: means[emotion]) for choose in (max, min))
    error = math.sqrt(sum(float(told[emotion].var(ddof=1)) / len(told[emotion]) for emotion in (bright, dark)))
    if means[bright] - means[dark] < max(1.0, 3 * error):
        mean = float(np.concatenate(list(told.values())).mean())
        return f"The faces of all emotions are about equally bright (mean {mean:.0f} of 255)"
    return (
        f"On average, {bright} faces are brighter than {dark} faces: gray level {means[bright]:.0f} of 255"
        f" (n = {len(told[bright]):,}) against {means[dark]:.0f} (n = {len(told[dark]):,})"
    )

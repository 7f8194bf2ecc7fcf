"""How every picture of mimika looks, and how it leaves memory as PNG or SVG.

Pictures are drawn once and shown on light and on dark ground. So whatever is text, axis or grid is drawn in `INK`, and
whatever hides what lies behind it in `PAPER`; an SVG has the first replaced by the colour of the text around it, the
second by the ground of the page (`--paper`, where the page says so).
"""

import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar
from xml.sax.saxutils import quoteattr

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MultipleLocator

from mimika.errors import RunError
from mimika.figures.wording import percent, wrapped
from mimika.files import replacing, write_text

AnyArtist = TypeVar("AnyArtist", bound=Artist)

INK: Final = "#1f2328"
PAPER: Final = "#fffffe"  # not plain white, so that a white that is meant stays white
ACCENT: Final = "#2f80d0"  # at least 3:1 against white and against #0d1117
SECOND: Final = "#c2620e"
MUTED: Final = 0.62
"""Opacity of ink that steps back."""

BEHIND: Final = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
"""The box of a text that hides the lines behind it."""

PAGE_WIDTH: Final = 7.5
"""Inches: 720 CSS pixels, the width of a picture on the page."""

CSS_PIXELS: Final = 96
PNG_PIXELS: Final = 2 * CSS_PIXELS
"""Pixels an inch: a PNG has twice the pixels it is shown at, for dense screens."""

TITLE_SIZE: Final = 13.0
TEXT_SIZE: Final = 10.0
SMALL_SIZE: Final = 9.0

styled = matplotlib.rc_context(
    {
        "text.color": INK,
        "text.parse_math": False,  # a name with two dollar signs is no formula
        "axes.labelcolor": INK,
        "font.size": TEXT_SIZE,
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "lines.solid_capstyle": "round",
    }
)
"""Decorator of every function that draws: what it makes is in the style, and matplotlib's settings stay untouched."""

_FONTS: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_NO_METADATA: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_METADATA: Final[Mapping[str, dict[str, None]]] = {".png": {"Software": None}, ".pdf": {"CreationDate": None}}
"""Of each form but SVG: what would make the same figure another file tomorrow is left out."""

_ALONE: Final = (
    "<style>svg{color:#1f2328;--paper:#ffffff}"
    "@media(prefers-color-scheme:dark){svg{color:#e6edf3;--paper:#0d1117}}</style>"
)


def new_figure(
    width_inches: float,
    height_inches: float,
    rows: int = 1,
    columns: int = 1,
    *,
    share_x: bool = False,
    share_y: bool = False,
    heights: Sequence[float] | None = None,
) -> tuple[Figure, list[Axes]]:
    """An empty figure and its dressed axes, row by row: no frame, a thin grid, everything in ink."""
    figure = Figure((width_inches, height_inches), layout="constrained")
    grid = figure.subplots(
        rows,
        columns,
        sharex=share_x,
        sharey=share_y,
        squeeze=False,
        gridspec_kw={"height_ratios": heights} if heights else None,
    )
    axes = list(grid.flat)
    for one in axes:
        dress(one)
    return figure, axes


def dress(axes: Axes) -> None:
    """Give axes the style: no frame, a thin grid behind the data, small ticks in ink."""
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.grid(color=INK, alpha=0.14, linewidth=0.7)
    axes.tick_params(length=0, labelsize=SMALL_SIZE, labelcolor=INK)
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set(size=SMALL_SIZE, color=INK)


def say(figure: Figure, title: str, note: str = "", note_size: float = SMALL_SIZE) -> None:
    """Head a figure with what there is to see and, below it in smaller type, what is drawn."""
    width = figure.get_figwidth() * 72
    lines = fitted(title, width, TITLE_SIZE, "bold")
    small = fitted(note, width, note_size) if note else ""
    # Two sizes of type need two texts. The layout reserves room for one, so the title leaves the note's lines free.
    room = "\n" * (small.count("\n") + 1) if note else ""
    heading = figure.suptitle(
        lines + room, x=0.005, ha="left", fontsize=TITLE_SIZE, fontweight="bold", linespacing=1.15
    )
    if figure.get_layout_engine() is None:
        heading.set_y(1 - 3 / 72 / figure.get_figheight())
    top = 1 - (1.15 * 1.17 * TITLE_SIZE * (lines.count("\n") + 1) + 6) / 72 / figure.get_figheight()
    figure.text(0.005, top, small, fontsize=note_size, ha="left", va="top", alpha=0.8)


def heading_inches(figure: Figure, title: str, note: str) -> float:
    """How much room a figure of this width needs at its top for what `say` writes, where no layout makes it."""
    width = figure.get_figwidth() * 72
    lines = fitted(title, width, TITLE_SIZE, "bold").count("\n") + 1
    small = fitted(note, width, SMALL_SIZE).count("\n") + 1
    return (1.15 * 1.17 * TITLE_SIZE * lines + 1.2 * 1.17 * SMALL_SIZE * small + 10) / 72


def fitted(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Text in lines of so many points (1/72 inch)."""
    return wrapped(text, width, lambda line: width_of(line, size, weight))


def width_of(line: str, size: float, weight: str = "normal") -> float:
    """Points (1/72 inch) that a line of text takes up at most, in the font that a PNG has; an SVG's is narrower.

    In a PNG letters are moved to whole pixels, which makes a line up to two in a hundred wider than it is measured.
    """
    font = FontProperties(size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(line, font, ismath=False)[0]) / 0.97


def title_of(figure: Figure) -> str:
    """What a figure is headed with, as one line."""
    return " ".join(figure.get_suptitle().split())


def tip(artist: AnyArtist, text: str) -> AnyArtist:
    """Let an SVG show `text` when the pointer rests on the artist."""
    artist.set_gid(f"tip: {text}")
    return artist


def show_gray(axes: Axes, image: npt.NDArray[np.uint8]) -> None:
    """Show gray pixels (height, width), or gray and opacity (height, width, 2), without smoothing."""
    gray, opacity = (image, np.full_like(image, 255)) if image.ndim == 2 else (image[..., 0], image[..., 1])
    axes.imshow(np.stack([gray, gray, gray, opacity], axis=-1), interpolation="none")


def write_below(axes: Axes, text: str, gap: float = 4, *, alpha: float | None = None, linespacing: float = 1.2) -> None:
    """Write small type in the middle below a face, so many points from it."""
    axes.annotate(
        text,
        (0.5, 0),
        (0, -gap),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=SMALL_SIZE,
        alpha=alpha,
        linespacing=linespacing,
    )


def percent_axis(axis: Axis, step: float | None = None) -> None:
    """Tick an axis of shares in percent."""
    if step:
        axis.set_major_locator(MultipleLocator(step))
    axis.set_major_formatter(FuncFormatter(lambda share, _: percent(share, 0)))


def accuracy_window(shown: Iterable[tuple[float, tuple[float, float]]]) -> tuple[float, float]:
    """Limits of an axis on which accuracies have room with their intervals, and little more.

    What lies more than 25 points below the best, and below the others' intervals, is left out, so that a network that
    learned nothing does not flatten the others: it is drawn at the foot with its figure.

    >>> window = accuracy_window([(0.245, (0.231, 0.259)), (0.516, (0.500, 0.532)), (0.629, (0.591, 0.666))])
    >>> tuple(round(limit, 3) for limit in window)
    (0.491, 0.671)
    """
    known = sorted(shown, reverse=True)
    best = low = known[0][0]
    high = best + 0.025
    for accuracy, (least, most) in known:
        if accuracy < min(low, best - 0.25):
            break
        low = min(low, accuracy - 0.025, least - 0.005)
        high = max(high, most + 0.005)
    return (max(0.0, low), min(1.0, high))


def readable_step(span: float) -> float:
    """The distance of ticks in which people read an axis of accuracies that spans so much."""
    return next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2) if span <= 6 * step or step == 0.2)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as .png, .pdf or .svg, by the suffix, all or nothing; the same figure gives the same bytes.

    PNG and PDF have a white ground; the SVG stands alone and follows the reader's light or dark setting.

    Raises:
        RunError: when the suffix is another.
    """
    if path.suffix == ".svg":
        svg = to_svg(figure)
        end = svg.index(">") + 1
        write_text(path, f"{svg[:end]}{_ALONE}{svg[end:]}")
        return
    if path.suffix not in _METADATA:
        raise RunError(f"{path}: a figure is written as .svg, .png or .pdf. Name it so.")
    # Font type 42: letters that stay letters.
    with replacing(path) as part, matplotlib.rc_context({"savefig.facecolor": "white", "pdf.fonttype": 42}):
        figure.savefig(part, format=path.suffix[1:], dpi=PNG_PIXELS, metadata=_METADATA[path.suffix])


def to_svg(figure: Figure) -> str:
    """A figure as an `<svg>` element to stand in a page: as wide as its place, text as text, colors of the page.

    Ids differ from one figure to another, so that several can stand in one page.
    """
    title = title_of(figure)
    drawn = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        figure.savefig(drawn, format="svg", transparent=True, metadata=_NO_METADATA)
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :].strip()
    width, height = (round(inches * 72) for inches in figure.get_size_inches())
    _, svg = svg.split(">", 1)
    # A style sheet would reach the whole page, so the two rules matplotlib writes become attributes that are inherited.
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"<g id=([\"'])tip: (.*?)\1>", r"<g><title>\2</title>", svg)
    svg = re.sub(r"font-family: [^;\"]*", f"font-family: {_FONTS}", svg)
    svg = svg.replace(INK, "currentColor").replace(PAPER, "var(--paper, Canvas)")
    svg = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", svg)
    svg = _with_own_ids(svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    # Wider than drawn only a little: a small picture on a wide page should not shout.
    style = (
        f"--drawn:{width}px;width:100%;max-width:{round(width * 1.7)}px;height:auto;"
        "stroke-linejoin:round;stroke-linecap:butt"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100%" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label={quoteattr(title)} style="{style}">{svg}'
    )


def _with_own_ids(svg: str) -> str:
    """Drop the ids that nothing refers to, and give the others a prefix that no other figure has."""
    prefix = "f" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    used = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'xlink:href="#([^"]+)"', svg))
    svg = re.sub(r'\s+id="([^"]*)"', lambda found: f' id="{prefix}-{found[1]}"' if found[1] in used else "", svg)
    return svg.replace("url(#", f"url(#{prefix}-").replace('xlink:href="#', f'xlink:href="#{prefix}-')

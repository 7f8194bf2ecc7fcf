"""Pictures of what drives a training: gradients, epoch by epoch and layer by layer, and the learning rate."""

import math
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from mimika.figures.style import (
    ACCENT,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALL_SIZE,
    TEXT_SIZE,
    dress,
    say,
    styled,
    tip,
)
from mimika.figures.wording import readable
from mimika.language import ENGLISH
from mimika.models.layers import gradients_by_layer
from mimika.record import Record
from mimika.wording import scientific


@styled
def gradients(record: Record) -> Figure:
    """How large a run's gradients were in each epoch and are in each layer, and the learning rate after it."""
    by_layer = gradients_by_layer(record.gradient_norms, record.recipe.architecture)
    norms = {ENGLISH.layer(layer): norm for layer, norm in by_layer.items()}
    figure = Figure((PAGE_WIDTH, max(3.9, 1.2 + 0.17 * len(norms))), layout="constrained")
    panels = figure.subplot_mosaic([["norm", "layers"], ["rate", "layers"]])
    for panel in panels.values():
        dress(panel)
    epochs = [row.epoch for row in record.epochs]
    for name, title, values in (
        ("norm", "Gradient norm, mean over the epoch", [row.gradient_norm for row in record.epochs]),
        ("rate", "Learning rate at the epoch's end", [row.learning_rate for row in record.epochs]),
    ):
        panel = panels[name]
        panel.plot(epochs, values, color=ACCENT, marker="." if len(epochs) == 1 else "")
        panel.axvline(record.best_epoch, color=ACCENT, linewidth=1, alpha=0.6)
        panel.set_title(title, loc="left", fontsize=TEXT_SIZE)
        panel.set_xlim(0.5, max(2, len(epochs)) + 0.5)
        panel.set_ylim(0, 1.1 * max([value for value in values if math.isfinite(value)] or [1.0]) or 1.0)
        panel.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        panel.yaxis.set_major_locator(MaxNLocator(nbins=4))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    panels["rate"].set_xlabel("epoch")
    panels["norm"].tick_params(labelbottom=False)
    _draw_layers(panels["layers"], norms)
    say(
        figure,
        f"{readable(record.name)}: {_told(norms)}",
        "Left: as it trained; the line marks the kept epoch. Right: the loss's gradient in each layer's weights on"
        " training faces, with the kept weights, on a log scale.",
    )
    return figure


def _draw_layers(axes: Axes, norms: dict[str, float]) -> None:
    """A dot a layer, the one next to the face on top; what cannot stand on a log scale is written."""
    shown = [norm for norm in norms.values() if _drawable(norm)] or [1.0]
    axes.set_xscale("log")
    # At least a decade either way, so that a difference of no account does not look like one.
    middle = math.log10(min(shown) * max(shown)) / 2
    reach = max(1.0, math.log10(max(shown) / min(shown)) / 2 + 0.3)
    axes.set_xlim(10 ** (middle - reach), 10 ** (middle + reach))
    for row, (layer, norm) in enumerate(norms.items()):
        if _drawable(norm):
            axes.plot([axes.get_xlim()[0], norm], [row, row], color=INK, alpha=0.25, linewidth=0.9)
            (dot,) = axes.plot(norm, row, "o", color=ACCENT, markersize=6)
            tip(dot, f"{layer}: {scientific(norm)}")
        else:
            axes.annotate(
                scientific(norm),
                (axes.get_xlim()[0], row),
                (4, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL_SIZE,
                alpha=MUTED,
            )
    axes.set_yticks(range(len(norms)), list(norms))
    axes.set_ylim(len(norms) - 0.4, -0.6)
    axes.grid(False, axis="y")
    axes.set_title("Gradient norm of each layer", loc="left", fontsize=TEXT_SIZE)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda norm, _: f"{norm:g}" if norm >= _PLAIN else scientific(norm)))
    axes.minorticks_off()


_PLAIN: Final = 1e-3
"""Norms from here on are written without an exponent."""


def _drawable(norm: float) -> bool:
    return math.isfinite(norm) and norm > 0


def _told(norms: dict[str, float]) -> str:
    """How much of the gradient at the answers arrives next to the face."""
    (first, near), (last, far) = next(iter(norms.items())), list(norms.items())[-1]
    if not all(map(math.isfinite, (near, far))):
        return "its gradients are not finite"
    if far == 0:
        return "no gradient arrives at any layer" if near == 0 else f"no gradient at {last}"
    return f"the gradient at {first} is {scientific(near / far)} times that at {last}"

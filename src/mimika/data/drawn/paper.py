"""The paper that faces are drawn on: where its pixels lie on the face, and the soft shapes that everything is made of.

Only sums, products, quotients and square roots are used, which every processor rounds alike, so that the same traits
give the same bytes everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from mimika.data.drawn.anatomy import Feature, Floats
from mimika.data.faces import SIDE

Traits = Mapping[str, Floats]
"""What is drawn, float32 (n, 1, 1) each."""

Moves = Mapping[Feature, Floats]
"""Movements of the left (0) and the right (1) half of each face as seen, float32 (2, n, 1, 1) each."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Paper:
    """Gray tones of a batch of faces, painted in place, and where on the face each pixel lies, in pixels of the face.

    Attributes:
        tones: float32 (n, rows, columns), 0 black to 255 white.
        x, y: place on the head as its outline shows it, from its middle, y downwards.
        u, v: place on what stands out from the head (eyes, nose, mouth), which shifts when the head turns.
        across, down: place on the paper itself, whatever lies there.
    """

    tones: Floats
    x: Floats
    y: Floats
    u: Floats
    v: Floats
    across: Floats
    down: Floats

    @classmethod
    def blank(cls, t: Traits) -> Self:
        """Black paper, with a head shifted, rolled, scaled and turned on it as the traits say."""
        steps = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
        across, down = np.zeros((2, len(t["roll"]), SIDE, SIDE), np.float32)
        across += steps[None, :]
        down += steps[:, None]
        half = t["roll"]
        cosine = (1 - half * half) / (1 + half * half) / t["scale"]
        sine = 2 * half / (1 + half * half) / t["scale"]
        x0, y0 = across - t["shift_x"], down - t["shift_y"]
        x, y = x0 * cosine + y0 * sine, y0 * cosine - x0 * sine
        u = x - t["yaw"] * 2 * np.maximum(1 - x * x * (1 / 484), 0)
        v = y - t["pitch"] * 1.2 * np.maximum(1 - y * y / 625, 0)
        return cls(tones=np.zeros_like(x), x=x, y=y, u=u, v=v, across=across, down=down)

    def part(self, rows: slice, columns: slice) -> Self:
        """A window of this paper: what is painted there is painted here."""
        fields = (self.tones, self.x, self.y, self.u, self.v, self.across, self.down)
        tones, x, y, u, v, across, down = (field[:, rows, columns] for field in fields)
        return type(self)(tones=tones, x=x, y=y, u=u, v=v, across=across, down=down)

    def paint(self, tone: Floats | float, cover: Floats) -> None:
        """Lay a tone over the paper, as opaque as the cover (0 to 1) says."""
        self.tones[...] += cover * (tone - self.tones)

    def shade(self, amount: Floats) -> None:
        """Darken (below 0) or lighten (above 0) by a share."""
        self.tones[...] *= 1 + amount


def ramp(distance: Floats, softness: float = 1.0) -> Floats:
    """1 well inside (negative distance in pixels), 0 well outside, straight between: an edge without stairs."""
    cover: Floats = np.clip(0.5 - distance * (1 / softness), 0, 1)
    return cover


def stroke(distance: Floats, half_width: Floats | float, softness: float = 1.2) -> Floats:
    """A line where the distance is 0."""
    return ramp(np.abs(distance) - half_width, softness)


def hump(x: Floats, half_width: Floats | float) -> Floats:
    """1 where x is 0, softly falling to 0 on both sides."""
    rest: Floats = np.maximum(1 - np.square(x / half_width), 0)
    return rest * rest


def dome(x: Floats, y: Floats, half_width: Floats | float, half_height: Floats | float) -> Floats:
    """1 in the middle of an ellipse, softly falling to 0 at its edge: lights, shadows and round things."""
    rest: Floats = np.maximum(1 - np.square(x / half_width) - np.square(y / half_height), 0)
    return rest * rest


def much(trait: Floats) -> Floats:
    """How much of a trait that not everybody has: 0 for who goes without."""
    amount: Floats = np.maximum(trait, 0)
    return amount


def some(trait: Floats, steepness: float = 4) -> Floats:
    """Whether of a trait that not everybody has: 0 for who goes without, 1 for most others."""
    share: Floats = np.minimum(much(trait) * steepness, 1)
    return share

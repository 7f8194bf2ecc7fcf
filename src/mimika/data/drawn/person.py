"""Who is drawn, and how the picture is taken: every trait with the range it is drawn from.

Lengths are in pixels of a 48×48 face, from its middle, x to the right, y downwards; tones from 0 black to 255 white.
A trait that not everybody has starts below 0: whoever draws a negative number goes without.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

import numpy as np

from mimika.data.drawn.anatomy import Floats

Trait = Literal[
    # the head
    "skin", "face_width", "jaw_taper", "squareness", "chin_y", "ears",
    # eyes and brows
    "eye_x", "eye_y", "eye_width", "eye_opening", "eye_tilt", "socket", "iris", "gaze",
    "brow_rise", "brow_length", "brow_thickness", "brow_tone", "brow_arch", "brow_slope",
    # nose and mouth
    "nose_y", "nose_width", "mouth_y", "mouth_width", "corner_rest", "lip_seal", "upper_lip", "lower_lip", "lip_tone",
    "fold_depth", "age",
    # hair and what is worn
    "hair_tone", "hairline", "hair_width", "hair_length", "fringe", "fringe_slant", "curl",
    "beard", "moustache", "glasses", "frame_tone",
    # pose: half the tangent of roll, turns as shares, shifts in pixels
    "roll", "yaw", "pitch", "shift_x", "shift_y", "scale",
    # light and camera
    "background", "background_slope", "light_x", "light_y", "contrast", "brightness", "blur", "noise",
    # what is in the way
    "hand", "bar", "hide_x", "hide_slant", "hide_tone",
]  # fmt: skip

TRAITS: Final[tuple[Trait, ...]] = get_args(Trait)

RANGES: Final[Mapping[Trait, tuple[float, float]]] = {
    "skin": (110, 210),
    "face_width": (18.5, 21.5),
    "jaw_taper": (0.05, 0.32),
    "squareness": (0.0, 0.7),
    "chin_y": (21.0, 24.0),
    "ears": (-1, 1),
    "eye_x": (8.6, 10.4),
    "eye_y": (-6.2, -4.4),
    "eye_width": (4.3, 5.5),
    "eye_opening": (1.6, 2.5),
    "eye_tilt": (-0.08, 0.12),
    "socket": (0.15, 0.4),
    "iris": (15, 75),
    "gaze": (-0.8, 0.8),
    "brow_rise": (4.2, 6.4),
    "brow_length": (9.0, 11.0),
    "brow_thickness": (0.65, 1.3),
    "brow_tone": (0.3, 0.6),
    "brow_arch": (0.4, 1.5),
    "brow_slope": (-0.4, 0.5),
    "nose_y": (4.0, 6.0),
    "nose_width": (2.7, 4.0),
    "mouth_y": (11.6, 13.6),
    "mouth_width": (7.0, 9.0),
    "corner_rest": (-0.4, 0.45),
    "lip_seal": (0.4, 1.8),
    "upper_lip": (0.8, 1.6),
    "lower_lip": (1.1, 2.1),
    "lip_tone": (0.58, 0.9),
    "fold_depth": (0.1, 0.35),
    "age": (-0.6, 1.0),
    "hair_tone": (12, 140),
    "hairline": (-25.0, -16.5),
    "hair_width": (0.5, 5.0),
    "hair_length": (-1.5, 1.0),
    "fringe": (-2.0, 1.0),
    "fringe_slant": (-0.25, 0.25),
    "curl": (0.0, 1.0),
    "beard": (-2.8, 1.0),
    "moustache": (-3.0, 1.0),
    "glasses": (-4.0, 1.0),
    "frame_tone": (10, 90),
    "roll": (-0.095, 0.095),
    "yaw": (-1.3, 1.3),
    "pitch": (-1.1, 1.1),
    "shift_x": (-4.6, 4.6),
    "shift_y": (-4.2, 3.6),
    "scale": (0.94, 1.12),
    "background": (20, 235),
    "background_slope": (-1.2, 1.2),
    "light_x": (-1.0, 1.0),
    "light_y": (-0.6, 0.3),
    "contrast": (0.8, 1.45),
    "brightness": (-20, 25),
    "blur": (0.0, 0.9),
    "noise": (1.0, 8.0),
    "hand": (-20.0, 1.0),
    "bar": (-25.0, 1.0),
    "hide_x": (-16.0, 16.0),
    "hide_slant": (-0.5, 0.5),
    "hide_tone": (10, 240),
}


def draw_persons(n: int, rng: np.random.Generator) -> dict[Trait, Floats]:
    """Traits of n persons and of the pictures taken of them, each float32 (n, 1, 1), independent of each other."""
    shares = rng.random((len(TRAITS), n, 1, 1), dtype=np.float32)
    return {
        trait: RANGES[trait][0] + share * (RANGES[trait][1] - RANGES[trait][0])
        for trait, share in zip(TRAITS, shares, strict=True)
    }

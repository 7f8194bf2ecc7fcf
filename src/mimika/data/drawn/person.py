"""Who is drawn, and how the picture is taken: every trait with the range it is drawn from.

Lengths are in pixels of a 48×48 face, from its middle, x to the right, y downwards; tones from 0 black to 255 white.
A trait that not everybody has starts below 0: whoever draws a negative number goes without.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mimika.data.drawn.anatomy import Floats

RANGES: Final[Mapping[str, tuple[float, float]]] = {
    # the head
    "skin": (110, 210),
    "face_width": (18.5, 21.5),
    "jaw_taper": (0.05, 0.32),
    "squareness": (0.0, 0.7),
    "chin_y": (21.0, 24.0),
    "ears": (-1, 1),
    # eyes and brows
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
    # nose and mouth
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
    # hair and what is worn
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
    # pose: half the tangent of roll, turns as shares, shifts in pixels
    "roll": (-0.095, 0.095),
    "yaw": (-1.3, 1.3),
    "pitch": (-1.1, 1.1),
    "shift_x": (-4.6, 4.6),
    "shift_y": (-4.2, 3.6),
    "scale": (0.94, 1.12),
    # light and camera
    "background": (20, 235),
    "background_slope": (-1.2, 1.2),
    "light_x": (-1.0, 1.0),
    "light_y": (-0.6, 0.3),
    "contrast": (0.8, 1.45),
    "brightness": (-20, 25),
    "blur": (0.0, 0.9),
    "noise": (1.0, 8.0),
    # what is in the way
    "hand": (-20.0, 1.0),
    "bar": (-25.0, 1.0),
    "hide_x": (-16.0, 16.0),
    "hide_slant": (-0.5, 0.5),
    "hide_tone": (10, 240),
}


def draw_persons(n: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Traits of n persons and of the pictures taken of them, each float32 (n, 1, 1), independent of each other."""
    shares = rng.random((len(RANGES), n, 1, 1), dtype=np.float32)
    return {
        trait: low + share * (high - low) for (trait, (low, high)), share in zip(RANGES.items(), shares, strict=True)
    }

"""Draws a batch of faces at once, from back to front, as soft shapes: no loop over faces."""

from typing import Final

import numpy as np

from mimika.data.drawn.anatomy import Floats
from mimika.data.drawn.features import paint_features
from mimika.data.drawn.paper import Moves, Paper, Traits, dome, much, ramp, some, stroke
from mimika.data.faces import SIDE, Pixels

HEAD_MIDDLE: Final = -2.0
HEAD_HEIGHT: Final = 26.0
"""Where a head is widest, and how far its top is above that, beyond the paper's edge as in FER2013."""


def draw_portraits(traits: Traits, moves: Moves, rng: np.random.Generator) -> Pixels:
    """Faces of these persons, moved so.

    Args:
        traits: float32 (n, 1, 1) each.
        moves: float32 (2, n, 1, 1) each.
        rng: gives the grain of skin, hair and film.

    Returns:
        uint8 (n, 48, 48).
    """
    grain = rng.integers(0, 256, (2, len(traits["skin"]), SIDE, SIDE), np.uint8).astype(np.float32) / 255 - 0.5
    paper = Paper.blank(traits)
    _paint_background(paper, traits)
    _paint_head(paper, traits, moves, grain[0])
    paint_features(paper, traits, moves)
    _paint_beard_and_hair(paper, traits, grain[0])
    _paint_glasses(paper.part(slice(4, 34), slice(0, SIDE)), traits)
    _paint_obstacles(paper, traits)
    return _photograph(paper, traits, grain[1])


def _paint_background(paper: Paper, t: Traits) -> None:
    """A wall, lighter on one side, and long hair in front of it."""
    paper.tones[...] = t["background"] + t["background_slope"] * (paper.across + paper.down * 0.5)
    mane = ramp(np.abs(paper.x) - t["face_width"] - 1 - t["hair_width"], 2)
    paper.paint(t["hair_tone"], mane * ramp(paper.y - 40 * t["hair_length"], 3) * some(t["hair_length"]))


def _from_outline(paper: Paper, t: Traits, jaw: Floats | float) -> Floats:
    """Signed distance in pixels, about, from the outline of the head, with its jaw dropped by so many pixels."""
    y = paper.y - HEAD_MIDDLE
    below = np.maximum(y, 0) / (t["chin_y"] + jaw - HEAD_MIDDLE)
    above = np.minimum(y, 0) / HEAD_HEIGHT
    a = np.square(paper.x / (t["face_width"] * (1 - t["jaw_taper"] * below * below)))
    b = np.square(below + above)
    oval, square = np.sqrt(a + b), np.sqrt(np.sqrt(a * a + b * b))
    distance: Floats = (oval + t["squareness"] * (square - oval) - 1) * 20
    return distance


def _paint_head(paper: Paper, t: Traits, moves: Moves, grain: Floats) -> None:
    """Neck, ears, and the skin with its large lights and shadows."""
    u, v, skin = paper.u, paper.v, t["skin"]
    beside = np.abs(paper.x) - t["face_width"]
    paper.paint(skin * 0.62, ramp(beside + t["face_width"] * 0.38, 2) * ramp(15 - paper.y, 2))
    ear = ramp(np.square(beside / 2.2) + np.square((paper.y + 1) / 6) - 1, 0.6)
    paper.paint(skin * 0.8, ear * some(t["ears"]))

    jaw = moves["jaw_y"].mean(axis=0)
    distance = _from_outline(paper, t, jaw)
    depth = np.maximum(1 + distance / 20, 0)
    face = skin * (1 + grain * 0.05) * (1 - 0.42 * depth * depth * depth)
    face *= 1 + 0.14 * dome(u, v + 14, 14, 8)
    for side in (0, 1):
        outwards, cheek = u * (2 * side - 1), moves["cheek"][side]
        face *= 1 + (0.12 + 0.12 * cheek) * dome(outwards - 10, v - 4 + cheek * 2, 7, 6)
        face *= 1 - 0.12 * dome(outwards - 14, v - 12, 6, 9)
    face *= 1 + 0.12 * dome(u, v - t["chin_y"] + 3.5 - jaw, 5, 3)
    face *= 1 - 0.22 * dome(u, v - t["mouth_y"] - 4 - jaw * 0.9, 6, 2)
    paper.paint(face, ramp(distance, 1.2))


def _paint_beard_and_hair(paper: Paper, t: Traits, grain: Floats) -> None:
    """Beard, moustache, and the hair of the head with its fringe, streaked and shining towards the light."""
    x, y, v = paper.x, paper.y - HEAD_MIDDLE, paper.v
    streaks = 0.5 * (grain + np.roll(grain, 1, axis=1) + np.roll(grain, 2, axis=1) + np.roll(grain, 3, axis=1))
    shine = dome(x - t["light_x"] * 8, paper.y + 21, 12, 7)
    hair = t["hair_tone"] * (0.85 + streaks * 0.3 + shine * 0.6)

    around_mouth = 1 - np.minimum(dome(paper.u, v - t["mouth_y"] - 1, 9, 6) * 3, 1)
    beard = ramp(t["mouth_y"] - 4 - np.abs(paper.u) * 0.3 - v, 6) * ramp(_from_outline(paper, t, 0), 2)
    paper.paint(hair, beard * around_mouth * np.minimum(much(t["beard"]), 0.7))
    middle = (t["nose_y"] + t["mouth_y"]) * 0.5 + 0.8 + np.abs(paper.u) * 0.18
    moustache = stroke(v - middle, 0.7, 1.5) * ramp(np.abs(paper.u) - 7, 2)
    paper.paint(hair, moustache * np.minimum(much(t["moustache"]), 0.8))

    hairline = t["hairline"] + x * x * 0.03 + streaks * (1 + t["curl"])
    cap = ramp(paper.y - hairline, 2.5)
    temple = t["face_width"] - 0.6 + np.maximum(y + 10, 0) * 0.15
    sides = ramp(temple - np.abs(x), 1.5) * ramp(y - 3, 3)
    tips = t["hairline"] + 7.5 * much(t["fringe"]) + t["fringe_slant"] * x * 2 + streaks * 2
    fringe = ramp(paper.y - tips, 2) * ramp(np.abs(x) - t["face_width"], 2) * some(t["fringe"], 5)
    crown = np.sqrt(np.square(x / (t["face_width"] + t["hair_width"])) + np.square(np.minimum(y, 0) / 27))
    outline = ramp(crown * 20 - 20 + streaks * t["curl"] * 2, 2)
    paper.paint(hair, np.maximum(np.maximum(cap, sides), fringe) * outline)


def _paint_glasses(paper: Paper, t: Traits) -> None:
    """Two rims, bridge, temples, and a glint on the glass."""
    beside = np.abs(paper.u)
    x, y = beside - t["eye_x"], paper.v - t["eye_y"] - 0.7
    rim = (np.sqrt(np.sqrt(np.square(np.square(x / 6.6)) + np.square(np.square(y / 5)))) - 1) * 5
    bar = stroke(y + 1, 0.4, 1.1)
    bridge = bar * ramp(x + 6)
    temples = bar * ramp(6 - x) * ramp(beside - t["face_width"])
    worn = some(t["glasses"])
    paper.paint(t["frame_tone"], worn * np.maximum(np.maximum(stroke(rim, 0.35), bridge), temples) * 0.9)
    paper.shade(worn * 0.1 * ramp(rim + 0.5) * stroke(x + y, 1.2, 1))


def _paint_obstacles(paper: Paper, t: Traits) -> None:
    """The fingers of a hand from below, or a bar across the picture: each in a few pictures."""
    along = paper.across - t["hide_x"] - t["hide_slant"] * paper.down
    for finger in range(4):
        off = along - 4.8 * (finger - 1.5)
        beyond = np.maximum(7 + 2 * abs(finger - 1) - paper.down, 0)
        shape = ramp(np.sqrt(off * off + beyond * beyond) - 2.3)
        paper.paint(t["skin"] * (0.95 - np.abs(off) * 0.12), shape * some(t["hand"], 20))
    bar = stroke(paper.down + paper.across * t["hide_slant"] - t["hide_x"], 2.2, 1)
    paper.paint(t["hide_tone"], bar * some(t["bar"], 20))


def _photograph(paper: Paper, t: Traits, grain: Floats) -> Pixels:
    """Light from one side, exposure, blur and grain, rounded to whole gray levels."""
    paper.shade((t["light_x"] * paper.across + t["light_y"] * paper.down) * (0.55 / 24))
    picture = (paper.tones - 128) * t["contrast"] + 128 + t["brightness"]
    for axis in (1, 2):
        neighbours = np.roll(picture, -1, axis) + np.roll(picture, 1, axis)
        picture = picture + (neighbours - 2 * picture) * (t["blur"] * 0.25)
    return np.clip(picture + grain * 2 * t["noise"] + 0.5, 0, 255).astype(np.uint8)

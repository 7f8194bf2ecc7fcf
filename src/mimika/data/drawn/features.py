"""Eyes with their brows, nose and mouth: the features that action units move."""

import numpy as np

from mimika.data.drawn.anatomy import Feature, Floats
from mimika.data.drawn.paper import Moves, Paper, Traits, dome, hump, much, ramp, stroke

EYE_ROWS, EYE_COLUMNS = slice(0, 36), (slice(0, 35), slice(13, 48))
NOSE_ROWS, NOSE_COLUMNS = slice(8, 48), slice(2, 46)
MOUTH_ROWS, MOUTH_COLUMNS = slice(18, 48), slice(0, 48)
"""The part of the paper where a feature can be, for speed."""


def paint_features(whole: Paper, t: Traits, moves: Moves) -> None:
    """Both eyes, the nose and the mouth, each where the person has them and the action units move them."""
    for side in (0, 1):
        paper = whole.part(EYE_ROWS, EYE_COLUMNS[side])
        own = {feature: moved[side] for feature, moved in moves.items()}
        outwards = paper.u * (2 * side - 1)
        _paint_brow(paper, outwards, t, own)
        _paint_eye(paper, outwards, t, own, side)
    _paint_nose(whole.part(NOSE_ROWS, NOSE_COLUMNS), t, moves)
    _paint_mouth(whole.part(MOUTH_ROWS, MOUTH_COLUMNS), t, moves)


def _paint_brow(paper: Paper, outwards: Floats, t: Traits, m: Moves) -> None:
    """The socket, the brow as a bow from its inner to its outer end, and the lines that it folds into the forehead."""
    v = paper.v
    paper.shade(-t["socket"] * dome(outwards - t["eye_x"] + 1, v - t["eye_y"] + 1, 8, 5.5))
    paper.shade(-0.25 * dome(outwards - 4, v - t["eye_y"], 2.8, 5))

    inner_x = t["eye_x"] - t["brow_length"] * 0.54 + m["brow_inner_x"]
    along = (outwards - inner_x) / (t["brow_length"] - m["brow_inner_x"])
    share = np.clip(along, 0, 1)
    rest_y = t["eye_y"] - t["brow_rise"]
    inner_y = rest_y + m["brow_inner_y"] + t["brow_slope"]
    outer_y = rest_y + m["brow_outer_y"] - t["brow_slope"] + 0.6
    brow_y = inner_y + (outer_y - inner_y) * share - t["brow_arch"] * 4 * share * (1 - share)

    for above in (3, 5):
        line = stroke(v - brow_y + above, 0.2) * hump(along - 0.4, 0.7)
        paper.shade((m["forehead_lines"] + much(t["age"]) * 0.25) * -0.26 * line)
    paper.shade(m["frown_lines"] * -0.42 * stroke(outwards - 1.5, 0.35) * hump(v - t["eye_y"] + 5, 5))
    thickness = t["brow_thickness"] * (1.25 - 0.6 * share)
    brow = stroke(v - brow_y, thickness, 1.3) * ramp((np.abs(along - 0.5) - 0.5) * 8, 1.5)
    paper.paint(np.minimum(t["hair_tone"] * 0.7, t["skin"] * t["brow_tone"]), brow * 0.9)


def _paint_eye(paper: Paper, outwards: Floats, t: Traits, m: Moves, side: int) -> None:
    """The eyeball between its lids, and the creases around it."""
    v, skin = paper.v, t["skin"]
    s = (outwards - t["eye_x"]) / t["eye_width"]
    bow = np.maximum(1 - s * s, 0)
    level = t["eye_y"] - t["eye_tilt"] * (outwards - t["eye_x"])
    upper_y = level - np.maximum(t["eye_opening"] - m["upper_lid_y"], 0.2) * bow
    lower_y = level + np.maximum(t["eye_opening"] * 0.75 + m["lower_lid_y"], -0.1) * bow

    ball = ramp(upper_y - v) * ramp(v - lower_y) * ramp((np.abs(s) - 1) * 4)
    paper.paint(60 + skin * 0.72, ball)
    iris_x, iris_y = paper.u - (2 * side - 1) * t["eye_x"] - t["gaze"], v - t["eye_y"]
    radius = np.sqrt(np.square(iris_x) + np.square(iris_y + 0.2))
    paper.paint(t["iris"], ball * ramp(radius - 2, 1.1))
    paper.paint(8, ball * ramp(radius - 0.9))
    paper.paint(235, ball * dome(iris_x + 0.7, iris_y + 0.9, 1, 1))

    ends = ramp((np.abs(s) - 1.05) * 5, 1.5)
    paper.paint(skin * 0.18, stroke(v - upper_y + 0.2, 0.45, 1.1) * ends * 0.9)
    paper.shade(-0.2 * stroke(v - upper_y + 1.9, 0.2) * ends)
    paper.shade(-0.3 * stroke(v - lower_y - 0.3, 0.2, 1.1) * ends)
    bag = stroke(v - lower_y - 2.4, 0.3, 1.4) * hump(s, 1)
    paper.shade((0.1 + m["cheek"] * 0.25 + much(t["age"]) * 0.15) * -bag)
    beyond = outwards - t["eye_x"] - t["eye_width"]
    for slope in (-0.5, 0.1, 0.6):  # crow's feet
        ray = stroke(v - level - slope * beyond, 0.15, 1.1) * hump(beyond - 2, 2)
        paper.shade((m["cheek"] + much(t["age"]) * 0.3) * -0.3 * ray)


def _paint_nose(paper: Paper, t: Traits, moves: Moves) -> None:
    """Ridge, wings and nostrils, the wrinkles across, and the folds from the wings past the corners of the mouth."""
    u, v = paper.u - t["yaw"] * 1.2, paper.v
    lift = moves["nostril_y"].mean(axis=0)
    nose_y = t["nose_y"] + lift - t["pitch"]
    width = t["nose_width"] - lift * 0.35
    length = nose_y - t["eye_y"]
    paper.shade(0.16 * dome(u, v - nose_y + length * 0.55, 2.2, length * 0.75))
    paper.shade(0.14 * dome(u, v - nose_y + 1.8, 2.4, 2.2))
    paper.shade(-0.16 * dome(u + np.sign(t["light_x"]) * 3, v - nose_y + 4, 2.2, 7))
    paper.shade(-0.28 * dome(u, v - nose_y - 1.2, width + 1, 1.8))
    wrinkles = moves["nose_lines"].mean(axis=0)
    for row in (1.5, 3.5, 5.5):
        paper.shade(wrinkles * -0.4 * stroke(v - t["eye_y"] - row + np.abs(u) * 0.35, 0.25) * hump(u, 4.5))
    for side in (0, 1):
        outwards = u * (2 * side - 1)
        paper.paint(t["skin"] * 0.2, 0.85 * dome(outwards - width * 0.55, v - nose_y - 0.6, 1.6, 1.15))
        paper.shade(-0.3 * stroke(outwards - width - 0.4, 0.2, 1.3) * hump(v - nose_y + 0.6, 2.4))
        fold = moves["fold"][side]
        down = (v - nose_y + 1) / (t["mouth_y"] - nose_y + 1)
        reach = t["mouth_width"] - width + 1.2 + fold * 1.5
        crease = stroke(outwards - width - 1 - reach * down * (1.3 - 0.3 * down), 0.35, 1.6) * hump(down - 0.5, 0.75)
        paper.shade((t["fold_depth"] * 0.5 + much(t["age"]) * 0.1 + fold * 0.24) * -crease)


def _paint_mouth(paper: Paper, t: Traits, moves: Moves) -> None:
    """Two lips, the line between them, and whatever they show when they part: dark, tongue and teeth."""

    def both(feature: Feature) -> Floats:
        middle: Floats = moves[feature].mean(axis=0)
        return middle

    u, v = paper.u - t["yaw"] * 0.4, paper.v
    widths = t["mouth_width"] + moves["corner_x"]
    s = u / np.where(u < 0, widths[0], widths[1])
    flat = np.maximum(1 - s * s, 0)
    arc = np.sqrt(flat)
    ends = ramp((np.abs(s) - 1) * 7, 1.2)

    # four curves from corner to corner: both edges of both lips
    left, right = moves["corner_y"] + t["corner_rest"]
    corner = left + (right - left) * (1 + np.clip(s, -1, 1)) * 0.5
    centre = t["mouth_y"] + both("jaw_y") * 0.75 + corner * (s * s - 0.45)
    upper_gap = np.maximum(-both("upper_lip_y") - t["lip_seal"] * 0.4, 0)
    lower_gap = np.maximum(both("lower_lip_y") - t["lip_seal"], 0)
    parted = np.minimum((upper_gap + lower_gap) * 0.8, 1)
    upper_in = centre - upper_gap * (flat + arc) * 0.5
    lower_in = centre + lower_gap * (flat + arc) * 0.5
    red = 1 - both("lip_loss")
    upper_out = upper_in - t["upper_lip"] * red * (1 - 0.25 * hump(u, 2)) * (0.35 + 0.65 * flat)
    lower_out = lower_in + t["lower_lip"] * red * arc

    tone = t["skin"] * t["lip_tone"]
    paper.paint(tone * 0.82, ends * ramp(upper_out - v, 1.2) * ramp(v - upper_in))
    paper.paint(tone, ends * ramp(lower_in - v) * ramp(v - lower_out, 1.3))
    paper.shade(0.16 * red * dome(u, v - lower_in - t["lower_lip"] * 0.5, 4, 1.2))
    paper.shade(-0.3 * stroke(v - lower_out - 0.7, 0.3, 1.6) * hump(s, 0.8))

    inside = ends * ramp(upper_in - v) * ramp(v - lower_in)
    paper.paint(18, inside * parted)
    paper.paint(80, inside * parted * dome(u, v - lower_in - 0.5, 5, 2.6))
    row = inside * ramp((np.abs(s) - 0.86) * 6, 1.4)
    teeth, upper, lower = 120 + t["skin"] * 0.55, both("upper_teeth"), both("lower_teeth")
    paper.paint(teeth, row * ramp(v - upper_in - upper) * np.minimum(upper, 1))
    paper.paint(teeth * 0.92, row * ramp(lower_in - lower - v) * np.minimum(lower, 1))
    paper.paint(t["skin"] * 0.22, stroke(v - centre, 0.4) * ends * (1 - parted) * 0.9)
    for side in (0, 1):
        end_y = t["mouth_y"] + both("jaw_y") * 0.75 + (moves["corner_y"][side] + t["corner_rest"]) * 0.55
        paper.shade(-0.45 * dome(u - (2 * side - 1) * widths[side], v - end_y, 1.7, 1.5))

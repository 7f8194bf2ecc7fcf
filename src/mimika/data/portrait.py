"""Draws one batch of faces, from back to front, as soft shapes with analytic edges: no loop over faces.

Only additions, products, quotients and square roots are used, which every processor rounds alike, so the same traits
give the same bytes everywhere.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from mimika.data.anatomy import Feature, Floats
from mimika.data.faces import SIDE, Pixels
from mimika.data.person import Trait

Traits = Mapping[Trait, Floats]
Moves = Mapping[Feature, Floats]
"""Movements of the left (0) and right (1) half of each face: float32 (2, n, 1, 1)."""

HEAD_MIDDLE: Final = np.float32(-2.0)
HEAD_TOP: Final = np.float32(26.0)


def draw_portraits(traits: Traits, moves: Moves, rng: np.random.Generator) -> Pixels:
    """Faces with these traits and movements; `rng` gives the grain of hair, skin and film.

    Args:
        traits: float32 (n, 1, 1) each.
        moves: float32 (2, n, 1, 1) each.
    """
    n = len(traits["skin"])
    grain = rng.integers(0, 256, (3, n, SIDE, SIDE), np.uint8).astype(np.float32) * np.float32(1 / 255) - np.float32(0.5)
    page = Page(traits)
    canvas = _paint_background(page, traits)
    _paint_head(canvas, page, traits, moves, grain[0])
    for side in (0, 1):
        _paint_eye(canvas, page, traits, moves, side)
    _paint_nose(canvas, page, traits, moves)
    _paint_mouth(canvas, page, traits, moves)
    _paint_hair(canvas, page, traits, grain[0])
    _paint_glasses(canvas, page, traits)
    _paint_obstacles(canvas, page, traits)
    return _photograph(canvas, page, traits, grain[1], grain[2])


class Page:
    """Where every pixel of the paper lies on the face: seen from the front (x, y), and on the turned face (u, v)."""

    def __init__(self, traits: Traits) -> None:
        across = np.arange(SIDE, dtype=np.float32)[None, None, :] - np.float32(SIDE / 2 - 0.5)
        down = np.arange(SIDE, dtype=np.float32)[None, :, None] - np.float32(SIDE / 2 - 0.5)
        half = traits["roll"]
        cosine = (1 - half * half) / (1 + half * half) / traits["scale"]
        sine = 2 * half / (1 + half * half) / traits["scale"]
        x0, y0 = across - traits["shift_x"], down - traits["shift_y"]
        self.across, self.down = across, down
        self.x: Floats = x0 * cosine + y0 * sine
        self.y: Floats = y0 * cosine - x0 * sine
        # what stands out from the paper moves as the head turns, most in the middle
        self.u: Floats = self.x - traits["yaw"] * 2 * np.maximum(1 - self.x * self.x * np.float32(1 / 484), 0)
        self.v: Floats = self.y - traits["pitch"] * np.float32(1.2) * np.maximum(1 - self.y * self.y / 625, 0)


def _ramp(distance: Floats, softness: float = 1.0) -> Floats:
    """1 where the signed distance is well inside (negative), 0 well outside, linear between."""
    return np.clip(np.float32(0.5) - distance * np.float32(1 / softness), 0, 1)


def _dome(x: Floats, y: Floats, width: Floats | float, height: Floats | float) -> Floats:
    """A soft hill of height 1 with these half widths."""
    hill = np.maximum(1 - np.square(x / width) - np.square(y / height), 0)
    return hill * hill


def _paint(canvas: Floats, tone: Floats | float, cover: Floats) -> None:
    """Lay a tone over the canvas, as opaque as the cover says."""
    canvas += cover * (tone - canvas)


def _shade(canvas: Floats, amount: Floats) -> None:
    """Darken (below 0) or lighten (above 0) by a share."""
    canvas *= 1 + amount


def _has(trait: Floats) -> Floats:
    """0 for who goes without, otherwise how much of it, 0 to 1."""
    return np.maximum(trait, 0)


def _paint_background(page: Page, t: Traits) -> Floats:
    tone = t["background"] + t["background_slope"] * (page.across + page.down * np.float32(0.5))
    return tone + np.zeros_like(page.x)


def _head_distance(page: Page, t: Traits, jaw: Floats) -> Floats:
    """Signed distance in pixels, about, from the outline of the head."""
    y = page.y - HEAD_MIDDLE
    below = np.maximum(y, 0) / (t["chin_y"] + jaw - HEAD_MIDDLE)
    above = np.minimum(y, 0) / HEAD_TOP
    a = np.square(page.x / (t["face_width"] * (1 - t["jaw_taper"] * below * below)))
    b = np.square(below + above)
    round_, square = np.sqrt(a + b), np.sqrt(np.sqrt(a * a + b * b))
    return (round_ + t["squareness"] * (square - round_) - 1) * np.float32(20)


def _paint_head(canvas: Floats, page: Page, t: Traits, moves: Moves, grain: Floats) -> None:
    """Long hair behind, neck, ears, and the skin with its large lights and shadows."""
    jaw = moves["jaw_y"].mean(axis=0)
    hair = t["hair_tone"] * (1 + grain * np.float32(0.15))
    mane = np.minimum(_has(t["hair_length"]) * 4, 1)
    mane_edge = np.abs(page.x) - t["face_width"] - 1 - t["hair_width"]
    _paint(canvas, hair, mane * _ramp(mane_edge, 2) * _ramp(page.y - 40 * t["hair_length"], 3))
    skin = t["skin"]
    _paint(canvas, skin * np.float32(0.62), _ramp(np.abs(page.x) - t["face_width"] * np.float32(0.62), 2) * _ramp(15 - page.y, 2))
    ears = _ramp(np.square((np.abs(page.x) - t["face_width"]) / np.float32(2.2)) + np.square((page.y + 1) / 6) - 1, 0.6)
    _paint(canvas, skin * np.float32(0.8), ears * np.minimum(_has(t["ears"]) * 4, 1))
    distance = _head_distance(page, t, jaw)
    face = np.broadcast_to(skin, distance.shape) * (1 + grain * np.float32(0.05))
    depth = np.maximum(1 + distance * np.float32(1 / 20), 0)
    _shade(face, np.float32(-0.42) * depth * depth * depth)
    _shade(face, np.float32(0.14) * _dome(page.u, page.v + 14, 14, 8))
    for side in (-1, 1):
        cheek = moves["cheek"][(side + 1) // 2]
        _shade(face, (np.float32(0.12) + np.float32(0.12) * cheek) * _dome(page.u - 10 * side, page.v - 4 + cheek * 2, 7, 6))
        # the hollow of the cheek, from cheekbone to jaw
        _shade(face, np.float32(-0.12) * _dome(page.u - 14 * side, page.v - 12, 6, 9))
    _shade(face, np.float32(0.12) * _dome(page.u, page.v - t["chin_y"] + np.float32(3.5) - jaw, 5, 3))
    _shade(face, np.float32(-0.22) * _dome(page.u, page.v - t["mouth_y"] - np.float32(4) - jaw * np.float32(0.9), 6, 2))
    _paint(canvas, face, _ramp(distance, 1.2))


def _windows(side: int) -> tuple[slice, slice, slice]:
    """The part of the paper where an eye with its brow can be."""
    return slice(None), slice(0, 34), slice(0, 30) if side == 0 else slice(18, SIDE)


def _paint_eye(canvas: Floats, page: Page, t: Traits, moves: Moves, side: int) -> None:
    """One eye in its socket, with brow, lids, lines beside it and on the forehead above."""
    window = _windows(side)
    paper, u, v = canvas[window], page.u[window], page.v[window]
    m = {feature: moved[side] for feature, moved in moves.items()}
    sign = np.float32(2 * side - 1)
    outwards = u * sign
    skin = t["skin"]

    # the socket: darkest towards the nose and under the brow
    _shade(paper, -t["socket"] * _dome(outwards - t["eye_x"] + 1, v - t["eye_y"] + 1, 8, np.float32(5.5)))
    _shade(paper, np.float32(-0.25) * _dome(outwards - 4, v - t["eye_y"], np.float32(2.8), 5))

    # the brow, a bow from inner to outer end
    inner_x = t["eye_x"] - t["brow_length"] * np.float32(0.54) + m["brow_inner_x"]
    along = (outwards - inner_x) / (t["brow_length"] - m["brow_inner_x"])
    line = np.clip(along, 0, 1)
    inner_y = t["eye_y"] - t["brow_rise"] + m["brow_inner_y"] + t["brow_slope"]
    outer_y = t["eye_y"] - t["brow_rise"] + m["brow_outer_y"] - t["brow_slope"] + np.float32(0.6)
    brow_y = inner_y + (outer_y - inner_y) * line - t["brow_arch"] * 4 * line * (1 - line)
    thickness = t["brow_thickness"] * (np.float32(1.25) - np.float32(0.6) * line)
    brow = _ramp(np.abs(v - brow_y) - thickness, 1.3) * _ramp((np.abs(along - np.float32(0.5)) - np.float32(0.5)) * 8, 1.5)
    for bow in (3, 5):  # lines on the raised forehead
        row = brow_y - bow
        forehead = _ramp(np.abs(v - row) - np.float32(0.2), 1.2) * _dome(along - np.float32(0.4), along * 0, np.float32(0.7), 1)
        _shade(paper, (m["forehead_lines"] + _has(t["age"]) * np.float32(0.25)) * np.float32(-0.26) * forehead)
    frown = _ramp(np.abs(outwards - np.float32(1.5)) - np.float32(0.35), 1.2) * _dome(v * 0, v - t["eye_y"] + np.float32(5), 1, 5)
    _shade(paper, m["frown_lines"] * np.float32(-0.42) * frown)
    _paint(paper, np.minimum(t["hair_tone"] * np.float32(0.7), skin * t["brow_tone"]), brow * np.float32(0.9))

    # the eye between its lids
    s = (outwards - t["eye_x"]) / t["eye_width"]
    bow_ = np.maximum(1 - s * s, 0)
    level = t["eye_y"] - t["eye_tilt"] * (outwards - t["eye_x"])
    upper_y = level - np.maximum(t["eye_opening"] - m["upper_lid_y"], np.float32(0.2)) * bow_
    lower_y = level + np.maximum(t["eye_opening"] * np.float32(0.75) + m["lower_lid_y"], np.float32(-0.1)) * bow_
    ball = _ramp(upper_y - v) * _ramp(v - lower_y) * _ramp((np.abs(s) - 1) * 4)
    _paint(paper, np.float32(60) + skin * np.float32(0.72), ball)
    iris_x = u - sign * t["eye_x"] - t["gaze"]
    radius = np.sqrt(np.square(iris_x) + np.square(v - t["eye_y"] + np.float32(0.2)))
    _paint(paper, t["iris"], ball * _ramp(radius - np.float32(2.0), 1.1))
    _paint(paper, np.float32(8), ball * _ramp(radius - np.float32(0.9), 1))
    _paint(paper, np.float32(235), ball * _dome(iris_x + np.float32(0.7), v - t["eye_y"] + np.float32(0.9), 1, 1))
    fade = _ramp((np.abs(s) - np.float32(1.05)) * 5, 1.5)
    lash = _ramp(np.abs(v - upper_y + np.float32(0.2)) - np.float32(0.45), 1.1) * fade
    _paint(paper, skin * np.float32(0.18), lash * np.float32(0.9))
    crease = _ramp(np.abs(v - upper_y + np.float32(1.9)) - np.float32(0.2), 1.2) * fade
    _shade(paper, np.float32(-0.2) * crease)
    rim = _ramp(np.abs(v - lower_y - np.float32(0.3)) - np.float32(0.2), 1.1) * fade
    _shade(paper, np.float32(-0.3) * rim)
    bag = _ramp(np.abs(v - lower_y - np.float32(2.4)) - np.float32(0.3), 1.4) * _dome(s, s * 0, 1, 1)
    _shade(paper, (np.float32(0.1) + m["cheek"] * np.float32(0.25) + _has(t["age"]) * np.float32(0.15)) * -bag)
    for slope in (-0.5, 0.1, 0.6):  # crow's feet
        foot = outwards - t["eye_x"] - t["eye_width"]
        ray = _ramp(np.abs(v - level - slope * foot) - np.float32(0.15), 1.1) * _dome(foot - 2, foot * 0, 2, 1)
        _shade(paper, (m["cheek"] + _has(t["age"]) * np.float32(0.3)) * np.float32(-0.3) * ray)


def _paint_nose(canvas: Floats, page: Page, t: Traits, moves: Moves) -> None:
    """Ridge, wings and nostrils of the nose, its wrinkles, and the folds from it to the mouth."""
    window = (slice(None), slice(8, 46), slice(6, 42))
    paper, u, v = canvas[window], page.u[window], page.v[window]
    u = u - t["yaw"] * np.float32(1.2)
    lift = moves["nostril_y"].mean(axis=0)
    nose_y = t["nose_y"] + lift - t["pitch"]
    width = t["nose_width"] - lift * np.float32(0.35)
    length = nose_y - t["eye_y"]
    _shade(paper, np.float32(0.16) * _dome(u, v - nose_y + length * np.float32(0.55), np.float32(2.2), length * np.float32(0.75)))
    _shade(paper, np.float32(0.14) * _dome(u, v - nose_y + np.float32(1.8), np.float32(2.4), np.float32(2.2)))
    _shade(paper, np.float32(-0.16) * _dome(u - np.sign(t["light_x"]) * -3, v - nose_y + 4, np.float32(2.2), 7))
    _shade(paper, np.float32(-0.28) * _dome(u, v - nose_y - np.float32(1.2), width + 1, np.float32(1.8)))
    wrinkles = moves["nose_lines"].mean(axis=0)
    for row in (1.5, 3.5, 5.5):
        line = _ramp(np.abs(v - t["eye_y"] - row + np.abs(u) * np.float32(0.35)) - np.float32(0.25), 1.2)
        _shade(paper, wrinkles * np.float32(-0.4) * line * _dome(u, u * 0, np.float32(4.5), 1))
    for side in (-1, 1):
        _paint(paper, t["skin"] * np.float32(0.2), np.float32(0.85) * _dome(u - side * width * np.float32(0.55), v - nose_y - np.float32(0.6), np.float32(1.6), np.float32(1.15)))
        wing = _ramp(np.abs(u * side - width - np.float32(0.4)) - np.float32(0.2), 1.3) * _dome(v * 0, v - nose_y + np.float32(0.6), 1, np.float32(2.4))
        _shade(paper, np.float32(-0.3) * wing)
        # the fold: from the wing past the corner of the mouth
        fold = moves["fold"][(side + 1) // 2]
        down = (v - nose_y + 1) / (t["mouth_y"] - nose_y + 1)
        course = width + 1 + (t["mouth_width"] - width + np.float32(1.2) + fold * np.float32(1.5)) * down * (np.float32(1.3) - np.float32(0.3) * down)
        crease = _ramp(np.abs(u * side - course) - np.float32(0.35), 1.6) * _dome(down - np.float32(0.5), down * 0, np.float32(0.75), 1)
        _shade(paper, (t["fold_depth"] * np.float32(0.5) + _has(t["age"]) * np.float32(0.1) + fold * np.float32(0.32)) * -crease)


def _paint_mouth(canvas: Floats, page: Page, t: Traits, moves: Moves) -> None:
    """Lips, and between them whatever an open mouth shows."""
    window = (slice(None), slice(22, SIDE), slice(4, 44))
    paper, u, v = canvas[window], page.u[window] - t["yaw"] * np.float32(0.4), page.v[window]

    def both(feature: Feature) -> Floats:
        return moves[feature].mean(axis=0)

    left, right = (t["mouth_width"] + moves["corner_x"][side] for side in (0, 1))
    s = u / np.where(u < 0, left, right)
    lean = (1 + np.clip(s, -1, 1)) * np.float32(0.5)
    corner = moves["corner_y"][0] + (moves["corner_y"][1] - moves["corner_y"][0]) * lean + t["corner_rest"]
    flat = np.maximum(1 - s * s, 0)
    round_ = np.sqrt(flat)
    centre = t["mouth_y"] + both("jaw_y") * np.float32(0.75) + corner * (s * s - np.float32(0.45))
    upper_gap = np.maximum(-both("upper_lip_y") - t["lip_seal"] * np.float32(0.4), 0)
    lower_gap = np.maximum(both("lower_lip_y") - t["lip_seal"], 0)
    parted = np.minimum((upper_gap + lower_gap) * np.float32(0.8), 1)
    upper_in = centre - upper_gap * (flat + round_) * np.float32(0.5)
    lower_in = centre + lower_gap * (flat + round_) * np.float32(0.5)
    keep = 1 - both("lip_loss")
    bow = 1 - np.float32(0.25) * _dome(u, u * 0, 2, 1)
    upper_out = upper_in - t["upper_lip"] * keep * bow * (np.float32(0.35) + np.float32(0.65) * flat)
    lower_out = lower_in + t["lower_lip"] * keep * round_
    ends = _ramp((np.abs(s) - 1) * 7, 1.2)
    tone = t["skin"] * t["lip_tone"]
    _paint(paper, tone * np.float32(0.82), ends * _ramp(upper_out - v, 1.2) * _ramp(v - upper_in, 1))
    _paint(paper, tone, ends * _ramp(lower_in - v, 1) * _ramp(v - lower_out, 1.3))
    _shade(paper, np.float32(0.16) * keep * _dome(u, v - lower_in - t["lower_lip"] * np.float32(0.5), 4, np.float32(1.2)))
    _shade(paper, np.float32(-0.3) * _ramp(np.abs(v - lower_out - np.float32(0.7)) - np.float32(0.3), 1.6) * _dome(s, s * 0, np.float32(0.8), 1))
    inside = ends * _ramp(upper_in - v) * _ramp(v - lower_in)
    _paint(paper, np.float32(18), inside * parted)
    _paint(paper, np.float32(80), inside * parted * _dome(u, v - lower_in - np.float32(0.5), 5, np.float32(2.6)))
    teeth = np.float32(120) + t["skin"] * np.float32(0.55)
    row = ends * _ramp((np.abs(s) - np.float32(0.86)) * 6, 1.4)
    _paint(paper, teeth, row * inside * _ramp(v - upper_in - both("upper_teeth")) * np.minimum(both("upper_teeth"), 1))
    _paint(paper, teeth * np.float32(0.92), row * inside * _ramp(lower_in - both("lower_teeth") - v) * np.minimum(both("lower_teeth"), 1))
    shut = _ramp(np.abs(v - centre) - np.float32(0.4), 1.2) * ends
    _paint(paper, t["skin"] * np.float32(0.22), shut * (1 - parted) * np.float32(0.9))
    for side in (-1, 1):
        end = left if side < 0 else right
        end_y = t["mouth_y"] + (moves["corner_y"][(side + 1) // 2] + t["corner_rest"]) * np.float32(0.55)
        _shade(paper, np.float32(-0.45) * _dome(u - side * end, v - end_y, np.float32(1.7), np.float32(1.5)))


def _paint_hair(canvas: Floats, page: Page, t: Traits, grain: Floats) -> None:
    """Beard and moustache, then the hair of the head with its fringe."""
    streaks = np.float32(0.5) * grain
    for step in (1, 2, 3):
        streaks = streaks + np.float32(0.5) * np.roll(grain, step, axis=1)
    shine = _dome(page.x + t["light_x"] * -8, page.y + 21, 12, 7)
    hair = t["hair_tone"] * (np.float32(0.85) + streaks * np.float32(0.3) + shine * np.float32(0.6))
    mouth = _dome(page.u, page.v - t["mouth_y"] - 1, np.float32(9), np.float32(6))
    cheekline = t["mouth_y"] - 4 - np.abs(page.u) * np.float32(0.3)
    beard = _ramp(cheekline - page.v, 6) * (1 - np.minimum(mouth * 3, 1))
    inside = _ramp(_head_distance(page, t, np.zeros_like(t["skin"])), 2)
    _paint(canvas, hair, beard * inside * np.minimum(_has(t["beard"]), np.float32(0.7)))
    middle = (t["nose_y"] + t["mouth_y"]) * np.float32(0.5)
    lip = _ramp(np.abs(page.v - middle - np.abs(page.u) * np.float32(0.18) - np.float32(0.8)) - np.float32(0.7), 1.5)
    _paint(canvas, hair, lip * _ramp(np.abs(page.u) - 7, 2) * np.minimum(_has(t["moustache"]), np.float32(0.8)))

    y = page.y - HEAD_MIDDLE
    line = t["hairline"] + page.x * page.x * np.float32(0.03) + streaks * (1 + t["curl"])
    cap = _ramp(page.y - line, 2.5)
    edge = t["face_width"] - np.float32(0.6) + np.maximum(y + 10, 0) * np.float32(0.15)
    sides = _ramp(edge - np.abs(page.x), 1.5) * _ramp(y - 3, 3)
    fringe = _has(t["fringe"])
    low = t["hairline"] + np.float32(7.5) * fringe + t["fringe_slant"] * page.x * 2 + streaks * 2
    tips = _ramp(page.y - low, 2) * np.minimum(fringe * 5, 1) * _ramp(np.abs(page.x) - t["face_width"], 2)
    skull = np.square(page.x / (t["face_width"] + t["hair_width"])) + np.square(np.minimum(y, 0) / 27)
    outline = _ramp(np.sqrt(skull) * 20 - 20 + streaks * t["curl"] * 2, 2)
    _paint(canvas, hair, np.maximum(np.maximum(cap, sides), tips) * outline)


def _paint_glasses(canvas: Floats, page: Page, t: Traits) -> None:
    window = (slice(None), slice(8, 32), slice(None))
    paper, u, v = canvas[window], page.u[window], page.v[window]
    worn = np.minimum(_has(t["glasses"]) * 4, 1)
    x, y = np.abs(u) - t["eye_x"], v - t["eye_y"] - np.float32(0.7)
    radius = np.sqrt(np.sqrt(np.square(np.square(x / np.float32(6.6))) + np.square(np.square(y / np.float32(5.0))))) - 1
    rim = _ramp(np.abs(radius * 5) - np.float32(0.35), 1.2)
    bridge = _ramp(np.abs(y + 1) - np.float32(0.4), 1.1) * _ramp(np.abs(u) - t["eye_x"] + 6, 1)
    temple = _ramp(np.abs(y + 1) - np.float32(0.4), 1.1) * _ramp(t["eye_x"] + 6 - np.abs(u), 1) * _ramp(np.abs(u) - t["face_width"], 1)
    _paint(paper, t["frame_tone"], worn * np.maximum(np.maximum(rim, bridge), temple) * np.float32(0.9))
    _shade(paper, worn * np.float32(0.1) * _ramp(radius * 5 + np.float32(0.5)) * _ramp(np.abs(x + y) - np.float32(1.2), 1))


def _paint_obstacles(canvas: Floats, page: Page, t: Traits) -> None:
    """A hand at the cheek, a bar across the picture: each in a few pictures."""
    hand = np.minimum(_has(t["hand"]) * 20, 1)
    x = page.across - t["hide_x"] - t["hide_slant"] * page.down
    for finger in range(4):
        reach = np.float32(7 + 2 * abs(finger - 1))
        off = x - np.float32(4.8 * (finger - 1.5))
        tip = np.maximum(reach - page.down, 0)
        _paint(canvas, t["skin"] * (np.float32(0.95) - np.abs(off) * np.float32(0.12)), hand * _ramp(np.sqrt(off * off + tip * tip) - np.float32(2.3)))
    bar = np.minimum(_has(t["bar"]) * 20, 1)
    _paint(canvas, t["hide_tone"], bar * _ramp(np.abs(page.across * t["hide_slant"] + page.down - t["hide_x"]) - np.float32(2.2)))


def _photograph(canvas: Floats, page: Page, t: Traits, clouds: Floats, grain: Floats) -> Pixels:
    """Light, exposure, blur and grain, rounded to whole gray levels."""
    slope = (t["light_x"] * page.across + t["light_y"] * page.down) * np.float32(1 / 24)
    _shade(canvas, np.float32(0.45) * slope)
    canvas -= np.float32(128)
    canvas *= t["contrast"]
    canvas += 128 + t["brightness"]
    for soften in _neighbours(canvas, t["blur"]):
        canvas = soften
    canvas = canvas + grain * 2 * t["noise"]
    return np.clip(canvas + np.float32(0.5), 0, 255).astype(np.uint8)


def _neighbours(canvas: Floats, amount: Floats) -> Iterator[Floats]:
    """The canvas blurred along y, then that along x: each pixel mixed with its two neighbours."""
    for axis in (1, 2):
        ahead, behind = np.roll(canvas, -1, axis), np.roll(canvas, 1, axis)
        canvas = canvas + (ahead + behind - 2 * canvas) * (amount * np.float32(0.25))
        yield canvas

"""What a face does: the action units of an emotion, and what each unit moves.

The units are those of the Facial Action Coding System (P. Ekman and W. V. Friesen, Facial Action Coding System,
Consulting Psychologists Press 1978; the units of an emotion after their EMFACS). A unit is told by what it moves, in
pixels of a 48×48 face, x outwards from the middle, y downwards, at full strength.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
"""float32 throughout: numbers of Python keep it so, which numpy's types cannot say."""

Feature = Literal[
    "brow_inner_y",
    "brow_outer_y",
    "brow_inner_x",
    "forehead_lines",
    "frown_lines",
    "upper_lid_y",
    "lower_lid_y",
    "cheek",
    "nose_lines",
    "nostril_y",
    "fold",
    "corner_x",
    "corner_y",
    "upper_lip_y",
    "lower_lip_y",
    "upper_teeth",
    "lower_teeth",
    "lip_loss",
    "jaw_y",
]
"""What can move: `_x` and `_y` and teeth in pixels, lines, folds, cheek and loss of red lip from 0 (none) to 1."""

FEATURES: Final[tuple[Feature, ...]] = get_args(Feature)


@dataclass(frozen=True, kw_only=True)
class ActionUnit:
    """One muscle or group of muscles that a face can move by itself.

    Attributes:
        name: what FACS calls it.
        moves: what it changes at full strength.
    """

    name: str
    moves: Mapping[Feature, float]


ACTION_UNITS: Final[Mapping[int, ActionUnit]] = {
    1: ActionUnit(name="inner brow raiser", moves={"brow_inner_y": -4.6, "forehead_lines": 0.5}),
    2: ActionUnit(name="outer brow raiser", moves={"brow_outer_y": -2.8, "forehead_lines": 0.5}),
    4: ActionUnit(
        name="brow lowerer",
        moves={"brow_inner_y": 3.2, "brow_outer_y": 0.3, "brow_inner_x": -1.4, "frown_lines": 1.0},
    ),
    5: ActionUnit(name="upper lid raiser", moves={"upper_lid_y": -1.2}),
    6: ActionUnit(name="cheek raiser", moves={"cheek": 1.0, "lower_lid_y": -0.9, "upper_lid_y": 0.3, "fold": 0.4}),
    7: ActionUnit(name="lid tightener", moves={"upper_lid_y": 0.5, "lower_lid_y": -0.6}),
    9: ActionUnit(
        name="nose wrinkler",
        moves={
            "nose_lines": 1.0,
            "nostril_y": -1.3,
            "brow_inner_y": 1.6,
            "brow_outer_y": 0.8,
            "lower_lid_y": -0.7,
            "upper_lid_y": 0.7,
            "upper_lip_y": -2.4,
            "fold": 0.8,
        },
    ),
    12: ActionUnit(
        name="lip corner puller",
        moves={
            "corner_x": 2.8,
            "corner_y": -4.6,
            "cheek": 0.4,
            "fold": 0.7,
            "upper_lip_y": -0.9,
            "lower_lip_y": 3.6,
            "upper_teeth": 2.6,
        },
    ),
    15: ActionUnit(name="lip corner depressor", moves={"corner_y": 2.6, "fold": 0.2}),
    16: ActionUnit(name="lower lip depressor", moves={"lower_lip_y": 1.8, "lower_teeth": 1.8}),
    20: ActionUnit(
        name="lip stretcher",
        moves={"corner_x": 2.4, "corner_y": 0.9, "lip_loss": 0.3, "upper_teeth": 1.2, "lower_teeth": 1.0},
    ),
    23: ActionUnit(name="lip tightener", moves={"corner_x": -1.0, "lip_loss": 0.75}),
    26: ActionUnit(name="jaw drop", moves={"jaw_y": 2.6, "lower_lip_y": 4.6, "upper_lip_y": -3.6, "corner_x": -2.8}),
}
"""The action units that are drawn, by their FACS number."""

UNITS_OF_EMOTION: Final[Mapping[str, tuple[int, ...]]] = {
    "angry": (4, 5, 7, 23),
    "disgust": (9, 15, 16),
    "fear": (1, 2, 4, 5, 20, 26),
    "happy": (6, 12),
    "sad": (1, 4, 15),
    "surprise": (1, 2, 5, 26),
    "neutral": (),
}
"""Which action units show which emotion (EMFACS)."""


def move(activations: Mapping[int, Floats]) -> dict[Feature, Floats]:
    """How far every feature moves, the movements of all units added up.

    Args:
        activations: strength of each action unit, 0 none to 1 full, all of one shape.

    >>> smile = move({12: np.ones(1, np.float32)})
    >>> float(smile["corner_y"][0]) < 0 < float(smile["corner_x"][0])
    True
    """
    still = np.zeros_like(next(iter(activations.values())))
    moved = dict.fromkeys(FEATURES, still)
    for unit, strength in activations.items():
        for feature, distance in ACTION_UNITS[unit].moves.items():
            moved[feature] = moved[feature] + distance * strength
    return moved

"""A small data set and a small recipe, so that a whole training takes a second."""

import numpy as np

from mimika.data.faces import Faces
from mimika.recipe import Recipe
from mimika.recipes import named


def small_faces(train: int = 160, validation: int = 40, seed: int = 0) -> Faces:
    """Noise whose brightness tells the emotion: no person, but something to learn. The first five are twins."""
    draw = np.random.default_rng(seed)
    n = train + validation
    emotions = draw.integers(0, 7, n).astype(np.uint8)
    pixels = (draw.integers(0, 60, (n, 48, 48)) + 28 * emotions[:, None, None]).astype(np.uint8)
    twins = min(5, validation)
    pixels[train : train + twins], emotions[train : train + twins] = pixels[:twins], emotions[:twins]
    splits = np.repeat(np.array([0, 1], np.uint8), (train, validation))
    return Faces(pixels=pixels, emotions=emotions, splits=splits).described("noise")


def small_recipe(name: str = "cnn3+batch_norm", **changes: object) -> Recipe:
    """A narrow network for three epochs on one thread."""
    return named(name).changed({"architecture.width": 0.125, "epochs": 3, "batch_size": 32, "threads": 1, **changes})

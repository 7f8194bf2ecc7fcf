"""The eleven networks of the reference study, by name. Adding a network is adding a line here; no PyTorch.

The names say what a network is made of (`mimika.recipes.named`). `+augmentation` builds the same network as its stem
and differs in how it is trained, so the zoo maps names to recipes rather than to architectures.
"""

from collections.abc import Mapping
from typing import Final

from mimika.recipe import Recipe
from mimika.recipes import named

ZOO: Final[Mapping[str, Recipe]] = {
    name: named(name)
    for name in (
        "cnn1",
        "cnn3",
        "cnn5",
        "cnn7",
        "cnn5+dropout",
        "cnn5+batch_norm",
        "cnn5+batch_norm+dropout",
        "cnn5+augmentation",
        "cnn5+batch_norm+attention",
        "cnn5+batch_norm+skip",
        "cnn5+batch_norm+attention+skip",
    )
}

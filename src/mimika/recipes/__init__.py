"""Recipes that have a name: of a network, of a file that lies here, of a TOML file, of a run."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from mimika.errors import RecipeError
from mimika.recipe import DEPTHS, Augmentation, Changes, Recipe

# What a part of a network's name changes in a recipe: `cnn5+batch_norm+skip` is CNN 5 with two of these.
PARTS: Final[Mapping[str, Changes]] = {
    "dropout": {"architecture.dropout": 0.5},
    "batch_norm": {"architecture.batch_norm": True},
    "augmentation": {"augmentation": Augmentation()},
    "attention": {"architecture.attention": True},
    "skip": {"architecture.skip": True},
}


def named(name: str, base: Recipe | None = None) -> Recipe:
    """The recipe that a network's name stands for, on top of `base` (default: the reference recipe).

    >>> named("cnn3+dropout").architecture
    Architecture(depth=3, width=1.0, batch_norm=False, dropout=0.5, attention=False, skip=False)

    Raises:
        RecipeError: when no network is called so.
    """
    stem, *parts = name.split("+")
    unknown = [part for part in parts if part not in PARTS]
    if stem not in {f"cnn{depth}" for depth in DEPTHS} or unknown:
        raise RecipeError(
            f"No network is called {name}. Names are cnn{DEPTHS[0]} to cnn{DEPTHS[-1]}, followed by any of "
            f"{' '.join('+' + part for part in PARTS)}; `mimika models` lists the study's."
        )
    recipe = (base or Recipe()).changed({"architecture.depth": int(stem.removeprefix("cnn")), "name": name})
    for part in parts:
        recipe = recipe.changed(PARTS[part])
    return recipe


def read_recipe(name_or_path: str) -> Recipe:
    """The recipe of a network's name, of one that mimika ships, of a TOML file, whose name is the run's, or of a run.

    Args:
        name_or_path: that name, a file's path, or that of the recipe.json that a run has left.

    Raises:
        RecipeError: when there is no such network or file, or the file is a study's.
    """
    if name_or_path.endswith(".json") and Path(name_or_path).is_file():
        try:
            left = json.loads(Path(name_or_path).read_text(encoding="utf-8"))["recipe"]
        except (ValueError, KeyError, TypeError):
            raise RecipeError(f"{name_or_path}: not what a run leaves as recipe.json.") from None
        return Recipe.read(left, name_or_path)
    if not (Path(name_or_path).suffix or name_or_path in shipped()):
        try:
            return named(name_or_path)
        except RecipeError as error:
            raise RecipeError(f"{error} Recipes are {_ships(runs=True)}, or a TOML file.") from None
    tree, origin = read_toml(name_or_path)
    if "stages" in tree:
        raise RecipeError(f"{origin}: a study, not a recipe: `mimika study run {origin}`.")
    return Recipe(name=Path(origin).stem).changed(tree, origin)


def shipped() -> Mapping[str, Traversable]:
    """The runs and studies that come with mimika, by name."""
    entries = files("mimika").joinpath("recipes").iterdir()
    return {entry.name.removesuffix(".toml"): entry for entry in entries if entry.name.endswith(".toml")}


def _ships(*, runs: bool) -> str:
    """The names of the runs, or of the studies, that mimika ships."""
    trees = {name: tomllib.loads(file.read_text(encoding="utf-8")) for name, file in sorted(shipped().items())}
    return ", ".join(name for name, tree in trees.items() if ("architecture" in tree) is runs)


def names_apart(recipes: Sequence[Recipe]) -> list[str]:
    """What tells recipes apart: the name; of one that is there twice the seed, too; then what differs; then a number.

    >>> names_apart([Recipe(name="a"), Recipe(name="b"), Recipe(name="a", seed=43), Recipe(name="a", epochs=5)])
    ['a, seed 42', 'b', 'a, seed 43', 'a, seed 42, epochs 5']
    """
    names = [recipe.name or recipe.fingerprint for recipe in recipes]
    twice = {name for name in names if names.count(name) > 1}
    names = [f"{name}, seed {one.seed}" if name in twice else name for name, one in zip(names, recipes, strict=True)]
    first = dict(reversed(list(zip(names, recipes, strict=True))))
    changes = [one.changes_from(first[name]) for name, one in zip(names, recipes, strict=True)]
    names = [
        ", ".join([name, *(f"{field} {value}" for field, value in change.items())])
        for name, change in zip(names, changes, strict=True)
    ]
    return [name if names.count(name) == 1 else f"{name} ({n})" for n, name in enumerate(names, start=1)]


def read_toml(name_or_path: str) -> tuple[dict[str, Any], str]:
    """The tree of a TOML file, by path or by the name of one that mimika ships, and what to call it in errors.

    Raises:
        RecipeError: when there is no such file, or it is not TOML in UTF-8.
    """
    path = Path(name_or_path)
    if path.suffix not in ("", ".toml") and path.is_file():
        raise RecipeError(f"{name_or_path}: the name of a TOML file ends in .toml. Rename it.")
    if path.suffix == ".toml" and path.is_file():
        try:
            text = path.read_text(encoding="utf-8-sig")  # some editors put a mark before the text
        except UnicodeDecodeError:
            raise RecipeError(f"{name_or_path}: not UTF-8, as TOML is. Save it as UTF-8.") from None
    elif name_or_path in shipped():
        text = shipped()[name_or_path].read_text(encoding="utf-8")
    else:
        raise RecipeError(
            f"{name_or_path}: no such file. mimika ships the studies {_ships(runs=False)} and the recipes "
            f"{_ships(runs=True)}."
        )
    try:
        return tomllib.loads(text), name_or_path
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{name_or_path}: not valid TOML: {error}.") from None

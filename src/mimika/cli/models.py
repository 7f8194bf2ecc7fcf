"""`mimika models`: the networks with what they cost, and one of them layer by layer."""

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from mimika.recipe import AnyArchitecture

# What a part of a network's name stands for, in words; a test holds it complete against `recipes.PARTS`.
_PARTS: Final = {
    "dropout": "dropout 0.5 after each hidden layer of the head",
    "batch_norm": "batch norm after each convolution",
    "augmentation": "each face moved at random; the same network, trained otherwise",
    "attention": "squeeze-and-excitation after each convolution",
    "skip": "a 1×1 projection around each convolution",
}


def models(
    *,
    name: Annotated[str | None, typer.Argument(help="A network, such as cnn5+batch_norm: layer by layer.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """List the networks, or lay one out layer by layer.

    With parameters, multiply-adds a face, and what each network adds.
    """
    described = _zoo() if name is None else _network(name)
    if as_json:
        print(json.dumps(described, indent=2))
    else:
        for line in _zoo_lines(described) if name is None else _network_lines(described):
            print(line)


def _zoo() -> dict[str, Any]:
    from mimika.models.layers import multiply_adds, parameters
    from mimika.models.zoo import ZOO

    return {
        "networks": [
            {
                "name": name,
                "parameters": parameters(recipe.architecture),
                "multiply_adds": multiply_adds(recipe.architecture),
                "adds": _adds(name, recipe.architecture),
            }
            for name, recipe in ZOO.items()
        ]
    }


def _network(name: str) -> dict[str, Any]:
    from dataclasses import asdict

    from mimika.models.layers import layers, multiply_adds, parameters
    from mimika.recipes import read_recipe

    architecture = read_recipe(name).architecture
    return {
        "name": name,
        "parameters": parameters(architecture),
        "multiply_adds": multiply_adds(architecture),
        "layers": [asdict(layer) for layer in layers(architecture)],
    }


def _adds(name: str, architecture: "AnyArchitecture") -> str:
    from mimika.models.layers import channels
    from mimika.recipe import ResidualArchitecture
    from mimika.wording import counted

    stem, _, part = name.rpartition("+")
    if stem:
        return f"to {stem}: {_PARTS[part]}"
    if isinstance(architecture, ResidualArchitecture):
        return (
            f"residual blocks of {'-'.join(map(str, architecture.stages))} channels after a stem of {architecture.stem}"
        )
    widths = "-".join(map(str, channels(architecture)))
    return f"{counted(architecture.depth, 'convolution')} ({widths}), pooling, two hidden layers"


def _zoo_lines(zoo: dict[str, Any]) -> list[str]:
    from mimika.report.blocks import aligned
    from mimika.wording import magnitude

    rows = [("network", "parameters", "multiply-adds", "adds")]
    rows += [
        (network["name"], magnitude(network["parameters"]), magnitude(network["multiply_adds"]), network["adds"])
        for network in zoo["networks"]
    ]
    return aligned(rows, [False, True, True, False])


def _network_lines(network: dict[str, Any]) -> list[str]:
    from mimika.report.blocks import aligned

    rows = [("layer", "output", "parameters", "multiply-adds")]
    rows += [
        (
            layer["name"],
            "×".join(map(str, layer["output"])),
            f"{layer['parameters']:,}" if layer["parameters"] else "",
            f"{layer['multiply_adds']:,}" if layer["multiply_adds"] else "",
        )
        for layer in network["layers"]
    ]
    rows.append(("in all", "", f"{network['parameters']:,}", f"{network['multiply_adds']:,}"))
    return aligned(rows, [False, True, True, True])

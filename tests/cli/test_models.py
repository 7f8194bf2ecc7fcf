import json

from mimika.cli import main
from mimika.cli.models import _PARTS
from mimika.models.zoo import ZOO
from mimika.recipes import PARTS


def test_the_list_has_every_network_with_its_cost_and_what_it_adds(capsys):
    assert main.run(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["network", *ZOO]
    assert lines[1].split(maxsplit=5)[1:] == [
        "9.50",
        "M",
        "10.17",
        "M",
        "one convolution (32), pooling, two hidden layers",
    ]
    (attention,) = (line for line in lines if line.startswith("cnn5+batch_norm+attention "))
    assert attention.endswith("to cnn5+batch_norm: squeeze-and-excitation after each convolution")


def test_the_list_as_json_has_the_reference_figures(capsys):
    assert main.run(["models", "--json"]) == 0
    networks = {one["name"]: one for one in json.loads(capsys.readouterr().out)["networks"]}
    assert networks["cnn5+batch_norm+attention+skip"]["parameters"] == 11_294_053
    gained = networks["cnn5+batch_norm+attention"]["parameters"] - networks["cnn5+batch_norm"]["parameters"]
    assert gained == 44_702


def test_one_network_is_laid_out_layer_by_layer(capsys):
    assert main.run(["models", "cnn1+skip"]) == 0
    assert capsys.readouterr().out == (
        "layer            output  parameters  multiply-adds\n"
        "convolution 1  32×48×48         320        663,552\n"
        "skip 1         32×48×48          64         73,728\n"
        "pooling 1      32×24×24\n"
        "flatten           18432\n"
        "linear 1            512   9,437,696      9,437,184\n"
        "linear 2            128      65,664         65,536\n"
        "linear 3              7         903            896\n"
        "in all                    9,504,647     10,240,896\n"
    )


def test_one_network_as_json_adds_up(capsys):
    assert main.run(["models", "cnn5+batch_norm", "--json"]) == 0
    network = json.loads(capsys.readouterr().out)
    assert sum(layer["parameters"] for layer in network["layers"]) == network["parameters"]
    assert sum(layer["multiply_adds"] for layer in network["layers"]) == network["multiply_adds"]


def test_an_unknown_network_is_one_line(capsys):
    assert main.run(["models", "resnet18"]) == 2
    assert capsys.readouterr().err == (
        f"No network is called resnet18. Names are cnn1 to cnn7, followed by any of +{' +'.join(PARTS)}; "
        "`mimika models` lists the study's. Recipes are distil, large, small, or a TOML file.\n"
    )


def test_every_part_of_a_name_is_put_into_words():
    assert set(_PARTS) == set(PARTS)

"""What every network of the zoo must do, those included that nobody has added yet."""

from itertools import combinations

import pytest
import torch
from torch import nn

from mimika.data.faces import SIDE
from mimika.models.blocks import ChannelAttention
from mimika.models.build import build
from mimika.models.cnn import FaceCNN
from mimika.models.zoo import ZOO
from mimika.recipe import Architecture
from mimika.recipes import named
from mimika.report.reference import FIGURES

NARROW = 0.125


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Small tensors wait longer for threads than they are computed."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def narrow(name: str, seed: int = 0) -> FaceCNN:
    torch.manual_seed(seed)
    return FaceCNN(ZOO[name].changed({"architecture.width": NARROW}).architecture)


def some_faces(n: int = 2) -> torch.Tensor:
    return torch.randn(n, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("name", ZOO)
def test_two_faces_get_seven_logits_each(name):
    logits = narrow(name)(some_faces())
    assert logits.shape == (2, 7)
    assert logits.isfinite().all()


@pytest.mark.parametrize("name", ZOO)
def test_every_weight_gets_a_gradient(name):
    # A unit that ReLU happens to silence learns nothing in one drawing of the weights, but not in all of them.
    learning: set[str] = set()
    for seed in range(6):
        network = narrow(name, seed).train()
        nn.functional.cross_entropy(network(some_faces(7)), torch.arange(7)).backward()
        gradients = {key: weight.grad for key, weight in network.named_parameters()}
        assert all(gradient is not None and gradient.isfinite().all() for gradient in gradients.values())
        learning |= {key for key, gradient in gradients.items() if gradient.any()}
        if learning == set(gradients):
            break
    assert learning == set(gradients)


@pytest.mark.parametrize("name", ZOO)
def test_the_answer_for_a_face_does_not_depend_on_the_others(name):
    network = narrow(name).eval()
    faces = some_faces(5)
    with torch.inference_mode():
        together = network(faces)
        assert torch.allclose(together[2:3], network(faces[2:3]), atol=1e-5)
        assert torch.equal(together, network(faces))


@pytest.mark.parametrize("name", ZOO)
def test_a_name_is_its_networks_description(name):
    assert ZOO[name] == named(name)


def test_no_two_names_build_the_same_network_unless_they_differ_in_training():
    for (first, one), (second, other) in combinations(ZOO.items(), 2):
        assert one.fingerprint != other.fingerprint, (first, second)
        if str(FaceCNN(one.changed({"architecture.width": NARROW}).architecture)) == str(
            FaceCNN(other.changed({"architecture.width": NARROW}).architecture)
        ):
            without = {"name": "", "architecture": Architecture()}
            assert one.changed(without) != other.changed(without), (first, second)


def test_only_the_augmentation_is_a_network_trained_otherwise():
    architectures = [recipe.architecture for recipe in ZOO.values()]
    twins = [name for name, recipe in ZOO.items() if architectures.count(recipe.architecture) > 1]
    assert twins == ["cnn5", "cnn5+augmentation"]


def test_the_zoo_has_the_reference_studys_networks():
    assert set(FIGURES) <= set(ZOO)


def test_attention_weighs_channels_between_nothing_and_all():
    torch.manual_seed(0)
    maps = torch.randn(3, 32, 4, 4)
    shares = ChannelAttention(32)(maps) / maps
    assert (shares > 0).all()
    assert (shares < 1).all()
    assert torch.allclose(shares, shares[:, :, :1, :1].expand_as(shares), atol=1e-5)


def test_a_skip_leads_the_input_around_a_block_that_finds_nothing():
    network = narrow("cnn5+batch_norm+attention+skip")
    block = network.features.block2
    assert block.skip.kernel_size == (1, 1)
    maps = torch.randn(2, block.convolution.in_channels, 6, 6)
    with torch.inference_mode():
        for weight in (*block.convolution.parameters(), *block.norm.parameters()):
            weight.zero_()
        assert torch.equal(block(maps), block.skip(maps).relu())


def test_dropout_is_silent_when_the_network_is_asked():
    network = narrow("cnn5+dropout")
    faces = some_faces()
    assert [module.p for module in network.modules() if isinstance(module, nn.Dropout)] == [0.5, 0.5]
    with torch.inference_mode():
        assert not torch.equal(network.train()(faces), network.train()(faces))
        assert torch.equal(network.eval()(faces), network.eval()(faces))


def test_a_network_laid_out_for_speed_answers_alike():
    plain = narrow("cnn5+batch_norm+skip").eval()
    laid_out = build(ZOO["cnn5+batch_norm+skip"].changed({"architecture.width": NARROW}).architecture).eval()
    laid_out.load_state_dict(plain.state_dict())
    with torch.inference_mode():
        assert torch.allclose(laid_out(some_faces()), plain(some_faces()), atol=1e-5)

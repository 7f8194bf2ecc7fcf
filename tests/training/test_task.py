"""What a recipe asks of a training reaches it: what a network is shown, what it is to answer, how it steps."""

import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional

from mimika.recipe import Augmentation, Distillation
from mimika.recipes import read_recipe
from mimika.training.augment import augment, draw_moves, mix, moved
from mimika.training.batches import Batch, as_input, as_tensors
from mimika.training.checkpoint import load_network
from mimika.training.lessons import Lessons
from mimika.training.task import FaceTask, learning_rate_factor
from mimika.training.train import train
from tests.training.runs import small_faces, small_recipe

FACES = small_faces()
BATCH = Batch(*(values[:32] for values in as_tensors(FACES.of("train"))))
STILL = Augmentation(flip=False, rotation_degrees=0.0, shift=0.0, scale=0.0)


def one_hot(emotions):
    return functional.one_hot(emotions, 7).float()


def lesson(recipe, lessons=None, seed=0):
    torch.manual_seed(seed)
    return FaceTask(recipe, lessons)._lesson(BATCH)


def lessons():
    """Two views of each training face; teachers who are sure of disgust in the first, of happy in the second."""
    views = [draw_moves(160, STILL) for _ in range(2)]
    answers = torch.zeros(2, 160, 7)
    answers[0, :, 1] = answers[1, :, 3] = 1
    moves = type(views[0])(
        affine=torch.stack([view.affine for view in views]),
        contrast=torch.stack([view.contrast for view in views]),
        brightness=torch.stack([view.brightness for view in views]),
    )
    return Lessons(moves=moves, answers=answers)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_the_loss_is_the_cross_entropy_with_the_recipes_smoothing(smoothing):
    task = FaceTask(small_recipe("cnn3", label_smoothing=smoothing))
    loss = task.training_step(BATCH, 0)
    logits = task.network(as_input(BATCH.pixels)).detach()
    expected = -(logits.log_softmax(dim=1) * torch.lerp(one_hot(BATCH.emotions), torch.tensor(1 / 7), smoothing))
    assert float(loss.detach()) == pytest.approx(float(expected.sum(dim=1).mean()), rel=1e-5)


def test_without_means_a_network_is_shown_the_faces_as_they_are_and_their_labels():
    faces, targets = lesson(small_recipe())
    assert torch.equal(faces, as_input(BATCH.pixels))
    assert torch.equal(targets, BATCH.emotions)


def test_an_augmentation_moves_what_is_shown():
    how = Augmentation()
    recipe = small_recipe(augmentation=how)
    task = FaceTask(recipe)
    torch.manual_seed(5)
    faces, targets = task._lesson(BATCH)
    torch.manual_seed(5)
    assert torch.equal(faces, augment(as_input(BATCH.pixels), how))
    assert torch.equal(targets, BATCH.emotions)


def test_mixed_faces_come_with_targets_mixed_in_the_same_shares():
    task = FaceTask(small_recipe(mixup=0.4))
    torch.manual_seed(5)
    faces, targets = task._lesson(BATCH)
    torch.manual_seed(5)
    expected = mix(as_input(BATCH.pixels), one_hot(BATCH.emotions), 0.4)
    assert torch.equal(faces, expected[0])
    assert torch.equal(targets, expected[1])
    assert not torch.equal(faces, as_input(BATCH.pixels))


@pytest.mark.parametrize("augmentation", [None, Augmentation()])
def test_faces_are_shown_at_the_size_of_their_epoch(augmentation):
    recipe = read_recipe("small").changed(
        {"architecture.stem": 8, "architecture.stages": [16], "augmentation": augmentation, "sizes": [[24, 1.0]]}
    )
    faces, _ = lesson(recipe)
    assert faces.shape == (32, 1, 24, 24)


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_a_student_is_to_answer_as_its_teachers_do_in_their_share(share):
    recipe = small_recipe(augmentation=STILL, distillation=Distillation(views=2, share=share))
    faces, targets = lesson(recipe, lessons())
    assert torch.allclose(faces, as_input(BATCH.pixels), atol=1e-5)
    labels = (1 - share) * one_hot(BATCH.emotions)
    told = targets - labels
    assert set(told.argmax(dim=1).tolist()) == {1, 3}
    assert torch.allclose(told.max(dim=1).values, torch.full((32,), share), atol=1e-6)
    assert torch.allclose(targets.sum(dim=1), torch.ones(32), atol=1e-6)


def test_a_student_sees_its_views_and_loses_rectangles_of_them_where_its_recipe_erases():
    for erasing, lost in ((0.0, 0), (1.0, 32)):
        how = STILL.model_copy(update={"erasing": erasing})
        faces, _ = lesson(small_recipe(augmentation=how, distillation=Distillation(views=2)), lessons())
        plain = moved(as_input(BATCH.pixels), draw_moves(32, STILL))
        assert int(((faces - plain).abs().amax(dim=(1, 2, 3)) > 0.01).sum()) == lost


def test_the_learning_rate_follows_the_schedule_step_by_step(tmp_path):
    recipe = small_recipe(schedule="cosine", warmup=0.4, learning_rate=0.01, optimizer="sgd")
    record = train(recipe, FACES, tmp_path)
    expected = [0.01 * learning_rate_factor(recipe, 5 * epoch, 15) for epoch in (1, 2, 3)]
    assert [row.learning_rate for row in record.epochs] == pytest.approx(expected)
    assert len(set(expected)) == 3


def test_weights_are_averaged_where_the_recipe_says_so_and_only_what_is_kept_differs(tmp_path):
    kept, losses = [], []
    for decay in (None, 0.9):
        folder = tmp_path / str(decay)
        record = train(small_recipe("cnn3", ema_decay=decay, keep="last", patience=0, epochs=2), FACES, folder)
        kept.append(load_file(folder / "last.safetensors"))
        losses.append([row.train_loss for row in record.epochs])
    assert losses[0] == losses[1]
    assert all(not torch.equal(kept[0][name], kept[1][name]) for name in kept[0])


def test_in_bf16_a_run_is_judged_on_validation_as_its_epochs_were(tmp_path):
    recipe = small_recipe(precision="bf16-mixed", epochs=2, keep="last", patience=0)
    record = train(recipe, FACES, tmp_path)
    assert record.machine.precision == "bf16-mixed"
    assert record.scores.validation_accuracy == record.epochs[-1].validation_accuracy
    network, _ = load_network(tmp_path / "last.safetensors")
    validation = as_tensors(FACES.of("validation"))
    with torch.inference_mode():
        again = functional.cross_entropy(network(as_input(validation.pixels)), validation.emotions)
    assert record.epochs[-1].validation_loss == pytest.approx(float(again), rel=1e-4)

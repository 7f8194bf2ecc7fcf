import subprocess
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mimika.data.faces import Faces
from mimika.data.prepare import STD
from mimika.errors import DataError, RunError
from mimika.models.cnn import FaceCNN
from mimika.recipe import Augmentation, Recipe
from mimika.recipes import named
from mimika.training import provenance
from mimika.training.augment import augment, erase
from mimika.training.averaging import MovingAverage
from mimika.training.batches import Batches, as_tensors
from mimika.training.checkpoint import CheckpointCard, load_network, save_weights
from mimika.training.dataset import FaceDataset
from mimika.training.randomness import order, reseed, stream
from mimika.training.scoring import flipped, halved, kept_predictions, probabilities
from mimika.training.task import FaceTask, learning_rate_factor
from tests.training.runs import small_faces, small_recipe

STILL = Augmentation(flip=False, rotation_degrees=0.0, shift=0.0, scale=0.0)


def pictures(n=64):
    return torch.rand(n, 1, 48, 48, generator=torch.Generator().manual_seed(0))


def test_an_augmentation_that_moves_nothing_changes_nothing():
    assert torch.allclose(augment(pictures(), STILL), pictures(), atol=1e-5)


def test_flipping_mirrors_about_half_of_the_faces_and_leaves_the_rest():
    torch.manual_seed(0)
    before = pictures()
    after = augment(before, STILL.model_copy(update={"flip": True}))
    mirrored = torch.isclose(after, before.flip(-1), atol=1e-5).all(dim=(1, 2, 3))
    same = torch.isclose(after, before, atol=1e-5).all(dim=(1, 2, 3))
    assert (mirrored ^ same).all()
    assert 20 <= int(mirrored.sum()) <= 44


def test_a_shift_moves_a_face_by_no_more_than_it_says():
    torch.manual_seed(0)
    dot = torch.zeros(64, 1, 48, 48)
    dot[:, :, 24, 24] = 1
    moved = augment(dot, STILL.model_copy(update={"shift": 0.125}))
    rows = (moved * torch.arange(48.0)[:, None]).sum(dim=(1, 2, 3)) / moved.sum(dim=(1, 2, 3))
    assert float((rows - 24).abs().max()) <= 6.01
    assert float((rows - 24).abs().max()) > 4


def test_a_turn_keeps_the_middle_and_a_scale_keeps_it_too():
    torch.manual_seed(0)
    disc = ((torch.arange(48) - 23.5) ** 2)[:, None] + ((torch.arange(48) - 23.5) ** 2)[None]
    faces = (disc < 100).float().expand(16, 1, 48, 48)
    turned = augment(faces, STILL.model_copy(update={"rotation_degrees": 90.0}))
    assert float((turned - faces).abs().mean()) < 0.02
    scaled = augment(faces, STILL.model_copy(update={"scale": 0.5})).sum(dim=(1, 2, 3))
    assert float(scaled.max()) > 1.5 * float(faces[0].sum())
    assert float(scaled.min()) < 0.7 * float(faces[0].sum())


def test_erasing_hides_a_rectangle_in_its_share_of_the_faces():
    torch.manual_seed(0)
    before = pictures(400)
    changed = erase(before, 0.25) != before
    share_of_faces = changed.any(dim=(1, 2, 3)).float().mean()
    areas = changed.float().mean(dim=(1, 2, 3))
    assert 0.19 <= float(share_of_faces) <= 0.31
    assert float(areas.max()) <= 0.36


def test_every_purpose_epoch_and_seed_has_a_stream_of_its_own():
    streams = {
        stream(seed, epoch, purpose) for seed in range(5) for epoch in range(5) for purpose in ("order", "noise")
    }
    assert len(streams) == 50


def test_two_processes_draw_different_noise_and_the_first_draws_that_of_one_alone():
    draws = []
    for rank in (0, 1, 0):
        reseed(42, 1, rank)
        draws.append(torch.rand(4))
    reseed(42, 1)
    assert torch.equal(draws[0], torch.rand(4))
    assert torch.equal(draws[0], draws[2])
    assert not torch.equal(draws[0], draws[1])


def test_an_epoch_takes_every_face_once_and_no_two_epochs_agree():
    assert sorted(order(100, 42, 1).tolist()) == list(range(100))
    assert order(100, 42, 1).tolist() != order(100, 42, 2).tolist()
    assert order(100, 42, 1).tolist() == order(100, 42, 1).tolist()


def test_batches_cover_all_validation_faces_and_drop_a_lone_training_face():
    faces = as_tensors(small_faces(33, 0))
    assert [len(emotions) for _, emotions, _ in Batches(faces, 16)] == [16, 16, 1]
    assert [len(emotions) for _, emotions, _ in Batches(faces, 16, seed=1)] == [16, 16]
    assert len(Batches(faces, 16, seed=1)) == 2


def test_two_processes_share_every_batch_and_leave_no_face_out():
    faces = as_tensors(small_faces(64, 0))
    whole = torch.cat([pixels for pixels, *_ in Batches(faces, 16, seed=1)])
    halves = [torch.cat([pixels for pixels, *_ in Batches(faces, 16, seed=1, rank=rank, world=2)]) for rank in (0, 1)]
    assert torch.equal(torch.cat(halves).flatten(1).sort(dim=0).values, whole.flatten(1).sort(dim=0).values)


def test_the_learning_rate_rises_stays_or_falls_as_the_recipe_says():
    constant = Recipe()
    assert {learning_rate_factor(constant, step, 100) for step in range(100)} == {1.0}
    cosine = Recipe(schedule="cosine", warmup=0.1)
    factors = [learning_rate_factor(cosine, step, 100) for step in range(101)]
    assert factors[:10] == sorted(factors[:10])
    assert factors[10] == 1.0
    assert factors[55] == pytest.approx(0.5)
    assert factors[100] == pytest.approx(0.0)
    assert factors[10:] == sorted(factors[10:], reverse=True)


def test_a_linear_schedule_falls_to_nothing_in_equal_steps():
    factors = [learning_rate_factor(Recipe(schedule="linear"), step, 100) for step in range(101)]
    assert factors == pytest.approx([1 - step / 100 for step in range(101)])


def test_the_epochs_are_trained_at_the_sizes_in_their_shares():
    recipe = small_recipe("cnn3").changed(
        {
            "architecture": {"stem": 8, "stages": [16]},
            "epochs": 10,
            "sizes": [[32, 0.4], [40, 0.3], [48, 0.3]],
        }
    )
    assert [recipe.side_at(epoch) for epoch in range(10)] == [32] * 4 + [40] * 3 + [48] * 3
    assert small_recipe().side_at(0) is None


@pytest.mark.parametrize(("epochs", "share"), [(1, 0.4), (4, 0.9), (2, 0.9)])
def test_the_last_epoch_is_at_the_size_at_which_a_network_is_judged(epochs, share):
    sizes = [[32, share], [48, 1 - share]]
    recipe = small_recipe("cnn3").changed(
        {"architecture": {"stem": 8, "stages": [16]}, "epochs": epochs, "sizes": sizes}
    )
    assert [recipe.side_at(epoch) for epoch in range(epochs)] == [32] * (epochs - 1) + [48]


def test_an_augmentation_gives_faces_of_the_size_that_is_asked_for():
    smaller = augment(pictures(), STILL, side=24)
    assert smaller.shape == (64, 1, 24, 24)
    # Halved without moving: each pixel is the mean of four, where it lies between them.
    assert torch.allclose(smaller, torch.nn.functional.avg_pool2d(pictures(), 2), atol=1e-5)


def test_brightness_and_contrast_change_each_face_by_no_more_than_they_say():
    torch.manual_seed(0)
    lit = augment(pictures(), STILL.model_copy(update={"brightness": 0.1})) - pictures()
    assert float(lit.std(dim=(1, 2, 3)).max()) < 1e-5
    assert 0.3 < float(lit.abs().max()) <= 0.1 / STD + 1e-5
    bright = pictures() + 1
    harder = augment(bright, STILL.model_copy(update={"contrast": 0.2})) / bright
    assert float(harder.flatten(1).std(dim=1).max()) < 1e-4
    assert 1.1 < float(harder.max()) <= 1.2 + 1e-4


def test_what_a_recipe_does_not_ask_for_draws_nothing():
    torch.manual_seed(0)
    augment(pictures(), Augmentation())
    after = torch.rand(1)
    torch.manual_seed(0)
    for _ in range(5):  # turn, size, mirror, two shifts
        torch.rand(64)
    assert torch.equal(torch.rand(1), after)


def test_the_average_forgets_its_first_weights_and_then_keeps_its_decay():
    average = MovingAverage(decay=0.9, every=2)
    assert [step for step in range(6) if average.should_update(step_idx=step)] == [0, 1, 3, 5]
    assert not average.should_update(epoch_idx=3)
    mean, count = [torch.zeros(1)], [torch.zeros(1, dtype=torch.int64)]
    decays = []
    for step in range(1, 400, 2):
        average.should_update(step_idx=step)
        before = float(mean[0])
        average._average(mean, [torch.ones(1)], 0)
        decays.append((1 - float(mean[0])) / (1 - before) if before < 0.99 else None)
        average._average(count, [torch.tensor([step])], 0)
    assert decays[0] == pytest.approx(2 / 11)
    assert decays[3] == pytest.approx(5 / 14, rel=1e-4)
    assert float(mean[0]) == pytest.approx(1, abs=1e-4)
    assert int(count[0]) == 399


def test_an_epoch_shorter_than_the_steps_between_two_updates_is_averaged_all_the_same():
    assert [MovingAverage(decay=0.9, every=4).should_update(step_idx=step) for step in range(6)] == [True] * 4 + [
        False
    ] * 2


def test_the_average_lies_where_the_network_will_be():
    average, task = MovingAverage(decay=0.9, every=2), FaceTask(small_recipe())
    trainer = SimpleNamespace(strategy=SimpleNamespace(root_device=torch.device("meta")))
    average.setup(trainer, task, "fit")
    assert {weight.device.type for weight in average._average_model.parameters()} == {"meta"}
    assert {weight.device.type for weight in task.parameters()} == {"cpu"}


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_weights_decay_and_biases_and_norms_do_not(optimizer):
    task = FaceTask(small_recipe("cnn3+batch_norm+attention", weight_decay=0.01, optimizer=optimizer))
    task.trainer = type("Trainer", (), {"estimated_stepping_batches": 10})()  # type: ignore[assignment]
    groups = task.configure_optimizers()["optimizer"].param_groups
    assert [group["weight_decay"] for group in groups] == [0.01, 0.0]
    assert all(weight.ndim > 1 for weight in groups[0]["params"])
    assert all(weight.ndim == 1 for weight in groups[1]["params"])
    assert sum(len(group["params"]) for group in groups) == len(list(task.network.parameters()))


def test_half_precision_keeps_the_most_probable_emotion():
    answers = np.full((2, 7), 0.1, np.float32)
    answers[0, 2], answers[0, 5] = 0.24999, 0.25001  # one number in half precision
    answers[1, 6] = 0.4
    assert answers.astype(np.float16).argmax(axis=1).tolist() == [2, 6]
    assert halved(answers).argmax(axis=1).tolist() == [5, 6]
    assert np.allclose(halved(answers), answers, atol=1e-3)


class Leaning(torch.nn.Module):
    """Calls a face happy if it is brighter on the left, and else sad: sure of itself to the left alone."""

    def forward(self, faces):
        tilt = (faces[..., :24].mean(dim=(1, 2, 3)) - faces[..., 24:].mean(dim=(1, 2, 3))).clamp(-1, 1)
        logits = torch.zeros(len(faces), 7)
        logits[:, 3] = torch.where(tilt > 0, 9.0, 0.0)
        logits[:, 4] = torch.where(tilt <= 0, 4.0, 0.0)
        return logits


def test_the_flipped_faces_answer_is_averaged_with_the_faces_own():
    faces = small_faces(10, 20)
    pixels = np.zeros((30, 48, 48), np.uint8)
    pixels[:20, :, :24] = 200
    pixels[20:, :, 24:] = 200
    emotions = np.full(30, 3, np.uint8)
    faces = Faces(pixels=pixels, emotions=emotions, splits=faces.splits, rows=faces.rows)
    answers = probabilities(Leaning(), faces.of("validation"))
    predictions = kept_predictions(answers, faces)
    assert predictions.correct.tolist() == [True] * 10 + [False] * 10
    views = flipped(Leaning(), faces, answers, predictions)
    assert views.accuracy == 1.0
    assert views.accuracy_without_twins == 1.0
    assert predictions.twins.tolist() == [True] * 10 + [False] * 10


def test_a_face_comes_out_of_the_dataset_as_an_image_and_its_emotion():
    faces = small_faces().of("train")
    image, emotion = FaceDataset(faces)[3]
    assert (image.mode, image.size) == ("L", (48, 48))
    assert np.array_equal(np.asarray(image), faces.pixels[3])
    assert emotion == faces.emotions[3]
    assert len(FaceDataset(faces)) == len(faces)


def test_a_dataset_of_several_splits_is_refused():
    with pytest.raises(DataError) as refused:
        FaceDataset(small_faces())
    assert str(refused.value) == (
        'FaceDataset: faces of train and validation, which a loop keeps apart. Give it one split: faces.of("train").'
    )


def brightness(image):
    """Picklable, as a transform for workers has to be."""
    return torch.tensor(np.asarray(image).mean())


def test_a_plain_data_loader_with_workers_takes_the_dataset():
    faces = small_faces(40, 0)
    loader = torch.utils.data.DataLoader(FaceDataset(faces, brightness), batch_size=16, num_workers=2)
    batches = list(loader)
    assert torch.cat([emotions for _, emotions in batches]).tolist() == faces.emotions.tolist()
    assert torch.cat([values for values, _ in batches]).numpy() == pytest.approx(faces.pixels.mean(axis=(1, 2)))


def saved(folder):
    recipe = named("cnn3").changed({"architecture.width": 0.125})
    network = FaceCNN(recipe.architecture).eval()
    path = folder / "best.safetensors"
    card = CheckpointCard(recipe=recipe, epoch=3, validation_accuracy=0.5, faces="f8428a1e")
    save_weights(network.state_dict(), card, path)
    return network, path


def test_a_checkpoint_gives_back_the_network_with_its_answers(tmp_path):
    network, path = saved(tmp_path)
    loaded, card = load_network(path)
    assert torch.allclose(loaded(pictures(4)), network(pictures(4)), atol=1e-5)
    assert card.labels == ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def test_missing_or_damaged_weights_are_one_line(tmp_path):
    _, path = saved(tmp_path)
    path.write_bytes(path.read_bytes()[:1000])
    for _ in range(2):
        with pytest.raises(RunError) as refused:
            load_network(path)
        assert str(refused.value) == f"{path}: the weights are missing or damaged; train the run again to have them."
        path.unlink(missing_ok=True)


def test_weights_with_other_labels_are_refused(tmp_path):
    _, path = saved(tmp_path)
    card = path.with_suffix(".json")
    card.write_text(card.read_text().replace('"disgust"', '"contempt"'))
    with pytest.raises(RunError) as refused:
        load_network(path)
    assert str(refused.value) == (
        f"{path}: made for 48 pixels and the labels angry contempt fear happy sad surprise neutral, not for FER2013's."
    )


def test_weights_of_another_network_are_refused(tmp_path):
    _, path = saved(tmp_path)
    card = path.with_suffix(".json")
    card.write_text(card.read_text().replace('"depth": 3', '"depth": 5'))
    with pytest.raises(RunError) as refused:
        load_network(path)
    assert str(refused.value) == (f"{path}: the weights do not fit the network that the card beside them describes.")


def test_weights_without_their_card_say_what_is_missing(tmp_path):
    _, path = saved(tmp_path)
    path.with_suffix(".json").unlink()
    with pytest.raises(RunError) as refused:
        load_network(path)
    assert str(refused.value) == (
        f"{path}: the card that says what network it is, {path.stem}.json, is missing beside it; copy it too."
    )


def test_a_commit_is_that_of_the_tree_that_knows_the_running_file_and_of_no_other(tmp_path, monkeypatch):
    source = tmp_path / "theirs" / "site-packages" / "provenance.py"
    source.parent.mkdir(parents=True)
    source.write_text("")
    git = ["git", "-C", str(tmp_path / "theirs"), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "theirs"], check=True)
    monkeypatch.setattr(provenance, "__file__", str(source))
    assert provenance.describe_machine(torch.device("cpu"), 1, "32-true").commit is None
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "ours"], check=True)
    commit = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], check=True, capture_output=True, text=True)
    assert provenance.describe_machine(torch.device("cpu"), 1, "32-true").commit == commit.stdout.strip()

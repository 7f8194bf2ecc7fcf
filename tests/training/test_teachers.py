"""Distillation: fixed views, an ensemble's answers to them, and a student that learns these."""

import hashlib
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from mimika.errors import RecipeError, RunError
from mimika.models.build import build
from mimika.recipe import Augmentation, Distillation
from mimika.training.augment import draw_moves, mix, moved
from mimika.training.batches import as_input
from mimika.training.ensemble import judge_ensemble
from mimika.training.lessons import draw_views
from mimika.training.scoring import probabilities
from mimika.training.teachers import Teachers, TeachersCard, enrol, teach
from mimika.training.train import train
from tests.training.runs import small_faces, small_recipe

MOVING = Augmentation(contrast=0.2, brightness=0.2)
STUDENT = small_recipe("cnn3", augmentation=MOVING, distillation=Distillation(views=3, share=1.0))
MIRRORED = STUDENT.changed({"distillation.mirrored": True})
FACES = small_faces(160, 40)


def networks(count=2):
    torch.manual_seed(0)
    return [build(STUDENT.architecture).eval() for _ in range(count)]


def answers(n=160, views=3, how=MOVING, checksum=FACES.checksum, mirrored=False):
    rows = np.random.default_rng(0).dirichlet(np.ones(7), size=(views, n)).astype(np.float16)
    card = TeachersCard(teachers=("a", "b"), faces=checksum, augmentation=how, mirrored=mirrored)
    return Teachers(card=card, probabilities=rows)


def test_views_are_the_same_in_every_call_and_differ_from_each_other():
    torch.manual_seed(1)
    first = draw_views(20, MOVING, 3)
    torch.manual_seed(2)
    second = draw_views(20, MOVING, 3)
    for name in ("affine", "contrast", "brightness"):
        one, other = getattr(first, name), getattr(second, name)
        assert torch.equal(one, other)
        assert one.shape[:2] == (3, 20)
        assert not torch.equal(one[0], one[1])


def test_more_views_begin_with_those_of_fewer():
    assert torch.equal(draw_views(20, MOVING, 5).affine[:3], draw_views(20, MOVING, 3).affine)


def test_moves_drawn_from_a_stream_leave_torchs_own_alone():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    draw_moves(10, MOVING, generator=torch.Generator().manual_seed(0))
    assert torch.equal(torch.rand(1), expected)


def test_in_half_precision_a_face_is_moved_to_the_same_place():
    faces = torch.rand(64, 1, 48, 48)
    moves = draw_moves(64, MOVING, generator=torch.Generator().manual_seed(1))
    with torch.autocast("cpu", torch.bfloat16):
        half = moved(faces, moves, 40)
    assert torch.equal(half, moved(faces, moves, 40))


def test_mixing_lays_each_face_over_another_and_their_targets_in_the_same_shares():
    faces = torch.eye(8).reshape(8, 1, 2, 4)
    targets = torch.eye(8)[:, :7].contiguous()
    shares = []
    for seed in range(200):
        torch.manual_seed(seed)
        mixed, answer = mix(faces, targets, 0.5)
        share = mixed.flatten(1).diagonal()
        assert torch.allclose(mixed.flatten(1)[:, :7], answer, atol=1e-6)
        assert torch.allclose(mixed.flatten(1).sum(dim=1), torch.ones(8), atol=1e-6)
        shares.append(float(share.min()))
    assert 0.5 <= min(shares) < 0.55
    # The larger of two shares from Beta(1/2, 1/2), the arcsine distribution, is 1/2 + 1/π on average.
    assert np.mean(shares) == pytest.approx(0.5 + 1 / np.pi, abs=0.03)


def test_an_ensembles_answers_are_the_mean_over_its_networks_to_the_very_views_of_the_student():
    pair = networks()
    taught = teach(pair, ["a", "b"], FACES, STUDENT)
    assert taught.probabilities.shape == (3, 160, 7)
    moves = draw_views(160, MOVING, 3)
    places = torch.tensor([7, 99])
    prepared = as_input(torch.from_numpy(FACES.of("train").pixels[places.numpy()].copy()).unsqueeze(1))
    seen = moved(prepared, moves.at(torch.tensor([2, 2]), places))
    with torch.inference_mode():
        expected = torch.stack([network(seen).softmax(dim=1) for network in pair]).mean(dim=0).numpy()
    assert taught.probabilities[2, [7, 99]] == pytest.approx(expected, abs=1e-3)


def test_a_mirrored_move_makes_the_mirror_image_of_the_same_picture():
    faces = torch.rand(6, 1, 48, 48)
    moves = draw_moves(6, MOVING, generator=torch.Generator().manual_seed(1))
    which = torch.tensor([True, False, True, True, False, False])
    plain, mirrored = moved(faces, moves, 40), moved(faces, moves.mirrored(which), 40)
    assert torch.allclose(mirrored[which], plain[which].flip(dims=(3,)), atol=1e-4)
    assert torch.equal(mirrored[~which], plain[~which])


def test_mirrored_answers_are_the_mean_over_a_view_and_its_mirror_image():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(48 * 48, 7))
    taught = teach([network], ["a"], FACES, MIRRORED)
    assert taught.card.mirrored
    moves = draw_views(160, MOVING, 3)
    places = torch.tensor([7, 99])
    prepared = as_input(torch.from_numpy(FACES.of("train").pixels[places.numpy()].copy()).unsqueeze(1))
    seen = moved(prepared, moves.at(torch.tensor([2, 2]), places))
    with torch.inference_mode():
        pair = [network(look).softmax(dim=1).numpy() for look in (seen, seen.flip(dims=(3,)))]
    assert np.abs(pair[0] - pair[1]).max() > 5e-3
    assert taught.probabilities[2, [7, 99]] == pytest.approx((pair[0] + pair[1]) / 2, abs=1e-3)


def test_a_student_of_mirrored_answers_sees_half_of_the_views_mirrored_and_others_none():
    places = torch.arange(160)
    for recipe, low, high in ((MIRRORED, 0.35, 0.65), (STUDENT, 0, 0)):
        _, lessons = enrol(recipe, answers(mirrored=recipe is MIRRORED), FACES)
        torch.manual_seed(4)
        drawn, answer = lessons.draw(places)
        # Which of the stored views each face was shown: the rows of an answer differ between all views.
        views = (lessons.answers[:, places] == answer).all(dim=2).int().argmax(dim=0)
        own = lessons.moves.at(views, places)
        turned = (drawn.affine[:, :, 0] == -own.affine[:, :, 0]).all(dim=1)
        assert torch.equal(turned, (drawn.affine != own.affine).any(dim=(1, 2)))
        assert torch.equal(drawn.affine[:, :, 1:], own.affine[:, :, 1:])
        assert low <= turned.float().mean() <= high


def test_a_field_that_a_later_version_adds_makes_no_other_answers_of_those_in_a_file(tmp_path):
    now = answers()
    text = now.card.model_dump_json().replace(',"mirrored":false', "")
    assert "mirrored" not in text
    np.savez(tmp_path / "earlier.npz", probabilities=now.probabilities, card=np.array(text))
    earlier = Teachers.load(tmp_path / "earlier.npz")
    assert earlier.card == now.card
    digest = hashlib.sha256(text.encode() + now.probabilities.tobytes()).hexdigest()
    assert earlier.checksum == digest[:16] != now.checksum
    earlier.save(tmp_path / "again.npz")
    assert Teachers.load(tmp_path / "again.npz").checksum == earlier.checksum


def test_answers_are_the_same_after_a_round_trip(tmp_path):
    before = answers()
    before.save(tmp_path / "teachers.npz")
    after = Teachers.load(tmp_path / "teachers.npz")
    assert np.array_equal(after.probabilities, before.probabilities)
    assert after.card == before.card
    assert after.checksum == before.checksum
    assert re.fullmatch("[0-9a-f]{16}", after.checksum)
    other = before.probabilities.copy()
    other[0, 0, 0] += np.float16(0.5)
    assert replace(before, probabilities=other).checksum != before.checksum
    assert replace(before, card=before.card.model_copy(update={"mirrored": True})).checksum != before.checksum


def test_answers_that_are_missing_or_damaged_are_one_line(tmp_path):
    path = tmp_path / "teachers.npz"
    with pytest.raises(RunError) as refused:
        Teachers.load(path)
    assert str(refused.value) == f"{path}: no such file; `mimika ensemble CHECKPOINT... --out {path}` writes one."
    answers().save(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(RunError) as refused:
        Teachers.load(path)
    assert str(refused.value) == f"{path}: not teachers' answers, or damaged; `mimika ensemble` writes them."


@pytest.mark.parametrize(
    ("recipe", "teachers", "said"),
    [
        (
            small_recipe("cnn3"),
            answers(),
            "Teachers were given to a recipe without distillation. Leave them out, or take distil.",
        ),
        (
            STUDENT,
            None,
            "The recipe distils and needs its teachers' answers: --teachers FILE, from `mimika ensemble --out`.",
        ),
        (
            STUDENT,
            answers(checksum="0123456789"),
            f"The teachers answered other faces (checksum 01234567) than these ({FACES.checksum[:8]}). "
            "Ask them again: `mimika ensemble`.",
        ),
        (
            MIRRORED,
            answers(),
            "The teachers answered other views than the recipe's: distillation.mirrored is true here and was false "
            "there. Ask them again, with the student's recipe: `mimika ensemble --student`.",
        ),
        (
            STUDENT,
            answers(views=2),
            "The teachers answered other views than the recipe's: distillation.views is 3 here and was 2 there. "
            "Ask them again, with the student's recipe: `mimika ensemble --student`.",
        ),
        (
            STUDENT,
            answers(how=Augmentation()),
            "The teachers answered other views than the recipe's: augmentation.brightness is 0.2 here and was 0.0 "
            "there. Ask them again, with the student's recipe: `mimika ensemble --student`.",
        ),
        (
            STUDENT.changed({"distillation.teachers": "0123456789abcdef"}),
            answers(),
            f"The recipe names other teachers (0123456789abcdef) than were given ({answers().checksum}). "
            "Give those, or leave distillation.teachers out.",
        ),
    ],
)
def test_teachers_that_do_not_belong_to_a_recipe_are_refused(recipe, teachers, said, tmp_path):
    with pytest.raises(RecipeError) as refused:
        train(recipe, FACES, tmp_path / "run", teachers=teachers)
    assert str(refused.value) == said
    assert not (tmp_path / "run").exists()


def test_a_student_may_have_erased_what_its_teachers_saw():
    student = STUDENT.changed({"augmentation.erasing": 0.5})
    enrolled, lessons = enrol(student, answers(), FACES)
    assert enrolled.distillation.teachers == answers().checksum
    assert lessons.answers.shape == (3, 160, 7)


def test_an_ensemble_that_is_asked_for_no_student_says_so():
    with pytest.raises(RecipeError) as refused:
        teach(networks(), ["a", "b"], FACES, small_recipe("cnn3"))
    assert str(refused.value) == "cnn3 does not distil: no views to answer. Take distil."


def test_a_student_learns_what_its_teachers_answer_rather_than_the_labels(tmp_path):
    # Teachers who call every face disgust, whatever its label, with views that move nothing.
    still = Augmentation(flip=False, rotation_degrees=0.0, shift=0.0, scale=0.0)
    rows = np.zeros((2, 160, 7), np.float16)
    rows[..., 1] = 1
    teachers = Teachers(
        card=TeachersCard(teachers=("a",), faces=FACES.checksum, augmentation=still), probabilities=rows
    )
    student = small_recipe("cnn3+batch_norm", augmentation=still, distillation=Distillation(views=2, share=1.0))
    record = train(student, FACES, tmp_path / "run", teachers=teachers)
    assert record.recipe.distillation.teachers == teachers.checksum
    assert record.predicted_shares["disgust"] > 0.9
    again = train(student, FACES, tmp_path / "run", teachers=teachers)
    assert again == record


def test_mixed_faces_are_learned_from(tmp_path):
    record = train(small_recipe("cnn3+batch_norm", mixup=0.2, epochs=6), FACES, tmp_path / "run")
    assert record.epochs[-1].train_loss < record.epochs[0].train_loss
    assert record.scores.validation_accuracy > 0.3


def test_an_ensemble_is_judged_beside_each_of_its_members():
    pair = networks()
    named = [STUDENT.changed({"name": name}) for name in ("a", "b")]
    judged = judge_ensemble(pair, named, FACES)
    validation = FACES.of("validation")
    straight = [probabilities(network, validation) for network in pair]
    mirrored = replace(validation, pixels=validation.pixels[:, :, ::-1])
    mirror = [probabilities(network, mirrored) for network in pair]
    assert [member.name for member in judged.members] == ["a", "b"]
    assert (judged.faces, judged.twins) == (40, 5)
    for member, alone in zip(judged.members, straight, strict=True):
        right = alone.argmax(axis=1) == validation.emotions
        assert member.one_view.all == right.mean()
        assert member.one_view.without_twins == right[5:].mean()
    right = (sum(straight) + sum(mirror)).argmax(axis=1) == validation.emotions
    assert judged.together.with_flip.all == right.mean()
    assert judged.together.parameters == 2 * judged.members[0].parameters
    assert judged.together.multiply_adds == 2 * judged.members[0].multiply_adds


def test_members_of_one_name_are_told_apart_by_their_seeds():
    three = [STUDENT.changed({"name": name, "seed": seed}) for name, seed in (("a", 1), ("b", 1), ("a", 2))]
    judged = judge_ensemble(networks(3), three, FACES)
    assert [member.name for member in judged.members] == ["a, seed 1", "b", "a, seed 2"]


def test_a_teacher_whose_weights_have_diverged_is_named():
    pair = networks()
    with torch.no_grad():
        next(pair[1].parameters()).fill_(float("nan"))
    with pytest.raises(RunError) as refused:
        teach(pair, ["a", "b"], FACES, STUDENT)
    assert str(refused.value) == "b: its weights have diverged, and it answers nothing. Leave it out."

import pytest

from mimika.emotions import EMOTIONS
from mimika.recipes import named
from mimika.record import Record
from mimika.training.fit import Verdict, check_fit, still_rising
from tests.records import make_record


def with_scores(record: Record, **scores: object) -> Record:
    return record.model_copy(update={"scores": record.scores.model_copy(update=scores)})


def calling(record: Record, emotion: str = "happy", share: float = 1.0) -> Record:
    """The same run, had it called so many of the faces this emotion, whatever their label."""
    rest = "sad" if emotion != "sad" else "happy"
    shares = {**dict.fromkeys(EMOTIONS, 0.0), emotion: share, rest: 1 - share}
    return with_scores(record, recall=shares).model_copy(update={"predicted_shares": shares})


def with_losses(record: Record, *, since: int, **losses: float) -> Record:
    """The same run with these losses from an epoch on."""
    rows = [row.model_copy(update=losses if row.epoch >= since else {}) for row in record.epochs]
    return record.model_copy(update={"epochs": tuple(rows)})


def test_one_answer_for_nearly_everything_is_a_collapse_whatever_the_gap_says():
    record = calling(make_record("cnn7", accuracy=0.249, train_accuracy=0.251, best_epoch=1, epochs=6), share=0.97)
    record = record.model_copy(update={"gradient_norms": {"block1.convolution": 2e-7, "linear3": 0.004}})
    fit = check_fit(record)
    assert fit.verdict is Verdict.COLLAPSED
    assert fit.evidence == (
        "97.0 % of validation faces are called happy; "
        "25.1 % on training faces, 24.9 % on validation (gap 0.2 points); "
        "gradient norm 0.004 at linear 3, and 5.0 × 10⁻⁵ of it at convolution 1 (vanished)"
    )
    assert fit.advice == (
        "Add batch norm or skip connections, or lower the learning rate: it learns nothing from its input."
    )


@pytest.mark.parametrize(("found", "verdict"), [(0.11, Verdict.FITS), (0.09, Verdict.COLLAPSED)])
def test_one_answer_that_is_nearly_always_right_is_a_collapse_only_if_nothing_else_is_found(found, verdict):
    happy, hits = 0.94, 0.93  # shares of all faces: labelled happy, and called so as well
    accuracy = hits + found * (1 - happy)
    record = calling(make_record(accuracy=accuracy, train_accuracy=0.98), share=0.95)
    recall, precision = ({**dict.fromkeys(EMOTIONS, 0.0), "happy": hits / whole} for whole in (happy, 0.95))
    assert check_fit(with_scores(record, recall=recall, precision=precision)).verdict is verdict


def test_a_lucky_hit_among_few_faces_does_not_undo_a_collapse():
    record = calling(make_record(accuracy=0.8, train_accuracy=0.7), share=11 / 12)
    recall = {**dict.fromkeys(EMOTIONS, 0.0), "happy": 1.0, "sad": 0.5}  # of 1 and 2 faces, and of nine others none
    precision = {**dict.fromkeys(EMOTIONS, 0.0), "happy": 1 / 11, "sad": 1.0}
    scores = {"recall": recall, "precision": precision, "validation_accuracy": 2 / 12}
    assert check_fit(with_scores(record, **scores)).verdict is Verdict.COLLAPSED


def test_a_gradient_that_arrives_is_not_called_vanished():
    record = calling(make_record()).model_copy(update={"gradient_norms": {"block1.convolution": 0.2, "linear3": 0.4}})
    assert check_fit(record).evidence.endswith("gradient norm 0.4 at linear 3, and 0.5 of it at convolution 1")


def test_a_gap_of_ten_points_is_overfitting_and_a_little_less_is_not():
    record = make_record(accuracy=0.6)
    assert check_fit(with_scores(record, train_accuracy=0.71)).verdict is Verdict.OVERFITS
    assert check_fit(with_scores(record, train_accuracy=0.69)).verdict is Verdict.FITS
    assert 0.72 - 0.62 < 0.1, "as floats are"
    exact = with_scores(record, train_accuracy=0.72, validation_accuracy=0.62)
    assert check_fit(exact).verdict is Verdict.OVERFITS


def test_the_evidence_for_overfitting_has_both_accuracies_the_best_epoch_and_both_losses():
    record = make_record(accuracy=0.556, train_accuracy=0.925, best_epoch=6, epochs=11)
    losses = [row.validation_loss for row in record.epochs]
    assert check_fit(record).evidence == (
        "92.5 % on training faces, 55.6 % on validation (gap 36.9 points); best at epoch 6 of 11; "
        f"validation loss {min(losses):.2f} at best, {losses[-1]:.2f} at last"
    )


def test_underfitting_tells_a_training_that_was_cut_short_from_one_that_had_ended():
    short = with_scores(make_record(accuracy=0.324, best_epoch=30, epochs=30), train_accuracy=0.36)
    assert check_fit(short).verdict is Verdict.UNDERFITS
    assert check_fit(short).advice == "Train longer: it was still getting better when it stopped."
    ended = with_scores(make_record(accuracy=0.324, best_epoch=10, epochs=15), train_accuracy=0.36)
    assert check_fit(ended).advice == (
        "Add capacity, mend the schedule or regularise less: it does not learn even what it is shown."
    )


def test_the_verdict_rests_on_the_clean_train_accuracy_not_on_the_one_under_augmentation():
    record = with_scores(make_record(accuracy=0.66), train_accuracy=0.8, train_accuracy_running=0.6)
    assert check_fit(record).verdict is Verdict.OVERFITS


def test_a_network_that_generalises_fits():
    fit = check_fit(with_scores(make_record(accuracy=0.68), train_accuracy=0.74))
    assert fit.verdict is Verdict.FITS
    assert fit.advice == "More capacity or a longer schedule may still lift both accuracies."


def test_names_in_the_evidence_are_those_of_the_networks_layers():
    import torch

    from mimika.models.cnn import FaceCNN
    from mimika.training.scoring import gradient_norms
    from tests.training.runs import small_faces

    torch.manual_seed(0)
    network = FaceCNN(named("cnn3").changed({"architecture.width": 0.125}).architecture)
    assert list(gradient_norms(network, small_faces())) == [
        "block1.convolution",
        "block2.convolution",
        "block3.convolution",
        "linear1",
        "linear2",
        "linear3",
    ]


def test_advice_names_nothing_that_the_network_has():
    collapsed = calling(make_record("cnn5+batch_norm"))
    assert check_fit(collapsed).advice == (
        "Add skip connections, or lower the learning rate: it learns nothing from its input."
    )
    both = calling(make_record("cnn5+batch_norm+skip"))
    assert check_fit(both).advice == "Lower the learning rate: it learns nothing from its input."


@pytest.mark.parametrize("loss", ["train_loss", "validation_loss"])
def test_a_training_that_diverged_is_told_as_such(loss):
    record = with_losses(make_record(), since=4, **{loss: float("nan")})
    underfitting = with_scores(record, train_accuracy=0.6, validation_accuracy=0.556)
    for one, verdict in (
        (calling(record, "angry"), Verdict.COLLAPSED),
        (record, Verdict.OVERFITS),
        (underfitting, Verdict.UNDERFITS),
        (with_scores(record, validation_accuracy=0.9), Verdict.FITS),
    ):
        fit = check_fit(one)
        assert fit.verdict is verdict
        assert fit.evidence.endswith("; the loss is not finite from epoch 4 on")
        assert fit.advice == "Lower the learning rate: the training diverged."


def test_a_training_that_diverged_at_once_has_no_loss_to_tell():
    record = with_losses(make_record(), since=1, validation_loss=float("inf"))
    assert check_fit(record).evidence == (
        "92.5 % on training faces, 55.6 % on validation (gap 36.9 points); best at epoch 6 of 11; the loss is not "
        "finite from epoch 1 on"
    )


def test_a_negative_gap_keeps_its_sign():
    assert "(gap −1.2 points)" in check_fit(with_scores(make_record(accuracy=0.292), train_accuracy=0.28)).evidence


def test_where_the_last_weights_are_kept_no_epoch_is_called_the_best():
    record = make_record(accuracy=0.5, best_epoch=6, epochs=11, changes={"keep": "last"})
    assert "; after all 11 epochs" in check_fit(record).evidence
    assert "best at" not in check_fit(record).evidence.partition("; validation loss")[0]


def test_a_run_that_keeps_its_last_weights_was_not_still_rising_because_of_that():
    past = make_record(accuracy=0.5, train_accuracy=0.5, best_epoch=6, epochs=11, changes={"keep": "last"})
    past = past.model_copy(update={"best_epoch": 11})
    assert not still_rising(past)
    assert still_rising(make_record(accuracy=0.5, train_accuracy=0.5, best_epoch=6, epochs=6))


def test_one_epoch_was_not_still_rising():
    record = make_record(accuracy=0.3, train_accuracy=0.3, best_epoch=1, epochs=1)
    assert not still_rising(record)
    assert check_fit(record).advice == "Train longer: after one epoch nothing can be said of its course."

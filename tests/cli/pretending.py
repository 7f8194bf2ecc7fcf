"""A data set of a few drawn faces, and a trainer that only pretends: it leaves what a training leaves, in a moment."""

from pathlib import Path

from tests.records import make_predictions, make_record

from mimika.data.faces import Faces
from mimika.recipe import Recipe
from mimika.record import Record

ACCURACIES = {"cnn1": 0.51, "cnn3": 0.54, "cnn5": 0.60, "cnn7": 0.25}


def pretend_to_train(recipe: Recipe, faces: Faces, out: Path, *, teachers=None, watch=None, tracking=None) -> Record:
    """Leaves predictions.npz and record.json, and tells the watch of three epochs."""
    accuracy = ACCURACIES.get(recipe.name, 0.62 + 0.01 * len(recipe.name.split("+")))
    predictions = make_predictions(accuracy, faces=400, seed=recipe.seed)
    record = make_record(recipe.name, accuracy, accuracy + 0.15, best_epoch=2, epochs=3, seconds=30.0, faces=400)
    data = record.data.model_copy(update={"checksum": faces.checksum, "description": faces.description})
    record = record.model_copy(update={"recipe": recipe, "data": data})
    watch.run_started(recipe, 1)
    for row in record.epochs:
        watch.batch_ended(row.epoch, 50, 100)
        watch.batch_ended(row.epoch, 100, 100)
        watch.epoch_ended(row, accuracy)
    out.mkdir(parents=True, exist_ok=True)
    predictions.save(out / "predictions.npz")
    (out / "record.json").write_text(record.model_dump_json())
    watch.run_ended(record)
    return record

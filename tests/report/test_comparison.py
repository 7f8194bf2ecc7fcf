from dataclasses import replace

import numpy as np
import pytest

from mimika.errors import RunError
from mimika.metrics import wilson_interval
from mimika.report import compare_records, write_comparison
from tests.records import make_predictions
from tests.report.studies import finished_run


@pytest.fixture(scope="module")
def runs():
    made = [
        finished_run("cnn3", 42, faces=1200),
        finished_run("cnn5+batch_norm", 42, faces=1200),
        finished_run("cnn5+batch_norm", 43, faces=1200),
    ]
    return [record for record, _ in made], [predictions for _, predictions in made]


def test_runs_are_compared_with_the_best_of_them_and_seeds_told_apart(runs):
    table = compare_records(*runs)
    rows = table.to_rows()
    assert [row["run"] for row in rows] == ["cnn5+batch_norm, seed 43", "cnn5+batch_norm, seed 42", "cnn3"]
    assert [row.mark for row in table.rows] == ["winner", "tie", ""]
    assert rows[0]["p_value"] is None
    assert rows[1]["p_value"] > 0.05 > rows[2]["p_value"]
    assert {"run", "faces", "accuracy", "without_twins", "gap", "epochs", "parameters", "verdict"} <= set(rows[0])


def test_runs_that_are_equally_good_are_ties_whichever_of_them_came_first():
    draw, parted = np.random.default_rng(3), 0
    record, drawn = finished_run("cnn5", 42, faces=1000)
    for _ in range(40):
        equal = []
        for right in draw.random((7, 1000)) < 0.6:
            answers = np.where(right, drawn.emotions, (drawn.emotions + 1) % 7)
            equal.append(replace(drawn, probabilities=np.eye(7, dtype=np.float16)[answers]))
        parted += any(row.mark == "" for row in compare_records([record] * 7, equal).rows)
    assert parted / 40 <= 0.05


def test_the_comparison_is_aligned_text_too(runs):
    head, *lines = compare_records(*runs).lines()
    assert head.startswith("Run                           n  Validation %")
    assert [line.split(",")[0].split()[0] for line in lines] == ["cnn5+batch_norm", "cnn5+batch_norm", "cnn3"]
    assert lines[2].endswith("p < 0.001")


def test_the_same_runs_in_another_order_are_the_same_comparison(runs):
    records, predictions = runs
    assert compare_records(records[::-1], predictions[::-1]) == compare_records(records, predictions)


def test_the_comparison_has_a_page_of_its_own(runs, tmp_path):
    path = write_comparison(*runs, tmp_path / "compared.html")
    html = path.read_text(encoding="utf-8")
    assert "<title>Three runs compared: cnn5+batch_norm, seed 43 comes first on validation: " in html
    assert html.count("<svg") == 1
    assert 'href="http' not in html
    assert list(tmp_path.iterdir()) == [path]


def test_runs_on_different_data_are_refused(runs):
    records, predictions = runs
    other = records[1].model_copy(update={"data": records[1].data.model_copy(update={"checksum": "0" * 64})})
    with pytest.raises(RunError) as refused:
        compare_records([records[0], other], predictions[:2])
    assert str(refused.value) == (
        "cnn3 and cnn5+batch_norm saw different faces (data f8428a1e and 00000000). Compare runs on the same data."
    )


def test_runs_on_copies_of_the_official_splits_are_compared(runs):
    records, predictions = runs
    copies = [
        record.model_copy(
            update={
                "data": record.data.model_copy(
                    update={
                        "checksum": str(copy) * 64,
                        "description": "the official FER2013 by its counts",
                        "train": 28_709,
                        "validation": 3_589,
                    }
                )
            }
        )
        for copy, record in enumerate(records[:2])
    ]
    assert [row["run"] for row in compare_records(copies, predictions[:2]).to_rows()] == [
        row["run"] for row in compare_records(records[:2], predictions[:2]).to_rows()
    ]


def test_an_interval_is_given_whole(runs):
    first = compare_records(*runs).to_rows()[0]
    assert first["interval"] == wilson_interval(first["accuracy"], 1_200)


def test_runs_on_different_validation_faces_are_refused(runs):
    records, predictions = runs
    with pytest.raises(RunError) as refused:
        compare_records(records[:2], [predictions[0], make_predictions(0.6, 300)])
    assert str(refused.value) == (
        "cnn3 and cnn5+batch_norm were validated on different faces (1,200 and 300, or other labels). "
        "Compare runs on the same validation faces."
    )


def test_one_run_is_no_comparison(runs):
    with pytest.raises(RunError) as refused:
        compare_records(runs[0][:1], runs[1][:1])
    assert str(refused.value) == "A comparison takes two runs or more, not 1."

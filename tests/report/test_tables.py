from dataclasses import replace

from mimika.emotions import EMOTIONS
from mimika.report import ranking_lines
from mimika.report.findings import Findings
from mimika.report.reading import read_stage
from mimika.report.study_report import beside_the_reference
from mimika.report.tables import emotion_table, ranking, reference_table
from mimika.study.ledger import Ledger
from mimika.study.study import StudyRun, outcome
from mimika.wording import signed


def outcomes_of(folder):
    run = StudyRun.load(folder)
    return outcome(run.study, Ledger.open(folder), run.checksum)


def test_the_ranking_for_a_terminal_is_aligned_and_marks_winner_and_ties(finished):
    assert ranking_lines(outcomes_of(finished))[:5] == [
        "depth · How many layers?",
        "  cnn5                            58.4 %    gap 34.1  14 epochs  11.07 M  overfits                winner",
        "  cnn3                            56.1 %    gap 38.1  12 epochs   2.52 M  overfits",
        "  cnn1                            49.7 %    gap 37.4  10 epochs   9.50 M  overfits",
        "  cnn7                            25.6 %    gap  0.0   6 epochs  15.79 M  collapsed to one class",
    ]
    assert ranking_lines(outcomes_of(finished))[-4:] == [
        "  cnn5+batch_norm+skip            63.4 %    gap 33.4  12 epochs  11.25 M  overfits                winner",
        "  cnn5+batch_norm                 62.9 %    gap 32.4  13 epochs  11.07 M  overfits                tie",
        "  cnn5+batch_norm+attention       62.7 %    gap 30.9  13 epochs  11.12 M  overfits                tie",
        "  cnn5+batch_norm+attention+skip  62.1 %    gap 33.6  12 epochs  11.29 M  overfits",
    ]


def test_one_epoch_is_no_epochs(finished):
    depth = outcomes_of(finished)[0]
    first = depth.candidates[0]
    records = tuple(one.model_copy(update={"epochs": one.epochs[:1]}) for one in first.records)
    short = replace(depth, candidates=(replace(first, records=records),))
    assert "gap 34.1  1 epoch  11.07 M" in ranking_lines([short])[1]


def test_an_emotion_that_was_never_answered_has_no_precision():
    shares, counts = dict.fromkeys(EMOTIONS, 0.0), dict.fromkeys(EMOTIONS, 9)
    rows = emotion_table(counts, shares, shares, counts | {"disgust": 0}).rows
    assert [row.cells[3].text for row in rows] == ["0.0", "–", "0.0", "0.0", "0.0", "0.0", "0.0"]


def test_networks_that_are_not_finished_are_named(unfinished):
    lines = ranking_lines(outcomes_of(unfinished))
    assert [line.split()[0] for line in lines if line.endswith("not finished")] == [
        "cnn5+augmentation",
        "cnn5+batch_norm+attention",
        "cnn5+batch_norm+skip",
        "cnn5+batch_norm+attention+skip",
    ]
    assert ranking_lines([]) == []


def test_a_ranking_has_n_interval_gap_costs_verdict_and_the_paired_test(finished):
    stage = outcomes_of(finished)[2]
    table = ranking(read_stage(stage), stage.missing)
    assert table.columns[2].title == "Validation, n = 3,589"
    assert [cell.text for cell in table.rows[1].cells] == [
        "`cnn5+batch_norm`",
        "the base",
        "62.9",
        "61.3–64.5",
        "63.0",
        "32.4",
        "8 of 13",
        "11.07 M",
        "84.6 M",
        "50 min 10 s",
        "overfits",
        "tie, p = 0.51",
    ]
    assert [row.mark for row in table.rows] == ["winner", "tie", "tie", ""]


def test_what_a_network_changes_comes_from_the_study(finished):
    changes = {reading.name: reading.changes for stage in outcomes_of(finished) for reading in read_stage(stage)}
    assert changes["cnn3"] == ("depth 3",)
    assert changes["cnn5+batch_norm+dropout"] == ("batch norm", "dropout 0.5")
    assert changes["cnn5+augmentation"] == ("augmentation",)
    assert changes["cnn5+batch_norm"] == ()


def test_the_paired_test_against_the_base_is_the_stages_own(finished):
    depth, regularization, architecture = (read_stage(stage) for stage in outcomes_of(finished))
    assert all(reading.worth is None for reading in depth)
    worths = {reading.name: reading.worth for reading in regularization}
    assert worths["cnn5"] is None
    assert worths["cnn5+batch_norm"].base == "cnn5"
    assert signed(worths["cnn5+batch_norm"].difference) == "+4.5"
    assert architecture[0].worth.base == "cnn5+batch_norm"


def test_a_pair_of_networks_has_one_p_value_in_a_stage(finished):
    winner, base = read_stage(outcomes_of(finished)[2])[:2]
    assert base.name == winner.worth.base
    assert winner.worth.p_value == base.standing.p_value


def test_each_network_stands_beside_the_reference_once(finished):
    table = reference_table(beside_the_reference(Findings.load(finished).networks))
    rows = {row["network"]: row for row in table.to_rows()}
    assert len(table.rows) == len(rows) == 11
    assert (rows["cnn5+batch_norm"]["reference"], rows["cnn5+batch_norm"]["differs"]) == (0.624, False)
    assert (rows["cnn5+augmentation"]["reference"], rows["cnn5+augmentation"]["differs"]) == (0.324, True)
    assert rows["cnn7"]["reference_train"] is None

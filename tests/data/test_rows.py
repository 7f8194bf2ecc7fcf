"""Rows of a CSV: every fault is found, and named in words."""

import warnings

import numpy as np
import pytest

from mimika.data.sources.rows import Block, Columns, Fault, parse, read_span
from tests.data.copies import FACE, random_faces, text_of

COLUMNS = Columns(emotion=0, pixels=1, usage=2, count=3)
RANGE = "pixels are whole numbers from 0 to 255"


def parse_rows(*rows: str) -> Block:
    return parse("\n".join(rows).encode(), COLUMNS)


def with_pixel(value: str, place: int = 17) -> str:
    words = FACE.split()
    words[place - 1] = value
    return f"0,{' '.join(words)},Training"


@pytest.mark.parametrize(
    ("row", "kind", "text"),
    [
        (f"0,{FACE[2:]},Training", "count", "2,303 pixels, but a face has 2,304 (48×48)"),
        (f"0,{FACE} 7,Training", "count", "2,305 pixels, but a face has 2,304 (48×48)"),
        ("0,,Training", "count", "0 pixels, but a face has 2,304 (48×48)"),
        (with_pixel("256"), "value", f"pixel 17 is 256, but {RANGE}"),
        (with_pixel("-1"), "value", f"pixel 17 is -1, but {RANGE}"),
        (with_pixel("x"), "value", f"pixel 17 is x, but {RANGE}"),
        (with_pixel("12.5"), "value", f"pixel 17 is 12.5, but {RANGE}"),
        (with_pixel("12.0", 2304), "value", f"pixel 2,304 is 12.0, but {RANGE}"),
        (with_pixel("65536"), "value", f"pixel 17 is 65536, but {RANGE}"),
        (with_pixel("99999999999999999999999"), "value", f"pixel 17 is 99999999999999999999, but {RANGE}"),
        (with_pixel("nan"), "value", f"pixel 17 is nan, but {RANGE}"),
        (with_pixel("²"), "value", f"pixel 17 is ², but {RANGE}"),
        (with_pixel("0x1f"), "value", f"pixel 17 is 0x1f, but {RANGE}"),
        (with_pixel("1e2"), "value", f"pixel 17 is 1e2, but {RANGE}"),
        (with_pixel("+7"), "value", f"pixel 17 is +7, but {RANGE}"),
        (
            FACE.replace(" ", "\xa0").join(["0,", ",Training"]),
            "value",
            "pixels that are parted by other characters than blanks",
        ),
        (with_pixel("#7"), "value", f"pixel 17 is #7, but {RANGE}"),
        (f"7,{FACE},Training", "class", "emotion 7, but FER2013 has 0 (angry) to 6 (neutral)"),
        (f"-1,{FACE},Training", "class", "emotion -1, but FER2013 has 0 (angry) to 6 (neutral)"),
        (f"1.0,{FACE},Training", "class", "emotion 1.0, but FER2013 has 0 (angry) to 6 (neutral)"),
        (f",{FACE},Training", "class", "emotion missing, but FER2013 has 0 (angry) to 6 (neutral)"),
        (f"0,{FACE},Test", "usage", "Usage Test, but FER2013 has Training, PublicTest, PrivateTest"),
        (f"0,{FACE},", "usage", "Usage missing, but FER2013 has Training, PublicTest, PrivateTest"),
        (f"0,{FACE}", "cells", "2 cells, but the header has 3"),
    ],
)
def test_a_bad_row_is_a_fault_and_the_rows_beside_it_are_read(row, kind, text):
    block = parse_rows(f"1,{FACE},Training", row, f"2,{FACE},PublicTest")
    assert block.faults == [Fault(2, kind, text)]
    assert block.emotions.tolist() == [1, 2]
    assert block.splits.tolist() == [0, 1]
    assert block.rows.tolist() == [1, 3]
    assert block.total == 3
    assert (block.pixels == 7).all()


def test_a_cell_that_csv_refuses_is_a_fault_of_its_row():
    block = parse_rows(f'"{"1" * 140_000}",x,y', f"2,{FACE},PublicTest")
    assert block.faults == [Fault(1, "csv", "not a row of a CSV (field larger than field limit (131072))")]
    assert block.rows.tolist() == [2]


@pytest.mark.parametrize(
    ("row", "why"),
    [(f'0,"{FACE},Training', "unexpected end of data"), (f'0,"{FACE}"x,Training', "',' expected after '\"'")],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_stray_quote_spoils_its_own_row_alone(row, why, ending):
    good = [f'1,"{FACE}",Training'] * 40
    block = parse(ending.join([*good[:3], row, *good[3:], ""]).encode(), COLUMNS)
    assert block.faults == [Fault(4, "csv", f"not a row of a CSV ({why})")]
    assert block.rows.tolist() == [*range(1, 4), *range(5, 42)]


def test_quotes_tabs_and_blank_lines_change_nothing():
    faces = random_faces(2)
    first, second = map(text_of, faces.pixels)
    quoted = parse_rows(f'0,"{first}",Training', "", f'"1"," {second}  ","Training"')
    tabbed = parse_rows(f"0,{first},Training", "", f" 1 ,{second.replace(' ', chr(9))}, training ")
    for block in (quoted, tabbed):
        assert block.faults == []
        assert np.array_equal(block.pixels, faces.pixels)
        assert block.emotions.tolist() == [0, 1]
        assert block.rows.tolist() == [1, 2]


def test_lines_of_blanks_alone_are_no_rows():
    block = parse_rows(f"1,{FACE},Training", "  ", " \t\r", f"9,{FACE},Training", f"2,{FACE},Training", " ")
    assert block.rows.tolist() == [1, 3]
    assert [fault.row for fault in block.faults] == [2]
    assert block.total == 3


def test_filters_of_warnings_are_left_alone(monkeypatch):
    monkeypatch.setattr(warnings, "catch_warnings", None)  # they are the whole process's, and other threads' too
    assert len(parse_rows(f"0,{FACE},Training", with_pixel("1.0"), "0, ,Training").faults) == 2


def test_emotions_may_be_names():
    assert parse_rows(f"Happiness,{FACE},Training", f"disgusted,{FACE},Training").emotions.tolist() == [3, 1]


def test_a_block_without_a_good_row_is_empty():
    block = parse_rows(f"9,{FACE},Training")
    assert block.pixels.shape == (0, 48, 48)
    assert block.total == 1


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("at_end", ["with", "without"])
def test_spans_of_any_size_give_each_line_once(tmp_path, ending, at_end):
    lines = [f"row {n} {'x' * n}" for n in range(20)]
    header = f"header{ending}"
    path = tmp_path / "file.csv"
    path.write_bytes((header + ending.join(lines) + (ending if at_end == "with" else "")).encode())
    size = path.stat().st_size
    for step in range(1, 60):
        starts = range(len(header), size, step)
        parts = [read_span(path, (start, min(start + step, size))) for start in starts]
        assert b"".join(parts).decode().split() == " ".join(lines).split()
        assert [line for part in parts for line in part.decode().splitlines()] == lines

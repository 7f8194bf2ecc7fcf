"""What a report is made of, before it becomes a page or Markdown: sections of paragraphs, tables and pictures.

Text carries three marks, as in Markdown: `code` in backticks, **strong** and *emphasised*. Both renderings are made
from the same blocks, so they cannot say different things.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Value = str | float | int | bool | tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a table shows in one place, and the plain value behind it that it is sorted by and given as JSON."""

    text: str
    value: Value = None
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its key in JSON, its heading, and whether it holds numbers."""

    key: str
    title: str
    numeric: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row; `mark` is how it stands to the winner, which the page shows beside it."""

    cells: Sequence[Cell]
    mark: Literal["", "winner", "tie"] = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under columns, with a caption that says what to see; `folded` tables are opened by the reader.

    `legend` says what the marks of rows mean, where they are drawn: on the page.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    folded: bool = False
    legend: str = ""

    def lines(self) -> list[str]:
        """The table as aligned plain text, headings first, for a terminal."""
        grid = [[column.title for column in self.columns]]
        grid += [[plain(cell.text) for cell in row.cells] for row in self.rows]
        return aligned(grid, [column.numeric for column in self.columns])

    def to_rows(self) -> list[dict[str, Value]]:
        """The plain values by column key, for JSON."""
        return [
            {column.key: cell.value for column, cell in zip(self.columns, row.cells, strict=True)} for row in self.rows
        ]


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Sentences; a `note` is set smaller."""

    text: str
    note: bool = False


@dataclass(frozen=True, kw_only=True)
class Entries:
    """Headed short texts in a row, such as one network after the other; `compact` ones are facts of a line or two."""

    entries: Sequence[tuple[str, str]]
    compact: bool = False


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing as inline `svg` that says itself what to see, or an image as `png` bytes; Markdown leaves it out."""

    caption: str = ""
    svg: str = ""
    png: bytes = b""


Block = Paragraph | Table | Entries | Picture


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading, its anchor and what stands under it."""

    anchor: str
    title: str
    blocks: Sequence[Block] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole report: what it is of, its finding in one sentence, what opens it, and its sections."""

    subject: str
    finding: str
    opening: Sequence[Block]
    sections: Sequence[Section]


def plain(text: str) -> str:
    """Text without its marks.

    >>> plain("`cnn5` **wins**, a *tie*")
    'cnn5 wins, a tie'
    """
    return text.replace("`", "").replace("*", "")


def aligned(grid: Sequence[Sequence[str]], numeric: Sequence[bool]) -> list[str]:
    """Rows of texts as lines whose columns stand under each other, numbers to the right.

    >>> aligned([["a", "1"], ["bcd", "10"]], [False, True])
    ['a     1', 'bcd  10']
    """
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    return [
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in grid
    ]

"""A report as one self-contained HTML page."""

import base64
import json
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Final

from mimika.language import ENGLISH, LANGUAGES, Texts
from mimika.report.blocks import Block, Cell, Column, Entries, Paragraph, Picture, Report, Row, Table, plain

_MARKS: Final = (
    (r"`([^`]+)`", r"<code>\1</code>"),
    (r"\*\*([^*]+)\*\*", r"<strong>\1</strong>"),
    (r"\*([^*]+)\*", r"<em>\1</em>"),
)
_UNITS: Final = "|".join(unit for texts in LANGUAGES.values() for unit in texts.units)
# Between a number and its unit, and around the sign of a p-value, of n and of a spread.
_UNBROKEN: Final = re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?!\w))|(?<=\b[np]) (?=[=<])|(?<=[±=<]) (?=\d)")
# Between a name or a number and the Georgian ending behind it.
_ENDING: Final = re.compile(r"(?<=[`*%\d])-(?=[ა-ჰ])")


def to_html(report: Report, texts: Texts = ENGLISH) -> str:
    """A report as one HTML page that loads nothing and can be read without its script."""
    here = files("mimika.report")
    contents = "".join(
        f'<li><a href="#{escape(section.anchor)}">{_inline(section.title)}</a></li>' for section in report.sections
    )
    sections = "\n".join(
        f'<section id="{escape(section.anchor)}"><h2>{_inline(section.title)}</h2>\n{_blocks(section.blocks)}</section>'
        for section in report.sections
    )
    return (
        f'<!doctype html>\n<html lang="{texts.code}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(plain(report.subject))}: {escape(plain(report.finding))}</title>\n"
        f"<style>\n{here.joinpath('page.css').read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        f'<nav aria-label="{escape(texts.tell("page.contents"))}"><ol>{contents}</ol></nav>\n<main>\n'
        f'<header><p class="subject">{_inline(report.subject)}</p><h1>{_inline(report.finding)}</h1>'
        f"{_blocks(report.opening)}</header>\n{sections}\n</main>\n"
        f"<script>\n{_script(texts)}</script>\n</body>\n</html>\n"
    )


def _script(texts: Texts) -> str:
    """The page's script, with what it says itself, and the order of its letters, in the language."""
    script = files("mimika.report").joinpath("page.js").read_text(encoding="utf-8")
    return script.replace('"Sort"', json.dumps(texts.tell("page.sort"), ensure_ascii=False)).replace(
        '"en"', json.dumps(texts.code)
    )


def _blocks(blocks: Sequence[Block]) -> str:
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return f"<p{_class('note' if block.note else '')}>{_inline(block.text)}</p>\n"
        case Entries():
            entries = "".join(f"<dt>{_inline(head)}</dt><dd>{_inline(text)}</dd>\n" for head, text in block.entries)
            return f"<dl{_class('facts' if block.compact else '')}>\n{entries}</dl>\n"
        case Table():
            return _table(block)
        case Picture():
            return _picture(block)


def _picture(picture: Picture) -> str:
    drawn = picture.svg or _image(picture)
    caption = f"<figcaption>{_inline(picture.caption)}</figcaption>\n" if picture.caption else ""
    return f"<figure>\n{drawn}\n{caption}</figure>\n"


def _image(picture: Picture) -> str:
    """A PNG in the page, at half its pixels: it is drawn for dense screens."""
    width = int.from_bytes(picture.png[16:20], "big") // 2
    data = base64.b64encode(picture.png).decode()
    return f'<img alt="{escape(plain(picture.caption))}" width="{width}" src="data:image/png;base64,{data}">'


def _table(table: Table) -> str:
    heads = "".join(
        f'<th scope="col"{_class("number" if column.numeric else "")}>{_inline(column.title)}</th>'
        for column in table.columns
    )
    rows = "".join(_row(row, table.columns) for row in table.rows)
    body = (
        f'<div class="scrolling" tabindex="0" role="region" aria-label="{escape(plain(table.caption))}">'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>"
    )
    caption = _inline(f"{table.caption} {table.legend}".rstrip())
    if table.folded:
        return f"<details><summary>{caption}</summary>\n{body}\n</details>\n"
    return f'<figure class="table">\n<figcaption>{caption}</figcaption>\n{body}\n</figure>\n'


def _row(row: Row, columns: Sequence[Column]) -> str:
    head, *others = (
        f"{_class('number' if column.numeric else '')}{_sorted_by(cell)}>{_content(cell)}"
        for column, cell in zip(columns, row.cells, strict=True)
    )
    cells = "".join(f"<td{other}</td>" for other in others)
    return f'<tr{_class(row.mark)}><th scope="row"{head}</th>{cells}</tr>\n'


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _sorted_by(cell: Cell) -> str:
    """The number that the script sorts by, where the text would not do."""
    value = cell.value[0] if isinstance(cell.value, tuple) else cell.value
    return f' data-value="{value:.9g}"' if isinstance(value, (int, float)) else ""


def _content(cell: Cell) -> str:
    text = _inline(cell.text)
    return f'<a href="{escape(cell.link)}">{text}</a>' if cell.link else text


def _inline(text: str) -> str:
    """Escaped text with its marks as elements; lines break before the parts of a network's name, not before units."""
    told = escape(_ENDING.sub("\u2011", _UNBROKEN.sub("\u00a0", text)))
    for mark, element in _MARKS:
        told = re.sub(mark, element, told)
    return re.sub(r"<code>(.*?)</code>", lambda name: name[0].replace("+", "<wbr>+"), told)

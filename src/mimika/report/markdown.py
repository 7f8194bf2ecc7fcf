"""A report as Markdown: the same sentences and figures as the page, without pictures."""

from mimika.report.blocks import Block, Cell, Entries, Paragraph, Picture, Report, Table


def to_markdown(report: Report) -> str:
    """The whole report as Markdown text."""
    parts = [f"# {report.finding}", report.subject]
    parts += [block_text(block) for block in report.opening]
    for section in report.sections:
        parts.append(f"## {section.title}")
        parts += [block_text(block) for block in section.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def block_text(block: Block) -> str:
    """One block as Markdown; empty for a picture."""
    match block:
        case Paragraph():
            return block.text
        case Entries():
            return "\n".join(f"- {head}: {text}" for head, text in block.entries)
        case Table():
            return _table(block)
        case Picture():
            return ""


def _table(table: Table) -> str:
    heads = [column.title for column in table.columns]
    rule = ["---:" if column.numeric else "---" for column in table.columns]
    rows = [[_cell(cell) for cell in row.cells] for row in table.rows]
    lines = ["| " + " | ".join(row) + " |" for row in (heads, rule, *rows)]
    return "\n".join([table.caption, "", *lines])


def _cell(cell: Cell) -> str:
    text = cell.text.replace("|", "\\|")
    return f"[{text}]({cell.link})" if cell.link else text

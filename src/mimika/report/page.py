"""A study's page, and the same as Markdown and as a table of its runs, written into its folder."""

from pathlib import Path
from typing import Final

from mimika.files import write_text
from mimika.language import ENGLISH, Texts
from mimika.report.findings import Findings
from mimika.report.html import to_html
from mimika.report.leaderboard import leaderboard
from mimika.report.markdown import to_markdown
from mimika.report.study_report import study_report

PAGE: Final = "page.html"
MARKDOWN: Final = "report.md"
LEADERBOARD: Final = "leaderboard.csv"


def write_report(folder: Path, *, faces: bool = True, texts: Texts = ENGLISH) -> Path:
    """Write a study's page.html, report.md and leaderboard.csv into its folder, and return the page's path.

    Everything comes from the study, its ledger and its predictions; without `faces` the page shows no face of the data,
    so that it may be published. Page and report.md are told in the language of `texts`; the table of runs, which is for
    programs, is in English.

    Raises:
        RunError: when the folder holds no study, or its ledger or predictions are damaged.
        ExtraMissing: when matplotlib is not installed.
    """
    findings = Findings.load(folder, texts)
    report = study_report(findings, faces=faces)
    write_text(folder / LEADERBOARD, leaderboard(findings.runs))
    write_text(folder / MARKDOWN, to_markdown(report))
    write_text(folder / PAGE, to_html(report, texts))
    return folder / PAGE

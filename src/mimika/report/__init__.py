"""What a study says, as a page, as Markdown and as a table: from ledger and findings alone, never trained again."""

from mimika.report.comparison import compare_records, write_comparison
from mimika.report.page import write_report
from mimika.report.tables import ranking_lines

__all__ = ["compare_records", "ranking_lines", "write_comparison", "write_report"]

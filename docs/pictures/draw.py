"""Draws the README's picture from what `make study` leaves: `python docs/pictures/draw.py study`."""

import sys
from pathlib import Path

from mimika.figures.style import save
from mimika.report.findings import Findings
from mimika.report.pictures import path_figure

if __name__ == "__main__":
    findings = Findings.load(Path(sys.argv[1]))
    save(path_figure(findings.outcomes, findings.stages), Path(__file__).with_name("path.svg"))

"""What do the trained networks cost, and what do they reach? The rows of the README's table, from records alone.

python benchmarks/networks.py [RUN_OR_STUDY ...] [--network NAME ...]

Takes folders with a record.json or a ledger.jsonl; from a ledger only the networks that are named. Milliseconds are for
one face on one thread, median of turns that all networks take one after the other: they depend on the architecture
alone, so no weights are needed.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from mimika.cli.maps import as_exported
from mimika.data.drawn import draw_faces
from mimika.export.judging import milliseconds
from mimika.models.build import build
from mimika.record import Record
from mimika.study.ledger import Ledger
from mimika.wording import magnitude

RESULTS = Path(__file__).parents[1] / "docs" / "results"
FROM_STUDIES = "cnn5+batch_norm+attention"
REFERENCE = 0.629
"""The reference study's best network on validation."""


def records_in(folder: Path, names: Sequence[str]) -> list[Record]:
    """A run's record, or those of a study's networks that are named."""
    if (folder / "record.json").is_file():
        return [Record.load(folder / "record.json")]
    return [record for record in Ledger.open(folder).records if record.name in names]


def row(record: Record, took: float) -> str:
    scores = record.scores
    flipped = "–" if scores.flipped is None else f"{100 * scores.flipped.accuracy:.1f}"
    cells = (
        f"`{record.name}`",
        magnitude(record.parameters),
        magnitude(record.multiply_adds),
        f"{took:.1f}",
        f"{record.seconds / 60:.0f}",
        f"{100 * scores.validation_accuracy:.1f}",
        f"{100 * scores.validation_accuracy_without_twins:.1f}",
        flipped,
        str(record.recipe.seed),
    )
    return f"| {' | '.join(cells)} |"


def passing(record: Record) -> str:
    """When a training passed the reference's best, if it did."""
    spent = 0.0
    for epoch in record.epochs:
        spent += epoch.seconds
        if epoch.validation_accuracy > REFERENCE:
            return (
                f"{record.name} passes {100 * REFERENCE:.1f} % in epoch {epoch.epoch}, after {spent / 60:.0f} minutes"
            )
    return f"{record.name} never passes {100 * REFERENCE:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=sorted(RESULTS.glob("*/")))
    parser.add_argument("--network", action="append", help=f"default: {FROM_STUDIES}")
    options = parser.parse_args()
    records = [record for folder in options.folders for record in records_in(folder, options.network or [FROM_STUDIES])]
    untrained = [as_exported(build(record.recipe.architecture).eval()) for record in records]
    took = milliseconds(untrained, draw_faces(64, seed=0).pixels)
    n = " and ".join(sorted({f"{record.data.validation:,}" for record in records}))
    print("| network | parameters | multiply-adds | ms | minutes | PublicTest | without twins | with flip | seed |")
    print("|---|" + "---:|" * 8)
    for record, time_of_one in sorted(
        zip(records, took, strict=True), key=lambda pair: pair[0].scores.validation_accuracy
    ):
        print(row(record, time_of_one))
    print(f"\nn = {n} faces. {'; '.join(map(passing, records))}.")


if __name__ == "__main__":
    main()

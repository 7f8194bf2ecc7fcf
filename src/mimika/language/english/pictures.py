"""What the pictures on the page say: titles, notes, axes, and what shows where the pointer rests."""

from collections.abc import Mapping
from typing import Final

PICTURES: Final[Mapping[str, str]] = {
    # figures/path.py
    "path.note": "Dots: networks on validation, with 95\u00a0% intervals. Line: from a stage's base to its winner.",
    "path.note.reference": " Diamonds: the reference study.",
    "path.note.reference.winners": " Dotted: the reference's winners.",
    "path.note.below": " Triangles lie below the axis.",
    "path.title.none": "No stage has a winner yet",
    "path.title.one": "{name} wins {stage} with {accuracy}",
    "path.title": "{way}\u00a0%: {name}",
    "path.stage": "{stage:capital}",
    "path.before": "as before",
    "path.tip": "{name}: {accuracy} ({low} to {high})",
    "path.tip.reference": "{name} in the reference study: {accuracy}",
    # figures/training.py
    "curves.title": "{name} reaches most, {accuracy}; gaps to train from {least:gap_alone} to {most:gap}",
    "curves.title.one.more": "{name} reaches {accuracy}, on train {gap:points} more",
    "curves.title.one.less": "{name} reaches {accuracy}, on train {gap:points} less",
    "curves.note": "Accuracy. Dashed: train as it ran. Solid: validation. Dot: the kept epoch. Ring: train, with its "
    "weights; the gap is from there to the dot.",
    "curves.epoch": "epoch",
    "curves.several": "Of several seeds, the first run with the network's verdict is drawn; the heading tells means.",
    "curves.tip.train": "{name}: {accuracy} on train, with the kept weights",
    "curves.tip.validation": "{name}, epoch {epoch}: {accuracy} on validation",
    # figures/networks.py and blocks.py: the drawing
    "drawing.title": "{parameters} parameters, {share} in {layer}; {costs} multiply-adds a face",
    "drawing.kernels": "Kernels: {side}×{side} in the stem and first in each residual block, 3×3 second.",
    "drawing.channels": "channels, units",
    "drawing.side": "side",
    "drawing.weights": "weights",
    "drawing.batch_norm": "batch norm",
    "drawing.attention": "attention",
    "drawing.skip": "skip",
    "drawing.dropout": "dropout",
    "drawing.multiply_adds": "multiply-adds",
    "drawing.face": "face",
    "drawing.conv": "conv {number}",
    "drawing.block": "block\n{number}",
    # figures/cost.py
    "costs.parameters": "Parameters",
    "costs.multiply_adds": "Multiply-adds a face",
    "costs.time": "Time to train",
    "costs.duration": "{seconds:brief}",
    "costs.note": "Accuracy on validation against costs on log scales. Blue, joined, with 95\u00a0% intervals: "
    "networks whose accuracy none reaches for less. Ring: the chosen one.",
    "costs.note.below": " Triangles lie below what is shown.",
    "costs.tip": "{name}: {accuracy} ({low} to {high}), {parameters} parameters, {costs} multiply-adds, "
    "{seconds:duration}",
    "costs.title.best": "{name} reaches {accuracy}; nothing cheaper reaches as much",
    "costs.title.beaten": "{name} reaches {accuracy}; something cheaper reaches as much, by every measure",
    "costs.title.tie": "{name} reaches {accuracy}; {tie} ties with it for less",
    "costs.title.some": "{name} reaches {accuracy}; nothing with {measures} reaches as much",
    "costs.or": " or ",
    "costs.fewer_parameters": "fewer parameters",
    "costs.fewer_multiply_adds": "fewer multiply-adds",
    "costs.less_time": "less time",
    # figures/judging.py
    "confusion.title": "{share} of the {total:,} {given} faces are taken for {taken}",
    "confusion.title.few": "Too few faces to say which emotion is taken for which: fewer than {fewest} of each",
    "confusion.title.only_few": "Only emotions with fewer than {fewest} faces are taken for others",
    "confusion.title.none": "No emotion is taken for another",
    "confusion.note": "Figures: the share of the row, told by the color, too, and below it the number of faces.",
    "confusion.predicted": "predicted",
    "confusion.given": "given",
    "confusion.tip": "{given} taken for {taken}: {count:,} of {total:,} ({share})",
    "recall.title": "{best:capital} is found best, {found} of {best_faces:,}; {least} worst, {missed} of "
    "{least_faces:,}",
    "recall.note": "Bar: recall, the share of an emotion's faces that is found. Diamond: precision, the share of such "
    "answers that is right.",
    "recall.tip": "{emotion}: recall {recall}, precision {precision}",
    "recall.recall": "recall",
    "recall.precision": "◆ precision",
    "reliability.title.fair": "On the whole, about as sure as it is right",
    "reliability.title.surer": "Surer than right, by {apart:points} on the whole",
    "reliability.title.less_sure": "Less sure than right, by {apart:points} on the whole",
    "reliability.note": "Dashed: as sure as right. Bars through the dots: 95\u00a0% intervals; n = {faces:,}.",
    "reliability.right": "Share that is right",
    "reliability.faces": "Share of the faces",
    "reliability.probability": "probability of the predicted emotion",
    "reliability.tip": "{count:,} faces: sure by {sure}, right in {right} ({low} to {high})",
    "pairs.none": "No pair is confused",
    "pairs.title": "{first:capital} and {second} are confused most: {together:,} of {mistakes:,} mistakes ({share})",
    "pairs.title.one": "{first:capital} and {second} are confused most: {together:,} of {mistakes:,} mistake ({share})",
    "pairs.note": "Each part in the color of the emotion that was given.",
    "pairs.faces": "faces",
    "pairs.pair": "{together:,}: {first} → {second} {there:,}, back {back:,}",
    "pairs.tip": "{given} taken for {taken}: {count:,}",
    # the sheet of mistakes, which a run leaves
    "mistakes.caption": "The wrong answers it was surest of, with the given label and the answer.",
}

"""A validation split for a copy that has none, cut from its train split."""

from dataclasses import replace

import numpy as np

from mimika.data.faces import Faces
from mimika.data.split import SPLITS
from mimika.data.twins import twin_groups
from mimika.emotions import EMOTIONS
from mimika.errors import SplitMissing


def cut_validation(faces: Faces, share: float) -> Faces:
    """The same faces, a share of those in train now in validation; the same faces are always cut alike.

    About `share` of each emotion is cut. Pixel-identical faces stay together, since a network would know the twins of
    those it was trained on.

    Raises:
        SplitMissing: if the share is not between 0 and 1, or no face comes of it or is left in train.
    """
    if not 0 < share < 1:
        raise SplitMissing(f"--validation is the share of train to cut off, between 0 and 1, not {share:g}.")
    train = np.flatnonzero(faces.splits == SPLITS.index("train"))
    emotions = faces.emotions[train]
    groups = twin_groups(faces.pixels[train])
    first = np.unique(groups, return_index=True)[1]
    sizes = np.bincount(groups)
    order = np.random.default_rng(0).permutation(len(first))
    chosen = np.zeros(len(first), np.bool_)
    for emotion in range(len(EMOTIONS)):
        # Twins may carry different labels: their group goes by that of its first face.
        candidates = order[emotions[first[order]] == emotion]
        before = np.cumsum(sizes[candidates]) - sizes[candidates]
        chosen[candidates[before < round(share * sizes[candidates].sum())]] = True
    if not chosen.any():
        raise SplitMissing(f"--validation {share:g} of {len(train):,} training faces leaves no face to validate on.")
    if chosen.all():
        raise SplitMissing(f"--validation {share:g} of {len(train):,} training faces leaves no face to train on.")
    splits = faces.splits.copy()
    splits[train[chosen[groups]]] = SPLITS.index("validation")
    return replace(faces, splits=splits).described(faces.description)

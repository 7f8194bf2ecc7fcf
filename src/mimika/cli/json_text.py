"""What `--json` prints."""

import json
import math


def as_json_text(tree: object) -> str:
    r"""Plain values as JSON; numbers that are not finite, for which JSON has no word, become null.

    >>> as_json_text({"loss": float("nan")})
    '{\n  "loss": null\n}'
    """
    return json.dumps(_finite(tree), indent=2, allow_nan=False)


def _finite(tree: object) -> object:
    if isinstance(tree, dict):
        return {key: _finite(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_finite(value) for value in tree]
    return None if isinstance(tree, float) and not math.isfinite(tree) else tree

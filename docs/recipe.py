"""Writes recipe.md from the fields of a recipe themselves: `make docs`. A test holds the two equal."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mimika.recipe import Recipe

PAGE = Path(__file__).with_name("recipe.md")

TOP = """# Recipes

The tables are written from the fields' own descriptions by `make docs`.

A recipe is everything that decides what a training results in. A network's name is one (`cnn5+batch_norm`), mimika
ships some (`small`, `large`, and `distil`, which also wants `--teachers`), and a TOML file, which says only what
differs from the defaults, is one of your own. *The reference* is the study that mimika repeats; the defaults are its
settings. A recipe's *fingerprint* is how mimika knows a finished run again.

```toml
# run.toml
epochs = 20
patience = 0 # no early stop
keep = "last"
batch_size = 128
optimizer = "sgd"
learning_rate = 0.05
weight_decay = 5e-4
schedule = "cosine"
warmup = 0.05
seed = 7

[architecture]
depth = 3
batch_norm = true
dropout = 0.3

[augmentation]
rotation_degrees = 15
shift = 0.12
```

```
mimika train run.toml --data drawn --out run
```

The run's folder keeps its whole recipe: `mimika train run/recipe.json --data drawn --out again` repeats it.
"""

END = """## Changing a field: `--set`

`--set FIELD=VALUE` changes one field of whatever recipe is named, and of all runs of a study. A field of a table is
written with a dot, a value as in TOML; a word without quotes is text, and `null` unsets a field. What has blanks goes
into quotes.

```
mimika train cnn3 --data drawn --out run3 --set epochs=5 --set optimizer=sgd --set architecture.dropout=0.3
mimika train cnn3 --data drawn --out turned --set augmentation={} --set augmentation.rotation_degrees=20
mimika train small --data drawn --out small --set "sizes=[[32, 0.5], [48, 0.5]]" --set ema_decay=null
```

## A study's file

A study names its `stages`, in order, out of {stages}.
Each starts from the winner of the one before, or from the network that `bases` names for it. Each network is trained
once with each of the `seeds`. What all runs have in common stands under `recipe`, in the fields above.

```toml
# study.toml
stages = ["depth", "regularization"]
seeds = [42, 43]

[bases]
regularization = "cnn5"

[recipe]
epochs = 5
"architecture.width" = 0.25
```

```
mimika study run study.toml --data drawn --out study
```

[Adding a stage](adding/stage.md) asks a question of your own.
"""

HEADINGS = {
    "Architecture": "`[architecture]`, of the reference's family",
    "ResidualArchitecture": "`[architecture]`, residual",
    "Augmentation": "`[augmentation]`",
    "Distillation": "`[distillation]`",
}

KINDS = {"integer": "whole number", "number": "number", "string": "text", "boolean": "`true`, `false`"}
LIMITS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}


def page() -> str:
    """The whole of recipe.md."""
    from mimika.study.stages import STAGES

    schema = Recipe.model_json_schema()
    tables = [section(heading, schema["$defs"][name]) for name, heading in HEADINGS.items()]
    stages = ", ".join(f"`{name}`" for name in STAGES)
    return "\n".join([TOP, section("All fields", schema), *tables, END.replace("{stages}", stages)])


def section(heading: str, table: dict[str, Any]) -> str:
    """The fields of one table, under what it is."""
    about = table["description"].split("\n\n")[0]
    return "\n".join([f"## {heading}", "", about, "", *rows(table["properties"]), ""])


def rows(fields: dict[str, Any]) -> Iterator[str]:
    """What each field may be, is by default, and means."""
    yield from ("| field | values | default | |", "|---|---|---|---|")
    for name, field in fields.items():
        yield f"| `{name}` | {values(field)} | {default(field)} | {field['description']} |"


def values(field: dict[str, Any]) -> str:
    """What a field may be, in words."""
    if "enum" in field:
        return ", ".join(f"`{json.dumps(value)}`" for value in field["enum"])
    if choices := field.get("anyOf") or field.get("oneOf"):
        return next(values(choice) for choice in choices)  # the others are nothing, or another table
    if "$ref" in field:
        return "table"
    if "prefixItems" in field:
        return f"[{', '.join(map(values, field['prefixItems']))}]"
    if field["type"] == "array":
        count = f" of {field['minItems']} to {field['maxItems']}" if "maxItems" in field else ""
        return f"list{count}: {values(field['items'])}"
    limits = [f"{word} {field[key]}" for key, word in LIMITS.items() if key in field]
    return ", ".join([KINDS[field["type"]], *limits])


def default(field: dict[str, Any]) -> str:
    """What a field is where nothing is said."""
    if "default" not in field:
        return "required"
    value = field["default"]
    if value is None:
        return "unset"
    return f"`{'{}' if isinstance(value, dict) else json.dumps(value)}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

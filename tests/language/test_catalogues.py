import ast
import re
from collections import defaultdict
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from mimika.data.known import CHECKSUMS, OFFICIAL, describe
from mimika.data.split import SPLITS
from mimika.emotions import EMOTIONS
from mimika.errors import LanguageUnknown
from mimika.language import ENGLISH, GEORGIAN, LANGUAGES, speaking
from mimika.models.layers import layers
from mimika.models.zoo import ZOO
from mimika.recipe import Architecture, Augmentation, Distillation, Recipe, ResidualArchitecture
from mimika.study.stages import STAGES
from mimika.training.fit import Verdict, lacking

SOURCE = Path(__file__).parents[2] / "src" / "mimika"
TREES = {
    path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in SOURCE.rglob("*.py")
    if "language" not in path.parts
}


def placeholders(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def tellings():
    """Where the code tells a text: the file, the keys that it may be, and the values given, None where unpacked."""
    for file, tree in TREES.items():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "tell":
                keys = [one.value for one in ast.walk(call.args[0]) if isinstance(one, ast.Constant)]
                names = [keyword.arg for keyword in call.keywords]
                yield file, [key for key in keys if isinstance(key, str)], None if None in names else set(names)


def strings():
    return {
        node.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_language_has_the_same_texts():
    assert {texts.code: set(texts.messages) ^ set(ENGLISH.messages) for texts in LANGUAGES.values()} == {
        code: set() for code in LANGUAGES
    }


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
def test_a_text_is_given_the_same_values_in_every_language(texts):
    differing = [
        key for key, template in texts.messages.items() if placeholders(template) != placeholders(ENGLISH.messages[key])
    ]
    assert differing == []


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
def test_a_text_asks_only_for_forms_that_the_language_has_or_python_knows(texts):
    asked = {form for template in texts.messages.values() for _, _, form, _ in Formatter().parse(template) if form}
    assert {form for form in asked - set(texts.forms) if not re.fullmatch(r",|g|%Y-%m-%d|\.\df", form)} == set()


def test_the_code_tells_texts_that_exist_with_the_values_they_ask_for():
    wrong = [
        (file, key)
        for file, keys, names in tellings()
        for key in keys
        if key not in ENGLISH.messages or (names is not None and names != placeholders(ENGLISH.messages[key]))
    ]
    assert wrong == []


def test_no_text_is_left_that_nothing_tells():
    # A key that is looked up in a table before it is told has a dot; one without is told where it stands.
    told = {key for _, keys, _ in tellings() for key in keys} | {text for text in strings() if "." in text}
    assert set(ENGLISH.messages) - told == set()


def test_georgian_letters_are_all_of_one_case():
    # Python's upper and capitalised headline letters, which no font need have and no sentence uses.
    written = "".join([*GEORGIAN.messages.values(), *GEORGIAN.names.values()])
    assert not re.search("[\u1c90-\u1cbf]", written)


def test_georgian_has_a_name_for_everything_that_a_page_names():
    described = (Recipe, Augmentation, Architecture, ResidualArchitecture, Distillation)
    fields = {name: field for model in described for name, field in model.model_fields.items()}
    changed = {name.replace("_", " ") for name in fields}
    words = {word for field in fields.values() for word in get_args(field.annotation) if isinstance(word, str)}
    kinds = {layer.kind for recipe in ZOO.values() for layer in layers(recipe.architecture)} & {"convolution", "linear"}
    missing = {part for recipe in ZOO.values() for part in lacking(recipe.architecture)}
    stages = {text for stage in STAGES.values() for text in (stage.name, stage.question)}
    named = {*EMOTIONS, *map(str, Verdict), *stages, *changed, *words, *kinds, *missing, "stem"}
    assert named - set(GEORGIAN.names) == set()
    assert set(GEORGIAN.names) - named == set()
    assert ENGLISH.names == {}


def counts(**splits):
    return {split: dict(zip(EMOTIONS, splits.get(split, (0,) * 7), strict=True)) for split in SPLITS}


def descriptions():
    public, private = OFFICIAL["validation"], OFFICIAL["test"]
    none, both = (0,) * 7, tuple(a + b for a, b in zip(public, private, strict=True))
    parts = (public, private, none, both)
    for validation in parts:
        for test in parts:
            yield describe(counts(train=OFFICIAL["train"], validation=validation, test=test))
    yield from (describe(counts(), md5) for md5 in CHECKSUMS)
    yield describe(counts(train=(1,) * 7))
    yield describe(counts(train=(0, *[a + b for a, b in zip(OFFICIAL["train"], both, strict=True)][1:])))
    alphabetical = [tuple(OFFICIAL[split][place] for place in (0, 1, 2, 3, 6, 4, 5)) for split in SPLITS]
    yield describe(counts(train=alphabetical[0]))
    yield describe(counts(train=tuple(map(sum, zip(*alphabetical, strict=True)))))
    yield describe(counts(train=tuple(map(sum, zip(*OFFICIAL.values(), strict=True)))))
    yield "faces drawn by mimika, seed 7"


def test_georgian_knows_every_description_of_a_copy():
    told = defaultdict(set)
    for description in descriptions():
        told[GEORGIAN.described(description)].add(description)
    assert [text for text in told if not re.search("[ა-ჰ]", text)] == []
    assert GEORGIAN.described("faces drawn by mimika, seed 7") == "mimika-ს დახატული სახეები, საწყისი მნიშვნელობა 7"
    assert GEORGIAN.described("my own faces") == "my own faces"
    assert ENGLISH.described("faces drawn by mimika, seed 7") == "faces drawn by mimika, seed 7"


def test_a_language_is_known_by_its_code():
    assert speaking("en") is ENGLISH
    assert speaking("ka") is GEORGIAN
    with pytest.raises(LanguageUnknown) as refused:
        speaking("de")
    assert str(refused.value) == (
        "de: no page is written in that language; there are en (English) and ka (ქართული). Name one of these."
    )


def test_a_question_behind_a_colon_begins_small_unless_a_name_begins_it():
    told = [ENGLISH.forms["small"](text) for text in ("How many layers?", "A mean?", "ReLU or GELU?", "L2?", "")]
    assert told == ["how many layers?", "a mean?", "ReLU or GELU?", "L2?", ""]


def test_what_a_language_has_no_name_for_keeps_its_own():
    assert GEORGIAN.name_of("contempt") == "contempt"
    assert GEORGIAN.layer("convolution 2a") == "კონვოლუცია 2a"
    assert GEORGIAN.layer("convolution stem") == "შესავალი"
    assert ENGLISH.layer("convolution 2a") == "convolution 2a"

"""The texts in Georgian, the language of the reference.

After a numeral a noun stays in the singular; after a name or a number an ending is set with a hyphen (`cnn5`-ს). Where
a name of our own would have to be declined, it stands in quotation marks beside a noun that is (ეტაპზე „სიღრმე“), or
the template asks for its case (`{emotion:dative}`). Letters have no case: Python's `upper` would make the headline
letters of them, which no sentence begins with.

Terms: accuracy სიზუსტე · train სასწავლო ნაწილი, training წვრთნა · validation ვალიდაცია, სავალიდაციო ნაწილი ·
test split სატესტო ნაწილი · run გაშვება · seed საწყისი მნიშვნელობა · epoch ეპოქა · loss დანაკარგი · gap სხვაობა
· label ჭდე · layer ფენა · base საბაზისო ქსელი · tie თანაბარი, უტოლდება · overfits ზედმეტად მორგებულია ·
underfits არასაკმარისად მორგებულია · recall სრულობა · precision პრეციზიულობა · standard error სტანდარტული
ცდომილება · twin ტყუპი · the reference ეტალონი.
"""

import re
from collections.abc import Sequence
from typing import Final

from mimika import wording
from mimika.language.georgian.names import NAMES, PHRASES
from mimika.language.georgian.pictures import PICTURES
from mimika.language.georgian.report import REPORT
from mimika.language.texts import Forms, Texts

_NUMERALS: Final = (
    "ნული",
    "ერთი",
    "ორი",
    "სამი",
    "ოთხი",
    "ხუთი",
    "ექვსი",
    "შვიდი",
    "რვა",
    "ცხრა",
    "ათი",
    "თერთმეტი",
    "თორმეტი",
)


def words(number: int) -> str:
    """A small whole number as a word.

    >>> words(11), words(35_887)
    ('თერთმეტი', '35,887')
    """
    return _NUMERALS[number] if 0 <= number < len(_NUMERALS) else f"{number:,}"


def all_words(number: int) -> str:
    """All of so many.

    >>> all_words(3), all_words(20)
    ('სამივე', '20-ვე')
    """
    told = words(number)
    return f"{told}ვე" if _is_georgian(told) else f"{told}-ვე"


def dative_words(number: int) -> str:
    """How many have something.

    >>> dative_words(0), dative_words(3), dative_words(8), dative_words(35_887)
    ('არც ერთს', 'სამს', 'რვას', '35,887-ს')
    """
    return dative(words(number)) if number else "არც ერთს"


def listed(items: Sequence[str]) -> str:
    """Things in a row, as in a sentence.

    >>> listed(["ა", "ბ", "გ"])
    'ა, ბ და გ'
    """
    return " და ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else "არც ერთი"


def dative(noun: str) -> str:
    """A noun that something is done to.

    >>> dative("შიში"), dative("სევდა"), dative("contempt")
    ('შიშს', 'სევდას', 'contempt-ს')
    """
    return f"{noun.removesuffix('ი')}ს" if _is_georgian(noun) else f"{noun}-ს"


def genitive(noun: str) -> str:
    """A noun that something belongs to.

    >>> genitive("დროპაუტი"), genitive("აუგმენტაცია"), genitive("mixup")
    ('დროპაუტის', 'აუგმენტაციის', 'mixup-ის')
    """
    return f"{re.sub('[იაე]$', '', noun)}ის" if _is_georgian(noun) else f"{noun}-ის"


def duration(seconds: float) -> str:
    """A time span in its two largest units.

    >>> duration(250), duration(7800), duration(12.3)
    ('4 წთ 10 წმ', '2 სთ 10 წთ', '12 წმ')
    """
    return _timed(wording.duration(seconds))


def brief(seconds: float) -> str:
    """A time span that is a tick of an axis.

    >>> brief(600), brief(7800)
    ('10 წთ', '2 სთ 10 წთ')
    """
    return _timed(wording.brief(seconds))


def _timed(span: str) -> str:
    units = {"s": "წმ", "min": "წთ", "h": "სთ"}
    return " ".join(units.get(word, word) for word in span.split(" "))


def scientific(number: float) -> str:
    """A number from 0 up, of any size, with two digits that mean something.

    >>> scientific(1.3e-8), scientific(float("nan"))
    ('1.3 × 10⁻⁸', 'სასრული არ არის')
    """
    told = wording.scientific(number)
    return "სასრული არ არის" if told == "not finite" else told


def _is_georgian(noun: str) -> bool:
    return "ა" <= noun[-1:] <= "ჰ"


def _bare(difference: float) -> str:
    """A difference in points, without unit, whose case the sentence decides; a minus says that train is behind."""
    return wording.gap(difference).split()[0]


_FORMS: Final[Forms] = {
    "percent": wording.percent,
    "share": lambda share: f"{100 * share:.1f}",
    "interval": wording.interval,
    "points": lambda difference: _bare(abs(difference)),
    "gap": _bare,
    "gap_alone": _bare,
    "signed": wording.signed,
    "probability": wording.probability,
    "magnitude": wording.magnitude,
    "scientific": scientific,
    "duration": duration,
    "brief": brief,
    "span": wording.span,
    "words": words,
    "dative_words": dative_words,
    "agree": lambda number: f"{words(number)} ეთანხმება" if number else "არც ერთი არ ეთანხმება",
    "all": all_words,
    "listed": listed,
    "code": lambda name: f"`{name}`",
    "codes": lambda names: listed([f"`{name}`" for name in names]),
    "dative": dative,
    "genitive": genitive,
    "both": lambda name: f"{NAMES[name]} (`{name}`)" if name in NAMES else f"`{name}`",
}

GEORGIAN: Final = Texts(
    code="ka",
    name="ქართული",
    messages={**REPORT, **PICTURES},
    names=NAMES,
    phrases=PHRASES,
    forms=_FORMS,
    units=("წმ", "წთ", "სთ", r"პუნქტ\w*"),
)

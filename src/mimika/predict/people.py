"""Who is who from frame to frame: a number for each person, by where the faces are and how they move.

Each face is followed by a Kalman filter whose velocity is an Ornstein-Uhlenbeck process: people keep moving as they
did, but not for long. All distances are in sides of the face and all rates in seconds, so neither the size of a video
nor its frame rate matters. Boxes and people are paired so that the likelihood of all pairs together is the highest,
against the alternative that a face is a new person's. What the faces look like plays no part: whoever comes back after
being forgotten is a new person, and so are all others after a cut, unless they are where somebody was.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from mimika.predict.face import Box

FORGET_SECONDS: Final = 2.0
"""How long a person who is not seen is remembered, at least."""

_FORGET_LOOKS: Final = 3  # and so many looks, at least, however far they lie apart

# Sides of the face, seconds. Detectors' boxes tremble; a face crossing the picture makes up to seven sides a second.
_BOX_NOISE: Final = 0.07
_SIZE_NOISE: Final = 0.1  # of the side's logarithm
_SPEED: Final = 3.0  # standard deviation, where nothing is known
_MEMORY: Final = 1.0  # time constant with which a velocity is given up
_SIZE_DRIFT: Final = 0.3  # of the side's logarithm, a second
_REACH: Final = 1.5  # how uncertain a place becomes at most, however long nobody was seen there
_SIZE_REACH: Final = 1.0  # the same of the side's logarithm
_NEW: Final = 0.005  # density of new people, for each square side and unit of the side's logarithm


@dataclass(kw_only=True)
class _Person:
    """One face's filter: x and y share their uncertainty, which is relative to the side.

    Attributes:
        center: x and y, pixels.
        velocity: pixels a second.
        size: logarithm of the side in pixels.
        place, drift, speed: variance of center, covariance with velocity, variance of velocity.
        spread: variance of size.
        missed: looks since the face was last seen.
    """

    number: int
    center: tuple[float, float]
    size: float
    seen: float
    now: float
    velocity: tuple[float, float] = (0.0, 0.0)
    place: float = _BOX_NOISE**2
    drift: float = 0.0
    speed: float = _SPEED**2
    spread: float = _SIZE_NOISE**2
    missed: int = 0

    def expect(self, seconds: float) -> None:
        """Move on to a time, and be the less certain for it."""
        elapsed = max(0.0, seconds - self.now)
        self.now = max(self.now, seconds)
        kept = math.exp(-elapsed / _MEMORY)
        reach = _MEMORY * (1 - kept)
        self.center = (self.center[0] + reach * self.velocity[0], self.center[1] + reach * self.velocity[1])
        self.velocity = (kept * self.velocity[0], kept * self.velocity[1])
        wander = (_SPEED * _MEMORY) ** 2 * (2 * elapsed / _MEMORY - 3 + 4 * kept - kept**2)
        self.place = min(self.place + 2 * reach * self.drift + reach**2 * self.speed + max(0.0, wander), _REACH**2)
        self.drift = kept * (self.drift + reach * self.speed) + _SPEED**2 * reach * (1 - kept)
        self.speed = kept**2 * self.speed + _SPEED**2 * (1 - kept**2)
        # A capped place must not stay tied to the velocity more closely than a covariance allows.
        self.drift = min(self.drift, math.sqrt(self.place * self.speed))
        self.spread = min(self.spread + _SIZE_DRIFT**2 * elapsed, _SIZE_REACH**2)

    def evidence(self, box: Box) -> float:
        """How much likelier a box is this person's than a new one's: the logarithm of the ratio."""
        (x, y), size = _measure(box)
        side = math.exp((self.size + size) / 2)
        square = ((x - self.center[0]) ** 2 + (y - self.center[1]) ** 2) / side**2
        place, spread = self.place + _BOX_NOISE**2, self.spread + _SIZE_NOISE**2
        misfit = square / place + (size - self.size) ** 2 / spread
        return -misfit / 2 - math.log((2 * math.pi) ** 1.5 * place * math.sqrt(spread) * _NEW)

    def see(self, box: Box) -> None:
        """Take a box for this person's."""
        (x, y), size = _measure(box)
        trust = self.place + _BOX_NOISE**2
        to_center, to_velocity = self.place / trust, self.drift / trust
        away = (x - self.center[0], y - self.center[1])
        self.center = (self.center[0] + to_center * away[0], self.center[1] + to_center * away[1])
        self.velocity = (self.velocity[0] + to_velocity * away[0], self.velocity[1] + to_velocity * away[1])
        self.speed -= to_velocity * self.drift
        self.drift *= 1 - to_center
        self.place *= 1 - to_center
        to_size = self.spread / (self.spread + _SIZE_NOISE**2)
        self.size += to_size * (size - self.size)
        self.spread *= 1 - to_size
        self.seen, self.missed = self.now, 0


class People:
    """Numbers people from 1 in the order in which they appear; a number is never given twice.

    A person who is not seen is looked for near the expected place, at most about three sides of the face around it,
    and forgotten once that has lasted `forget_seconds` and four looks. Memory grows with the people remembered alone.

    Args:
        forget_seconds: how long a person who is not seen is remembered, at least.
    """

    def __init__(self, *, forget_seconds: float = FORGET_SECONDS) -> None:
        self._forget_seconds = forget_seconds
        self._people: list[_Person] = []
        self._count = 0

    @property
    def remembered(self) -> Collection[int]:
        """The numbers of those who are seen, or may still come back."""
        return [person.number for person in self._people]

    def follow(self, boxes: Sequence[Box], seconds: float) -> list[int]:
        """Whose face each box of one look is.

        Args:
            boxes: of all faces on a frame; each person has at most one.
            seconds: the frame's time stamp, never less than the one before.

        Returns:
            A person's number for each box.
        """
        for person in self._people:
            person.expect(seconds)
            person.missed += 1
        evidence = [[person.evidence(box) for box in boxes] for person in self._people]
        whose = {box: self._people[row] for row, box in pairs(evidence)}
        numbers = []
        for index, box in enumerate(boxes):
            person = whose.get(index) or self._welcome(box, seconds)
            person.see(box)
            numbers.append(person.number)
        self._people = [person for person in self._people if not self._is_gone(person)]
        return numbers

    def _welcome(self, box: Box, seconds: float) -> _Person:
        self._count += 1
        center, size = _measure(box)
        person = _Person(number=self._count, center=center, size=size, seen=seconds, now=seconds)
        self._people.append(person)
        return person

    def _is_gone(self, person: _Person) -> bool:
        return person.missed > _FORGET_LOOKS and person.now - person.seen >= self._forget_seconds


def pairs(gains: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pairs of row and column with the highest sum of gains; each is in one pair at most, and only gains above 0 count.

    The shortest augmenting paths of Jonker and Volgenant (1987, https://doi.org/10.1007/BF02278710), O(n³).

    >>> pairs([[5.0, 4.0], [4.0, 1.0]])
    [(0, 1), (1, 0)]
    >>> pairs([[2.0, -1.0], [3.0, -1.0]])
    [(1, 0)]
    """
    rows, columns = len(gains), len(gains[0]) if gains else 0
    size = max(rows, columns)
    # A pair that would lose something is as good as none, as is one with a row or column that is not there.
    costs = [
        [-max(gains[row][column], 0.0) if row < rows and column < columns else 0.0 for column in range(size)]
        for row in range(size)
    ]
    left, above = [0.0] * size, [0.0] * size  # the dual solution, of rows and of columns
    row_of, column_of = [-1] * size, [-1] * size
    for start in range(size):
        shortest, before = [math.inf] * size, [-1] * size
        unreached, reached = set(range(size)), []
        row, length, column = start, 0.0, -1
        while row >= 0:  # until a column is reached that has no row yet
            for other in unreached:
                path = length + costs[row][other] - left[row] - above[other]
                if path < shortest[other]:
                    shortest[other], before[other] = path, row
            column = min(unreached, key=shortest.__getitem__)
            unreached.remove(column)
            reached.append(column)
            length = shortest[column]
            row = row_of[column]
        left[start] += length
        for one in reached[:-1]:
            left[row_of[one]] += length - shortest[one]
            above[one] -= length - shortest[one]
        while row != start:
            row = before[column]
            row_of[column] = row
            column_of[row], column = column, column_of[row]
    found = ((row, column) for column, row in enumerate(row_of))
    return sorted((row, column) for row, column in found if row < rows and column < columns and gains[row][column] > 0)


def _measure(box: Box) -> tuple[tuple[float, float], float]:
    """Center and logarithm of the side of a box."""
    x, y, width, height = box
    return (x + width / 2, y + height / 2), math.log(width * height) / 2

"""`mimika predict` on a video file or a camera: frame by frame, until it ends or Ctrl-C is pressed."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mimika.cli.answers import BOLD, DIM, styled
from mimika.cli.interrupts import Stopped, noticing_interrupts
from mimika.cli.progress import SECONDS_BETWEEN_LINES, bar, has_bar, say
from mimika.wording import numbered

if TYPE_CHECKING:
    from mimika.predict.footage import Footage
    from mimika.predict.recogniser import Recogniser
    from mimika.predict.video import Frame

_PEOPLE_SHOWN: Final = 10
_WORTH_SHOWING: Final = 1.0  # seconds: a detector's slip lasts shorter
_EXPRESSIONS_SHOWN: Final = 3

_Add = Callable[["Frame"], None]


def predict_video(
    source: str | int,
    load: "Callable[[], Recogniser]",
    csv: Path | None,
    draw: Path | None,
    *,
    every_seconds: float | None,
    as_json: bool,
) -> None:
    """Answer the frames of a video file or of the camera of a number as they come, and sum up who was seen.

    Ctrl-C ends a camera; of a file it leaves what was written so far, and the exit status is 130. With JSON, standard
    output gets a line a frame rather than one list: such output is whole after every line, however it ends.
    """
    from mimika.predict.footage import check_every, open_footage
    from mimika.predict.recording import SUFFIX
    from mimika.predict.video import watch

    check_every(every_seconds)
    with ExitStack() as stack:
        footage = stack.enter_context(open_footage(source, tell=say))
        name = footage.name if isinstance(source, int) else source
        drawn = draw and draw / f"{f'camera-{source}' if isinstance(source, int) else Path(source).stem}{SUFFIX}"
        _check_not_replaced(source, csv, drawn)
        recogniser = load()
        summary = _Summary(footage, every_seconds)
        adds: list[_Add] = [summary.add]
        # The last to be entered is the first to end: rows are whole before a drawing may turn out not to be.
        adds += [stack.enter_context(_drawing(drawn, footage, every_seconds))] if drawn else []
        adds += [stack.enter_context(_csv_rows(csv, name))] if csv else []
        adds += [lambda frame: print(json.dumps({"path": name, **frame.to_dict()}), flush=True)] if as_json else []
        is_interrupted = stack.enter_context(noticing_interrupts())
        with _following(footage, whole_lines=as_json) as follow:
            for frame in watch(recogniser, footage, every_seconds=every_seconds):
                for add in (*adds, follow):
                    add(frame)
                if is_interrupted():
                    break
    if not as_json:
        print("\n".join(summary.lines(recogniser.detector.name)))
    if csv:
        say(f"{csv}: {numbered(summary.faces, 'row')}")
    if drawn:
        say(f"{drawn}: {numbered(summary.frames, 'frame')} drawn")
    if is_interrupted() and not footage.is_camera:
        raise Stopped(f"{footage.name}: stopped at {summary.end:.2f} s; what is written ends there.")


def _check_not_replaced(source: str | int, csv: Path | None, drawn: Path | None) -> None:
    """Raise `VideoError` where results would take the place of the video."""
    from mimika.errors import VideoError
    from mimika.predict.pictures import name_of

    if isinstance(source, int):
        return
    if csv and realpath(csv) == realpath(source):
        raise VideoError(f"{name_of(csv)}: the video itself, which --csv would replace. Name another file.")
    if drawn and realpath(drawn) == realpath(source):
        raise VideoError(f"{name_of(drawn.parent)}: the drawing there would replace its video. Name another folder.")


# What is written


@contextmanager
def _csv_rows(path: Path, name: str) -> Iterator[_Add]:
    """Write a row for each face on each frame; what stands in the file is whole after each."""
    from mimika.predict.table import VIDEO_COLUMNS, video_rows, writing_csv

    with writing_csv(path, VIDEO_COLUMNS) as write:

        def add(frame: "Frame") -> None:
            for row in video_rows(name, frame):
                write(row)

        yield add


@contextmanager
def _drawing(path: Path, footage: "Footage", every_seconds: float | None) -> Iterator[_Add]:
    """Write the video with people's numbers and smoothed expressions, as fast as it was: raw ones would flicker."""
    import numpy as np

    from mimika.predict.drawing import annotate_frame
    from mimika.predict.recording import recording

    rate = min(footage.rate, 1 / every_seconds) if every_seconds else footage.rate
    with recording(path, footage.size, rate) as record:

        def add(frame: "Frame") -> None:
            faces = [sighting.smoothed for sighting in frame.sightings]
            names = [str(sighting.person) for sighting in frame.sightings]
            record(np.asarray(annotate_frame(frame.pixels, faces, names)), frame.seconds)

        yield add


# What is told


class _Person:
    """When somebody was seen, and with which smoothed expressions, in seconds."""

    def __init__(self, start: float) -> None:
        self.start = self.end = start
        self.seconds = 0.0
        self.expressions: defaultdict[str, float] = defaultdict(float)


class _Summary:
    """Who was seen on a video, for how long, with which expressions."""

    def __init__(self, footage: "Footage", every_seconds: float | None) -> None:
        self._name = footage.name
        self._length = footage.seconds
        self._frame = 1 / footage.rate
        self._period = max(self._frame, every_seconds or 0.0)
        self._people: dict[int, _Person] = {}
        self._before: set[int] = set()
        self.frames = self.faces = 0
        self.end = 0.0

    def add(self, frame: "Frame") -> None:
        """Count a frame; those who were on the one before have been there all the time since."""
        over = self._until(frame.seconds)
        for sighting in frame.sightings:
            person = self._people.setdefault(sighting.person, _Person(frame.seconds))
            seconds = over - (self._until(self.end) if sighting.person in self._before else frame.seconds)
            person.seconds += seconds
            person.expressions[sighting.smoothed.expression] += seconds
            person.end = frame.seconds
        self._before = {sighting.person for sighting in frame.sightings}
        self.frames += 1
        self.faces += len(frame.sightings)
        self.end = frame.seconds

    def lines(self, detector: str) -> list[str]:
        """The video, then those who were seen longest, in the order in which they came."""
        people = f"{len(self._people):,} {'person' if len(self._people) == 1 else 'people'} ({detector})"
        found = people if self._people else f"no face found by {detector}"
        head = (
            f"{styled(self._name, BOLD)}   {_clock(self._until(self.end))}, {numbered(self.frames, 'frame')}   {found}"
        )
        longest = sorted(self._people, key=lambda number: -self._people[number].seconds)
        worth = [number for number in longest[:_PEOPLE_SHOWN] if self._people[number].seconds >= _WORTH_SHOWING]
        shown = sorted(worth or longest[:_PEOPLE_SHOWN])
        rows = [self._cells(number) for number in shown]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [head]
        for number, (which, span, length) in zip(shown, rows, strict=True):
            begin = f"  {which:>{widths[0]}}   {span:<{widths[1]}}   {length:>{widths[2]}}   "
            lines.append(begin + self._expressions(self._people[number]))
        others = [self._people[number].seconds for number in longest if number not in shown]
        if others:
            lines.append(styled(f"  and {len(others):,} more, at most {max(others):.1f} s each", DIM))
        return lines

    def _until(self, seconds: float) -> float:
        """When what is seen on a frame is over: when the next is looked at, or the video ends."""
        if self._length and seconds >= self._length:  # which a file announces, and may be longer
            return seconds + self._frame
        end = seconds + self._period
        return min(end, self._length) if self._length else end

    def _cells(self, number: int) -> tuple[str, str, str]:
        person = self._people[number]
        return str(number), f"{_clock(person.start)}–{_clock(self._until(person.end))}", f"{person.seconds:.1f} s"

    @staticmethod
    def _expressions(person: _Person) -> str:
        from mimika.wording import percent

        most = sorted(person.expressions.items(), key=lambda item: -item[1])[:_EXPRESSIONS_SHOWN]
        parts = [f"{expression} {percent(seconds / person.seconds, 0)}" for expression, seconds in most]
        return ", ".join([styled(parts[0], BOLD), *parts[1:]])


@contextmanager
def _following(footage: "Footage", *, whole_lines: bool) -> Iterator[_Add]:
    """What to give each frame to: a bar with rate and time left, or now and then a line with the same."""
    from mimika.wording import duration

    start = said = time.monotonic()
    frames = 0
    total = footage.seconds

    def state(frame: "Frame") -> str:
        passed = max(time.monotonic() - start, 1e-6)
        rate = frames / passed
        place, end = _clock(frame.seconds), "Ctrl-C ends it"
        if total:
            left = max(total - frame.seconds, 0)
            place = f"{place} of {_clock(total)}"
            end = f"{duration(passed / frame.seconds * left)} left" if frame.seconds else ""
        faces = numbered(len(frame.sightings), "face")
        return "  ".join(filter(None, (place, f"{rate:,.{0 if rate >= 10 else 1}f} frames/s", faces, end)))

    if not has_bar(whole_lines=whole_lines):

        def tell(frame: "Frame") -> None:
            nonlocal frames, said
            frames += 1
            if time.monotonic() - said >= SECONDS_BETWEEN_LINES:
                said = time.monotonic()
                say(f"  {state(frame)}")

        yield tell
        return
    with bar(total) as move:

        def show(frame: "Frame") -> None:
            nonlocal frames
            frames += 1
            move(frame.seconds, state(frame))

        yield show


def _clock(seconds: float) -> str:
    """A place in a video, as players show it.

    >>> _clock(75.6), _clock(3725)
    ('1:15', '1:02:05')
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"

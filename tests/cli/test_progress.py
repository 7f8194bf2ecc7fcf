import io

from rich.progress import Progress
from tests.cli.pretending import pretend_to_train
from tests.records import make_record

from mimika.cli.progress import Bar, counting, say, watching
from mimika.data.store import open_data
from mimika.recipes import named, read_recipe


class Terminal(io.StringIO):
    def isatty(self):
        return True


def follow(drawn, out):
    with watching() as watch:
        pretend_to_train(named("cnn5").changed({"epochs": 4}), open_data(drawn).faces, out, watch=watch)
        say("  cnn5 is done")


def test_without_a_terminal_an_epoch_is_a_line_and_nothing_else(drawn, tmp_path, capsys):
    follow(drawn, tmp_path)
    told = capsys.readouterr()
    first, second, third, done = told.err.splitlines()
    assert first == ("  cnn5  epoch 1/4  train 58.4 %  validation 53.3 % (best 60.0)  2,871 faces/s  at most 0 s left")
    assert second.startswith("  cnn5  epoch 2/4")
    assert third.startswith("  cnn5  epoch 3/4")
    assert done == "  cnn5 is done"
    assert told.out == ""


def test_a_continued_run_says_so(capsys):
    with watching() as watch:
        watch.run_started(named("cnn3"), 7)
    assert capsys.readouterr().err == "  cnn3  continues with epoch 7\n"


def test_a_terminal_shows_a_bar_with_what_is_left_and_takes_it_away(drawn, tmp_path, monkeypatch):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("sys.stderr", terminal)
    follow(drawn, tmp_path)
    screen = terminal.getvalue()
    assert "epoch 1/4" in screen
    assert "cnn5 is done" in screen
    assert "━" not in screen.rpartition("\x1b[2K")[2], "the bar is wiped"
    assert "\x1b[?25h" in screen, "the cursor is shown again"


def test_the_bar_tells_epoch_accuracy_rate_and_time_left():
    progress = Progress(auto_refresh=False)
    bar = Bar(progress)
    bar.run_started(named("cnn5").changed({"epochs": 4, "patience": 0}), 1)
    record = make_record("cnn5", 0.6, best_epoch=2, epochs=3, seconds=30.0)
    bar.epoch_ended(record.epochs[1], 0.6)
    bar.batch_ended(3, 50, 100)
    (task,) = progress.tasks
    assert task.completed == 2.5
    assert task.fields["state"] == "epoch 3/4  60.0 % (best 60.0)  2,871 faces/s  0 s left"
    bar.run_ended(record)
    assert progress.tasks == []


def test_the_time_left_counts_that_larger_faces_take_longer(monkeypatch, capsys):
    recipe = read_recipe("small").changed({"epochs": 10, "sizes": [[32, 0.5], [48, 0.5]]})
    clock = iter([0.0, 160.0])
    monkeypatch.setattr("mimika.cli.progress.time.monotonic", lambda: next(clock))
    with watching() as watch:
        watch.run_started(recipe, 1)
        watch.epoch_ended(make_record("cnn5", 0.6, best_epoch=5, epochs=5).epochs[4], 0.6)
    # Five epochs of 32 pixels took 160 s; five of 48 take half as long again.
    assert capsys.readouterr().err.endswith("  4 min 0 s left\n")


def test_a_run_that_is_only_judged_has_no_bar_to_take_away():
    progress = Progress(auto_refresh=False)
    bar = Bar(progress)
    record = make_record("cnn5", 0.6, best_epoch=2, epochs=3)
    bar.run_ended(record)
    bar.run_started(named("cnn5"), 1)
    bar.run_ended(record)
    bar.run_ended(record)
    assert progress.tasks == []


def test_many_things_are_counted_in_a_line_now_and_then(monkeypatch, capsys):
    clock = iter([0.0, 5.0, 12.0, 12.0, 12.0, 16.0, 30.0])
    monkeypatch.setattr("mimika.cli.progress.time.monotonic", lambda: next(clock))
    with counting("pictures", 1200) as count:
        for _ in range(3):
            count()
    assert capsys.readouterr() == ("", "  2 of 1,200 pictures  0.2/s  1 h 59 min left\n")


def test_on_a_terminal_many_things_move_a_bar_and_standard_output_stays_as_it_is(monkeypatch, capsys):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("sys.stderr", terminal)
    with counting("faces", 2) as count:
        count()
        print("an answer")
        count()
    assert capsys.readouterr().out == "an answer\n"
    assert "2 of 2 faces" in terminal.getvalue()
    assert "━" not in terminal.getvalue().rpartition("\x1b[2K")[2], "the bar is wiped"

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mimika.cli import main
from mimika.errors import SourceMissing

MIMIKA = [sys.executable, "-m", "mimika"]


def test_without_arguments_it_says_what_it_can_do(capsys):
    assert main.run([]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Usage: mimika [OPTIONS] COMMAND")
    assert all(f"\n  {noun} " in told for noun in ("data", "models", "train", "study", "compare", "final"))


def test_the_version_is_that_of_the_package(capsys):
    from mimika import __version__

    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out == f"mimika {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["trian"], "No such command 'trian'"),
        (["models", "--layers"], "No such option: --layers"),
        (["train", "cnn5", "--out", "run"], "Missing option '--data'. See `mimika train --help`."),
        (
            ["train", "cnn5", "--lr", "0.1"],
            "No such option: --lr. It is a field of the recipe: --set learning_rate=VALUE. See `mimika train --help`.",
        ),
        (
            ["study", "run", "--batch-size=32"],
            "No such option: --batch-size. It is a field of the recipe: --set batch_size=VALUE. "
            "See `mimika study run --help`.",
        ),
        (["study", "run", "--seed", "3"], "No such option: --seed"),
        (["models", "--epochs", "3"], "No such option: --epochs"),
        (["study", "run", "--data", "drawn"], "Missing option '--out'. See `mimika study run --help`."),
    ],
)
def test_a_mistyped_command_is_one_line_on_standard_error(arguments, line, capsys):
    assert main.run(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(line)
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["predict", "party.jpg", "--csv", ""], ["predict", ""], ["predict", "--draw="]])
def test_an_empty_argument_is_refused(arguments, capsys):
    assert main.run(arguments) == 2
    line = "An argument is empty, as an unset variable would leave it. Give it a value, or leave it out.\n"
    assert capsys.readouterr() == ("", line)


def test_a_noun_without_a_verb_answers_with_its_verbs(capsys):
    assert main.run(["study"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Usage: mimika study [OPTIONS] COMMAND")
    assert "\n  run " in told
    assert "\n  report " in told
    assert not told.endswith("`.\n")


def test_the_users_mistake_is_its_message_and_nothing_else(monkeypatch, capsys):
    def read_nothing(arguments, **_):
        raise SourceMissing("fer.csv: nothing there.")

    monkeypatch.setattr(main, "app", read_nothing)
    assert main.run([]) == 2
    assert capsys.readouterr() == ("", "fer.csv: nothing there.\n")


@pytest.mark.parametrize(
    ("refusal", "line"),
    [
        (
            OSError(errno.EACCES, "Permission denied", "/study/ledger.jsonl"),
            "/study/ledger.jsonl: Permission denied.\n",
        ),
        (OSError(errno.ENOENT, "No such file or directory", "a.toml"), "a.toml: No such file or directory.\n"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "a.toml"), "a.toml: File name too long.\n"),
        (OSError(errno.EBUSY, "Device or resource busy", "/mnt"), "/mnt: Device or resource busy.\n"),
        (OSError(errno.EXDEV, "Invalid cross-device link", "/mnt"), "/mnt: Invalid cross-device link.\n"),
        (OSError(errno.ENOTEMPTY, "Directory not empty", "data"), "data: Directory not empty.\n"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device.\n"),
    ],
)
def test_a_refusal_of_the_system_is_a_line_that_names_the_file_if_there_is_one(refusal, line, monkeypatch, capsys):
    def write_nothing(arguments, **_):
        raise refusal

    monkeypatch.setattr(main, "app", write_nothing)
    assert main.run([]) == 2
    assert capsys.readouterr() == ("", line)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_standard_output_is_one_line():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([*MIMIKA, "models"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "No space left on device.\n")


@pytest.mark.parametrize("argument", ["models", "--version"])
def test_a_reader_that_left_is_not_told_anything(argument):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as left:
        done = subprocess.run([*MIMIKA, argument], stdout=left, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_terminal_that_has_only_ascii_gets_a_question_mark_for_what_it_lacks():
    done = subprocess.run(
        [*MIMIKA, "models", "cnn5"], capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b" 32?48?48 " in done.stdout


def test_a_bug_keeps_its_traceback(monkeypatch):
    def divide(arguments, **_):
        return 1 // 0

    monkeypatch.setattr(main, "app", divide)
    with pytest.raises(ZeroDivisionError):
        main.run([])


def test_an_interruption_is_a_line_and_status_130(monkeypatch, capsys):
    from mimika.models import zoo

    class Interrupting(dict):
        def items(self):
            raise KeyboardInterrupt

    monkeypatch.setattr(zoo, "ZOO", Interrupting())
    assert main.run(["models"]) == 130
    assert capsys.readouterr().err == "Interrupted: nothing is half-written.\n"


@pytest.mark.parametrize(
    ("words", "goes_on"),
    [(["train", "cnn5"], True), (["study", "run"], True), (["study", "report", "out"], False), (["final"], False)],
)
def test_only_what_continues_says_so_when_interrupted(words, goes_on, monkeypatch, capsys):
    def interrupted(arguments, **_):
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "app", interrupted)
    assert main.run(words) == 130
    rest = ", and the same command goes on" if goes_on else ""
    assert capsys.readouterr().err == f"Interrupted: nothing is half-written{rest}.\n"


def test_help_loads_nothing_heavy():
    heavy = {"numpy", "torch", "lightning", "cv2", "matplotlib", "pandas", "pyarrow", "onnxruntime", "wandb"}
    code = (
        "import sys; from mimika.cli.main import run; run(['study', 'run', '--help']); "
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_python_m_mimika_is_mimika():
    done = subprocess.run(
        [sys.executable, "-m", "mimika", "models", "cnn9"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("No network is called cnn9.")
    assert done.stderr.count("\n") == 1

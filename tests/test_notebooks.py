"""The notebooks: what is kept of them is whole, and they run from scratch, one after the other in one folder."""

import re
from pathlib import Path

import pytest

pytest.importorskip("torch")
nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LISTED = re.compile(r"^- `(mimika[\w.]+)`", re.MULTILINE)
TIME = re.compile(r"\b\d+ h \d+ min\b|\b(?:\d+ min )?\d+ s\b")
FIGURE = re.compile(r"\d[\d.,]*")
LARGEST_BYTES = 800_000


def read(path):
    return nbformat.read(path, as_version=4)


def code_of(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_there_are_four_notebooks():
    assert [path.stem for path in NOTEBOOKS] == ["1-data", "2-networks", "3-study", "4-final-test"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_kept_notebook_was_run_from_top_to_bottom_without_an_error(path):
    nbformat.validate(read(path))
    cells = code_of(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs
    assert [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_kept_notebook_is_small_and_says_nothing_of_the_machine_it_ran_on(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST_BYTES
    assert re.findall(r"(?:/(?:home|root|Users|tmp|work|var)/|[A-Z]:\\\\)[^\s\"]*", text) == []
    assert {key for cell in read(path).cells for key in cell.metadata} == set()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_first_cell_says_how_to_take_the_real_faces(path):
    first, second, *_ = read(path).cells
    assert "**On the real faces**" in first.source
    assert 'DATA = "drawn"  # or the path of your copy of FER2013' in second.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_uses_only_what_is_documented(path):
    pages = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("python.md", "modules.md")]
    documented = {name for page in pages for name in LISTED.findall(page)}
    text = "\n".join(cell.source for cell in code_of(path))
    used = {f"mimika.{name}" for name in re.findall(r"\bmimika\.(\w+)\(", text)}
    for module, names in re.findall(r"^ *from (mimika[\w.]*) import (.+)$", text, re.MULTILINE):
        used |= {f"{module}.{name.strip()}" for name in names.split(",")}
    assert {name for name in used if not {name, name.rpartition(".")[0]} & documented} == set()


@pytest.mark.timeout(900)  # four notebooks with a dozen trainings
def test_the_notebooks_run_from_scratch_and_leave_outputs_of_the_kept_kind(tmp_path, monkeypatch):
    monkeypatch.setenv("MIMIKA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    for path in NOTEBOOKS:
        book = read(path)
        for cell in book.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        client = nbclient.NotebookClient(
            book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
        )
        client.execute()
        ran = [cell for cell in book.cells if cell.cell_type == "code"]
        print(*(output.text for cell in ran for output in cell.outputs if output.get("name") == "stderr"))
        kept = code_of(path)
        assert [kinds(cell) for cell in ran] == [kinds(cell) for cell in kept], f"{path.name} is stale"
        pairs = [(said(before), said(now)) for before, now in zip(kept, ran, strict=True)]
        assert [pair for pair in pairs if is_stale(*pair)] == [], f"{path.name} is stale"
    assert (tmp_path / "study" / "page.html").is_file()
    assert (tmp_path / "study" / "final.json").is_file()


def outputs_of(cell):
    """What a cell gives, without what a slow machine has to say on standard error meanwhile."""
    return [output for output in cell.outputs if output.get("name") != "stderr"]


def kinds(cell):
    """Of which kinds a cell's outputs are."""
    return [(output.output_type, sorted(output.get("data", {}))) for output in outputs_of(cell)]


def said(cell):
    """A cell's outputs as text, without the times that trainings took and the widths of columns."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs_of(cell)]
    return " ".join(TIME.sub("…", " ".join(texts)).split())


def is_stale(before, now):
    """Whether a text has other words than before; where figures differ, another machine's arithmetic decides words."""
    return before != now and FIGURE.findall(before) == FIGURE.findall(now)


def test_other_words_are_stale_and_other_figures_or_times_are_not():
    def cell(text):
        return nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("stream", text=text)])

    kept = said(cell("cnn3  55.0 %   1 min 45 s  fits"))
    assert kept == "cnn3 55.0 % … fits"
    assert not is_stale(kept, said(cell("cnn3  55.0 %  32 s  fits\n")))
    assert not is_stale(kept, said(cell("cnn5  54.0 %  32 s  overfits")))
    assert is_stale(kept, said(cell("cnn3  55.0 %  32 s  good")))

import csv
import re
from html.parser import HTMLParser

import pytest

from mimika.errors import RunError
from mimika.report import write_report
from mimika.report.blocks import Cell, Column, Paragraph, Report, Row, Section, Table
from mimika.report.html import to_html
from mimika.report.leaderboard import COLUMNS
from mimika.report.markdown import to_markdown
from mimika.report.provenance import made
from mimika.study.ledger import LEDGER
from mimika.study.study import RUNS, STUDY, StudyRun
from tests.records import make_record
from tests.report.studies import CHECKSUM, FIGURES, write_study

BLOCKS = {"dt", "dd", "th", "td", "p", "h1", "h2", "li"}
VOID = {"meta", "img", "br", "wbr", "hr", "link"}


class Page(HTMLParser):
    """What stands in a page: its addresses, its headings, and whether its elements are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.open, self.text, self.anchors = [], [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href", "xlink:href", "action")]
        self.anchors |= {value for name, value in attributes if name == "id"}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag in BLOCKS:
            self.text.append(" ")

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text.append(data)

    @property
    def words(self):
        return " ".join("".join(self.text).replace("\u00a0", " ").split())


def machine(device, precision):
    return make_record().machine.model_copy(update={"device": device, "precision": precision})


@pytest.fixture(scope="module")
def html(finished):
    return (finished / "page.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_the_page_loads_nothing_from_anywhere(html, page):
    outside = [address for address in page.addresses if not address.startswith(("#", "data:image/png;base64,"))]
    assert outside == ["https://wandb.ai/me/depth/runs/1"]
    assert not re.search(r"@import|url\((?!#)|<link|<script src", html)


def test_every_element_is_closed_and_every_entry_of_the_contents_leads_somewhere(page):
    assert page.open == []
    inside = [address.removeprefix("#") for address in page.addresses if address.startswith("#")]
    assert inside[:9] == [
        "depth",
        "regularization",
        "architecture",
        "chosen",
        "cost",
        "reference",
        "certainty",
        "test",
        "made",
    ]
    assert set(inside) <= page.anchors


def test_the_page_opens_with_the_finding_and_the_path(page):
    assert (
        "The last stage chooses cnn5+batch_norm+skip with 63.4 % on validation; cnn5+batch_norm+dropout before it "
        "reaches "
        "63.8 %" in page.words
    )
    assert (
        "From stage to stage the first reaches 58.4 → 63.8 → 63.4 %; in the reference, 55.6 → 62.4 → 62.9."
        in page.words
    )


def test_the_page_says_where_the_rule_would_have_chosen_otherwise(page):
    assert "The rule would have chosen otherwise: cnn5+batch_norm+dropout came first in the stage before." in page.words
    assert "Decision: goes on to architecture, because the study names it; by the rule it would be" in page.words


def test_the_page_shows_the_chosen_networks_mistakes_at_half_their_pixels(html):
    assert html.count('<img alt="The wrong answers it was surest of') == 1
    assert 'width="720" src="data:image/png;base64,' in html


def test_without_faces_the_page_is_the_same_but_for_them_and_comes_from_the_ledger_alone(finished, html, tmp_path):
    copy = tmp_path / "reference"
    kept = [STUDY, LEDGER, "final.json", "predictions", RUNS]
    for path in finished.rglob("*"):
        if path.is_file() and path.relative_to(finished).parts[0] in kept:
            (copy / path.relative_to(finished)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(finished)).write_bytes(path.read_bytes())
    without = write_report(copy, faces=False).read_text(encoding="utf-8")
    assert "<img" not in without
    assert "base64" not in without
    assert without == re.sub(r"<figure>\n<img.*?</figure>\n", "", html, flags=re.DOTALL)
    assert sorted(path.name for path in copy.iterdir()) == sorted([*kept, "page.html", "report.md", "leaderboard.csv"])


def test_the_page_tells_the_test_split_and_how_it_was_made(page):
    assert "Opened on 2026-11-24, once. cnn5+batch_norm+skip answers 62.9 % of 3,589 test faces" in page.words
    assert "Command mimika study run reference --data DATA --out reference Seeds 42" in page.words
    assert CHECKSUM in page.words
    assert "torch 2.8.0, lightning 2.6.6, numpy 2.4.0" in page.words


def test_the_page_tells_the_command_as_it_was_given(tmp_path):
    call = "mimika study run mine.toml --data DATA --out 'my study' --seeds 1 --validation 0.1"
    folder = write_study(tmp_path / "my study", leave_out=FIGURES, call=call)
    words = Page(write_report(folder, faces=False).read_text(encoding="utf-8")).words
    assert f"Command {call} Seeds 42" in words
    assert "mimika final 'my study' --data DATA --validation 0.1 opens it" in words


@pytest.mark.parametrize(("seeds", "option"), [((42,), ""), ((3, 4), " --seeds 2"), ((1, 7), "")])
def test_a_study_that_does_not_say_its_command_has_seeds_only_where_they_follow_one_another(tmp_path, seeds, option):
    run = StudyRun.load(write_study(tmp_path / "a study", leave_out=FIGURES))
    run = run.model_copy(update={"study": run.study.model_copy(update={"seeds": seeds})})
    command = dict(made("a study", run, [], []).blocks[0].entries)["Command"]
    assert command == f"`mimika study run reference --data DATA --out 'a study'{option}`"


def test_markdown_has_the_same_sentences_and_figures(finished, page):
    markdown = (finished / "report.md").read_text(encoding="utf-8")
    assert markdown.startswith("# The last stage chooses `cnn5+batch_norm+skip` with 63.4 % on validation")
    assert "<" not in markdown.replace("p < ", "")
    for line in filter(None, markdown.splitlines()):
        shown = re.sub(r"^(#+|-) |[`*]|\[run\]\(.*?\)", "", line)
        if line.startswith("|"):
            cells = [cell.strip() for cell in shown.strip("|").split("|")]
            assert all(cell in page.words or set(cell) <= set("-:") for cell in cells), line
        else:
            assert all(part in page.words for part in shown.split(": ", 1)), line


def test_what_marks_mean_is_told_where_they_are_drawn(finished, page):
    told = "A bar on the left joins the first and its ties."
    assert page.words.count(told) == 3
    assert told not in (finished / "report.md").read_text(encoding="utf-8")


def test_the_leaderboard_has_a_row_a_run_and_names_its_stage(finished):
    with (finished / "leaderboard.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["network", "stage", *COLUMNS]
    assert [(row["network"], row["stage"]) for row in rows] == [
        ("cnn1", "depth"),
        ("cnn3", "depth"),
        ("cnn5", "depth"),
        ("cnn7", "depth"),
        ("cnn5+dropout", "regularization"),
        ("cnn5+batch_norm", "regularization"),
        ("cnn5+batch_norm+dropout", "regularization"),
        ("cnn5+augmentation", "regularization"),
        ("cnn5+batch_norm+attention", "architecture"),
        ("cnn5+batch_norm+skip", "architecture"),
        ("cnn5+batch_norm+attention+skip", "architecture"),
    ]
    collapsed = rows[3]
    assert collapsed["verdict"] == "collapsed to one class"
    assert (collapsed["seed"], collapsed["train_faces"], collapsed["data_checksum"]) == ("42", "28709", CHECKSUM)
    assert float(rows[2]["gap"]) == pytest.approx(
        float(rows[2]["train_accuracy"]) - float(rows[2]["validation_accuracy"])
    )


def test_an_unfinished_study_says_what_is_missing_and_decides_nothing(unfinished):
    page = Page((unfinished / "page.html").read_text(encoding="utf-8"))
    assert "Not finished yet: of seven networks that are, cnn5+batch_norm+dropout leads with" in page.words
    assert (
        "This study is not finished; missing: cnn5+augmentation (regularization), cnn5+batch_norm+attention "
        "(architecture), cnn5+batch_norm+skip (architecture) and cnn5+batch_norm+attention+skip (architecture). The "
        "command that started it goes on with it and trains nothing twice; everything below is preliminary."
        in page.words
    )
    assert "Decision: none before the stage is finished." in page.words
    assert "The network that leads so far" in page.words
    assert "Sealed: no training, no choice and no figure on this page has seen it." in page.words


def test_faces_of_another_data_set_are_not_set_beside_the_reference(unfinished):
    words = Page((unfinished / "page.html").read_text(encoding="utf-8")).words
    assert "Beside the reference" not in words
    assert "in the reference" not in words


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """The page of a study of three seeds, two of them trained elsewhere; cnn7 collapses with the second alone."""
    learned = (0.572, 0.95, 5, 10, 1700)
    elsewhere = {"machine": machine("NVIDIA H200", "bf16-mixed"), "seconds": 60.0}
    folder = write_study(
        tmp_path_factory.mktemp("studies") / "seeds",
        seeds=3,
        figures={("cnn7", 42): learned, ("cnn7", 44): learned},
        changes={43: elsewhere, 44: elsewhere},
    )
    return Page(write_report(folder, faces=False).read_text(encoding="utf-8")).words


@pytest.mark.parametrize(
    "told",
    [
        "The last stage chooses cnn5+batch_norm with 63.2 % ± 0.8 (3 seeds) on validation; cnn5+batch_norm+dropout "
        "before it reaches 64.2 %, a tie (p = 0.11)",
        "answers 63.2 % of 3,589 validation faces as they are labelled (3 seeds, ± 0.8; 95 %: 61.6–64.8)",
        "cnn5+batch_norm batch norm 63.2 ± 0.8 61.6–64.8",
        "cnn5 + batch norm + dropout reaches most, 64.2 %; gaps to train from 3.9 to 34.2 points",
        "Of several seeds, the first run with the network's verdict is drawn; the heading tells means.",
        "Seeds, with other machines or code, move cnn7 by 31.7 points",
        "cnn3 depth 3 56.4 ± 0.4 54.8–58.0 56.7 37.8 7 of 12 2.52 M 24.3 M 31 min 40 s overfits p < 0.001",
        "cnn7 depth 7 46.7 ± 18.3 45.0–48.3 46.9 25.2",
        "It collapsed to one class with 1 of 3 seeds: its means mix both kinds of run.",
        "cnn5, cnn3, cnn1 and cnn7 (2 of 3) overfit, by 34.2 to 37.8 points.",
        "for chance in the seeds it takes the reference's one training as a draw of trainings that spread as ours do",
        "Each network was trained with three seeds. The standard deviation of its accuracy over them runs from 0.1 "
        "(cnn5+batch_norm+attention) to 18.3 points (cnn7).",
        "Runs of one network come from different machines: cpu (32-true) and NVIDIA H200 (bf16-mixed).",
    ],
)
def test_a_page_of_several_seeds_tells_means_their_spread_and_what_they_mix(seeded, told):
    assert told in seeded


def test_a_page_of_several_seeds_says_nowhere_that_there_was_one(seeded):
    assert "one seed" not in seeded
    assert "told by one run" not in seeded


def test_a_study_without_a_finished_run_has_a_page_too(tmp_path):
    folder = write_study(tmp_path / "new", leave_out=FIGURES)
    words = Page(write_report(folder).read_text(encoding="utf-8")).words
    assert "No run of this study is finished yet" in words
    assert (folder / "leaderboard.csv").read_text(encoding="utf-8") == ",".join(["network", "stage", *COLUMNS]) + "\n"


def test_a_folder_without_a_study_is_refused(tmp_path):
    with pytest.raises(RunError) as refused:
        write_report(tmp_path)
    assert str(refused.value) == (f"{tmp_path}: no study there (study.json is missing); `mimika study run` makes one.")


def test_a_damaged_result_of_the_test_split_is_named(tmp_path):
    folder = write_study(tmp_path / "study", leave_out=FIGURES)
    (folder / "final.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RunError) as refused:
        write_report(folder)
    assert str(refused.value) == (
        f"{folder / 'final.json'}: not a sealed result of this version: network: Field required."
    )


def test_what_users_wrote_is_escaped():
    bad = '<script>alert("1")</script>'
    table = Table(
        caption=bad,
        columns=[Column(key="a", title=bad), Column(key="b", title="link")],
        rows=[Row(cells=[Cell(text=bad), Cell(text="run", link='https://x/"><b>')])],
    )
    report = Report(
        subject=bad,
        finding=bad,
        opening=[Paragraph(text=bad)],
        sections=[Section(anchor="one", title=bad, blocks=[table])],
    )
    html = to_html(report)
    assert "alert(&quot;1&quot;)" in html
    assert '<script>alert("1")' not in html
    assert '"><b>' not in html
    assert "&lt;script&gt;" in html
    assert "[run](https://x/" in to_markdown(report)

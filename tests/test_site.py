"""The documentation site: built as `make docs` builds it, and looked through link by link."""

import os
import re
import runpy
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image
from skimage.data import astronaut

import mimika
from mimika.data.drawn import draw_faces
from tests.predict.clips import write_clip

pytest.importorskip("mkdocs", reason="the site is built with MkDocs")

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
COMMANDS = dict(runpy.run_path(str(DOCS / "cli.py"))["commands"]())
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LISTED = re.compile(r"^- `(mimika[\w.]+)`", re.MULTILINE)
LINES = sorted(
    {
        line.removeprefix("$ ").split("  #")[0]
        for page in DOCS.glob("*.md")
        for _, block in FENCED.findall(page.read_text(encoding="utf-8"))
        for line in block.splitlines()
        if line.startswith(("mimika ", "$ mimika "))
    }
)


class Links(HTMLParser):
    """What a page links to, what it loads, and the places in it that can be linked to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loaded, self.places = set(), set(), {""}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.places |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        target = attributes.get("href") or attributes.get("src")
        if target:
            (self.links if tag == "a" else self.loaded).add(target)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of the site as it is built, by address."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    told = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("INFO ")]
    assert (done.returncode, told) == (0, [])
    return {path: Links(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}


def missing(site, page, targets):
    """The targets within the site that lead nowhere."""
    for target in targets:
        address = urlsplit(target)
        if address.scheme or address.netloc:
            continue
        path = (page.parent / unquote(address.path)).resolve() if address.path else page
        known = site.get(path)
        if not path.exists() or (known and unquote(address.fragment) not in known.places):
            yield target


def test_every_link_leads_somewhere(site):
    found = {page.name: sorted(missing(site, page, links.links | links.loaded)) for page, links in site.items()}
    found.pop("404.html")  # its links start where the site's root would be
    assert {name: targets for name, targets in found.items() if targets} == {}


def test_no_page_loads_anything_from_the_net(site):
    for links in site.values():
        assert [target for target in links.loaded if urlsplit(target).scheme or target.startswith("//")] == []


def test_every_command_has_a_page(site):
    written = {page.stem for page in site if page.parent.name == "commands"}
    assert written == {name.removeprefix("mimika ").replace(" ", "-") for name in COMMANDS}


def test_every_public_name_is_documented_on_the_site(site):
    (page,) = (page for page in site if page.name == "python.html")
    listed = set(LISTED.findall((DOCS / "python.md").read_text(encoding="utf-8")))
    assert {f"mimika.{name}" for name in mimika.__all__ if name != "__version__"} <= listed
    assert listed <= site[page].places


@pytest.mark.parametrize("line", LINES)
def test_the_commands_that_pages_show_exist_with_their_options(line):
    words = shlex.split(line)
    name = next(" ".join(words[:n]) for n in (3, 2) if " ".join(words[:n]) in COMMANDS)
    known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("page", ["docs/start.md", "docs/python.md", "docs/recogniser.md", "README.md"])
def test_the_python_that_pages_show_runs(page, tmp_path):
    pytest.importorskip("torch")
    blocks = [block for language, block in FENCED.findall((ROOT / page).read_text("utf-8")) if language == "python"]
    assert blocks
    for name in ("photo.jpg", "party.jpg"):
        Image.fromarray(astronaut()).save(tmp_path / name)
    write_clip(tmp_path / "clip.mp4", [astronaut()] * 3)
    (tmp_path / "distil.onnx").write_bytes((ROOT / "src/mimika/predict/weights/distil.onnx").read_bytes())
    draw_faces(140).to_frame().to_csv(tmp_path / "fer2013.csv", index=False)
    subprocess.run([sys.executable, "-c", "\n".join(blocks)], cwd=tmp_path, check=True)

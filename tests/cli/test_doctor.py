"""`mimika doctor`: what it tells, and what it finds wrong."""

import hashlib
import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.predict.files import CARD, write_network

from mimika.cli import doctor, main, surroundings
from mimika.predict import detector, recogniser

CARD_WITH_FIGURES = CARD.model_copy(
    update={
        "provenance": {
            "recipe": {"name": "small"},
            "validation_accuracy": 0.7002,
            "validation_faces": 3589,
            "license": "MIT",
        }
    }
)


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """A home with nothing in it, and no key or setting of this machine."""
    monkeypatch.setenv("MIMIKA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(recogniser, "WEIGHTS", tmp_path / "weights")
    monkeypatch.setattr(surroundings.shutil, "which", lambda name: None)
    for name in ("WANDB_API_KEY", "WANDB_MODE", "WANDB_BASE_URL", "NETRC", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def versions(monkeypatch):
    """Versions that a test may change; None takes a package away."""
    changed = {}

    def pretended(name):
        found = changed.get(name, "") or (None if name in changed else version(name))
        if found is None:
            raise PackageNotFoundError(name)
        return found

    monkeypatch.setattr(surroundings, "version", pretended)
    return changed


def told(capsys):
    assert main.run(["doctor"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    first, *lines = output.out.splitlines()
    assert first.startswith(f"mimika {version('mimika')} · Python {sys.version.split()[0]} · ")
    return lines


def fact(lines, name):
    (line,) = [line for line in lines if line.startswith(f"  {name} ")]
    return line.removeprefix(f"  {name}").strip()


def wrong():
    return [(one["what"], one["remedy"]) for one in surroundings.examine()["wrong"]]


def test_where_nothing_is_wrong_every_part_has_its_line(capsys):
    lines = told(capsys)
    names = [line[2:11].strip() for line in lines]
    assert [name for name in names if name] == [
        *("packages", "figures", "parquet", "wandb", "train", "export", "processor", "GPU", "network", "detector"),
        *("YuNet", "cache", "W&B"),
    ]
    assert f"numpy {version('numpy')} · " in fact(lines, "packages")
    assert fact(lines, "parquet") == f"pyarrow {version('pyarrow')}"
    assert fact(lines, "network") == (
        "none comes with this version: `mimika export` writes one, and --network names it"
    )
    assert fact(lines, "detector") == "haar"
    assert fact(lines, "cache") == "~/home, set by MIMIKA_HOME: 0.0 MB, 0 data sets"
    assert fact(lines, "W&B") == ("no key: runs stay offline until `wandb login`, then `mimika study mirror`")
    assert max(map(len, lines)) <= 120


def test_json_has_all_of_it_and_stands_alone(capsys):
    assert main.run(["doctor", "--json"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    found = json.loads(output.out)
    assert list(found) == [
        *("mimika", "python", "system", "cores", "threads", "packages", "extras", "gpu", "network", "detector"),
        *("cache", "wandb", "wrong"),
    ]
    assert found["packages"]["numpy"] == version("numpy")
    assert found["extras"]["train"]["install"] is None
    assert found["wrong"] == []


def test_what_is_not_installed_comes_with_the_command_that_installs_it(versions, capsys):
    versions["onnx"] = versions["torch"] = None
    lines = told(capsys)
    assert fact(lines, "train") == 'torch not installed: pip install "mimika[train]"'
    assert fact(lines, "export") == 'onnx, torch not installed: pip install "mimika[export]"'
    assert fact(lines, "GPU") == "not asked: torch is not installed, and recognising needs none"


def test_without_torch_nothing_tries_to_load_it(versions, monkeypatch):
    versions["torch"] = None
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it would raise
    assert surroundings.examine()["gpu"] == {"torch": None, "devices": [], "driver": False}


def test_a_version_out_of_range_is_wrong(versions):
    versions["numpy"] = "1.26.4"
    assert wrong() == [("numpy 1.26.4 is installed, but mimika is made for >=2.0", 'pip install "numpy>=2.0"')]
    versions["numpy"] = None
    assert wrong() == [("numpy is not installed, though mimika needs it", 'pip install "numpy>=2.0"')]


# OpenCV

AGAIN = 'pip install "opencv-python-headless<5,>=4.10"'


def test_two_opencvs_are_wrong(versions, capsys):
    versions["opencv-python"] = "4.12.0.88"
    versions["opencv-python-headless"] = "4.12.0.88"
    expected = "opencv-python-headless and opencv-python are installed and overwrite each other's cv2"
    assert wrong() == [(expected, f"pip uninstall -y opencv-python-headless opencv-python; {AGAIN}")]
    assert told(capsys)[-2:] == [
        f"  ! {expected}",
        f"    pip uninstall -y opencv-python-headless opencv-python; {AGAIN}",
    ]


def test_another_opencv_in_place_of_ours_is_wrong(versions):
    versions["opencv-python-headless"] = None
    assert wrong() == [("opencv-python-headless is not installed", AGAIN)]
    versions["opencv-contrib-python"] = "4.11.0.86"
    assert wrong() == [
        (
            "opencv-python-headless is not installed, but opencv-contrib-python 4.11.0.86",
            f"pip uninstall -y opencv-contrib-python; {AGAIN}",
        )
    ]


def test_an_opencv_without_cascades_is_wrong_and_no_detector_works(versions, monkeypatch, capsys):
    versions["opencv-python-headless"] = "5.0.0"
    monkeypatch.setitem(sys.modules, "cv2", SimpleNamespace(__version__="5.0.0"))
    assert wrong() == [("OpenCV 5.0.0 has no CascadeClassifier, so Haar cannot look for faces", AGAIN)]
    assert fact(told(capsys), "detector") == "none that works"


def test_an_old_opencv_is_wrong(versions):
    versions["opencv-python-headless"] = "4.8.1.78"
    assert wrong() == [("opencv-python-headless 4.8.1.78 is installed, but mimika is made for <5,>=4.10", AGAIN)]


def test_an_opencv_that_cannot_be_loaded_is_wrong(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    ((what, remedy),) = wrong()
    assert what.startswith("cv2 cannot be imported: ")
    assert remedy == AGAIN


# GPU


def torch_with(devices, cuda):
    names = SimpleNamespace(device_count=lambda: len(devices), get_device_name=lambda number: devices[number])
    return SimpleNamespace(
        __version__="2.13.0", version=SimpleNamespace(cuda=cuda), cuda=names, get_num_threads=lambda: 4
    )


def test_a_gpu_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", torch_with(["NVIDIA H100", "NVIDIA H100"], "12.8"))
    lines = told(capsys)
    assert fact(lines, "GPU") == "NVIDIA H100 · NVIDIA H100"
    assert fact(lines, "processor").endswith("torch uses 4 threads")


@pytest.mark.parametrize(("cuda", "build"), [(None, "a build without CUDA"), ("12.8", "a build for CUDA 12.8")])
def test_a_gpu_that_torch_does_not_see_is_wrong(monkeypatch, cuda, build):
    monkeypatch.setattr(surroundings.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setitem(sys.modules, "torch", torch_with([], cuda))
    assert wrong() == [
        (
            f"an NVIDIA driver is here, but torch 2.13.0, {build}, sees no GPU",
            "check nvidia-smi, and install the build that pytorch.org names for its CUDA version",
        )
    ]


def test_a_cv2_of_two_distributions_is_wrong_and_no_crash(monkeypatch):
    class Mixed:
        def find_spec(self, name, path=None, target=None):
            if name == "cv2":
                raise AttributeError("partially initialized module 'cv2' has no attribute 'gapi'")

    monkeypatch.delitem(sys.modules, "cv2", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Mixed(), *sys.meta_path])
    assert wrong() == [("cv2 cannot be imported: partially initialized module 'cv2' has no attribute 'gapi'", AGAIN)]


def test_a_gpu_that_does_not_answer_is_wrong_and_no_crash(monkeypatch):
    def fail(number):
        raise RuntimeError("CUDA unknown error - this may be due to an incorrectly set up environment\nmore")

    torch = torch_with(["NVIDIA H100"], "12.8")
    torch.cuda.get_device_name = fail
    monkeypatch.setitem(sys.modules, "torch", torch)
    what = "torch cannot use the GPU: CUDA unknown error - this may be due to an incorrectly set up environment"
    assert wrong() == [(what, "check nvidia-smi, and restart the machine")]
    assert surroundings.examine()["gpu"]["devices"] == []


def test_a_torch_that_cannot_be_loaded_is_wrong(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    ((what, remedy),) = wrong()
    assert what.startswith("torch cannot be imported: ")
    assert remedy == "install it again, as pytorch.org tells"


# Network, detector, cache, W&B


def test_the_network_that_comes_with_mimika_is_named_with_its_figures(alone, capsys):
    (alone / "weights").mkdir()
    write_network(alone / "weights" / "faces.onnx", CARD_WITH_FIGURES.to_metadata())
    assert fact(told(capsys), "network") == "small, 70.0 % on validation (n = 3,589), unsure below 0.60"
    assert surroundings.examine()["network"] == {
        "file": "faces.onnx",
        "name": "small",
        "threshold": 0.6,
        "temperature": 1.5,
        "accuracy": 0.7002,
        "faces": 3589,
        "license": "MIT",
    }
    write_network(alone / "weights" / "faces.onnx")
    assert fact(told(capsys), "network") == "faces, unsure below 0.60"


def test_a_network_that_came_damaged_is_wrong(alone):
    (alone / "weights").mkdir()
    (alone / "weights" / "faces.onnx").write_bytes(b"no network")
    ((what, remedy),) = wrong()
    assert what.startswith("the network that comes with mimika cannot be read: ")
    assert remedy == "install mimika again"


def test_yunet_is_verified_where_it_is_looked_for(alone, monkeypatch, capsys):
    path = alone / "home" / detector.YUNET_FILE
    assert surroundings.examine()["detector"]["yunet"]["state"] == "missing"
    path.parent.mkdir()
    path.write_bytes(b"another file")
    found = surroundings.examine()
    assert (found["detector"]["name"], found["detector"]["yunet"]["state"]) == ("haar", "another file")
    assert [one["remedy"] for one in found["wrong"]] == ["mimika uses haar until then"]
    monkeypatch.setattr(detector, "YUNET_SHA256", hashlib.sha256(b"another file").hexdigest())
    monkeypatch.setattr(detector, "YuNet", lambda content, threads: SimpleNamespace(name="yunet"))
    lines = told(capsys)
    assert fact(lines, "detector") == "yunet"
    assert fact(lines, "YuNet") == f"~/home/{detector.YUNET_FILE}, verified"


def test_the_cache_is_told_with_its_size(alone, capsys):
    data = alone / "home" / "data"
    for name in ("one", "two"):
        (data / name).mkdir(parents=True)
        (data / name / "dataset.json").write_bytes(b"x" * 1_200_000)
    assert fact(told(capsys), "cache") == "~/home, set by MIMIKA_HOME: 2.4 MB, 2 data sets"


@pytest.mark.parametrize("below", ["", "deep/down"])
def test_a_cache_that_cannot_be_kept_is_wrong(alone, monkeypatch, below):
    (alone / "home").touch()
    monkeypatch.setenv("MIMIKA_HOME", str(alone / "home" / below))
    assert wrong() == [
        (
            f"the cache {alone / 'home' / below} cannot be kept: {alone}/home is no folder that may be written to",
            "set MIMIKA_HOME to a folder that may",
        )
    ]


@pytest.mark.parametrize("name", [".netrc", "_netrc"])
def test_a_key_of_wandb_is_found_without_asking_a_server(alone, monkeypatch, capsys, name):
    (alone / name).write_text("machine api.wandb.ai login user password secret")
    (alone / name).chmod(0o600)
    assert fact(told(capsys), "W&B") == f"a key in {name}"
    monkeypatch.setenv("WANDB_BASE_URL", "https://wandb.example")
    monkeypatch.setenv("WANDB_MODE", "offline")
    assert fact(told(capsys), "W&B").endswith("until `wandb login`, then `mimika study mirror` · WANDB_MODE=offline")
    monkeypatch.setenv("WANDB_API_KEY", "secret")
    lines = told(capsys)
    assert fact(lines, "W&B") == "a key in WANDB_API_KEY · WANDB_MODE=offline"
    assert "secret" not in "".join(lines)


def test_without_wandb_nothing_is_mirrored(versions, capsys):
    versions["wandb"] = None
    lines = told(capsys)
    assert fact(lines, "W&B") == "not installed, so runs are not mirrored"
    assert fact(lines, "wandb") == 'wandb not installed: pip install "mimika[wandb]"'


def test_threads_that_are_set_from_outside_are_told(monkeypatch, capsys):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert " · OMP_NUM_THREADS=1" in fact(told(capsys), "processor")


def test_a_problem_stands_out_on_a_terminal_alone(monkeypatch):
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: True))
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert doctor._marked("!") == "\x1b[33m\x1b[1m!\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert doctor._marked("!") == "!"

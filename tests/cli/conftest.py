import pytest
from tests.cli.pretending import pretend_to_train

from mimika.data.store import draw_data


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    return str(draw_data(140, seed=3, out=tmp_path_factory.mktemp("drawn") / "faces").path)


@pytest.fixture
def pretended(monkeypatch):
    """Training only pretends."""
    monkeypatch.setattr("mimika.training.train.train", pretend_to_train)

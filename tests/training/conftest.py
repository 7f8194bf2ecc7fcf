import gc

import pytest


@pytest.fixture
def fresh_wandb(monkeypatch, tmp_path):
    """The real W&B as on a machine where nobody has logged in, started anew and ended after the test."""
    wandb = pytest.importorskip("wandb")
    from mimika.training import tracking

    def forget():
        tracking._forget_process()
        tracking._login_works.cache_clear()
        tracking._say_once.cache_clear()

    for name in ("WANDB_API_KEY", "WANDB_MODE", "WANDB_BASE_URL", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WANDB_SILENT", "true")
    forget()
    yield wandb
    forget()
    gc.collect()  # a process that was killed is nobody's child any more, which Python finds worth a warning

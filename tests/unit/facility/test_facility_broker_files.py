"""What the broker's and the recommender's machine get: whole, usable, and secret where it must be."""

from __future__ import annotations

import re
import shlex
import stat
from pathlib import Path

import pytest

from facility_recommender.cli import main as recommender
from firmware_config.cli import main
from firmware_config.facility.layout import Layout
from firmware_config.facility.recommender import CREDENTIALS


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    root = tmp_path / "villa-rosa"
    assert main(["init", str(root), "--broker-host", "broker.lan", "--time-zone", "Europe/Rome"]) == 0
    assert main(["broker", str(root)]) == 0
    return Layout(root)


def words(layout: Layout) -> list[str]:
    """As systemd reads them, but with the files where they are here."""
    (told,) = re.findall(r'^OPTIONS="(.*)"$', (layout.recommender / "options").read_text(), re.MULTILINE)
    return shlex.split(told.replace(CREDENTIALS, f"{layout.recommender}/"))


def test_everything_that_the_steps_install_is_there(layout: Layout) -> None:
    for folder in (layout.broker, layout.recommender):
        steps = (folder / "README.txt").read_text()
        named = re.findall(r"\b(?:ca|client|server)\.\w+|\bacl\b|\bcarepose\.conf\b|\boptions\b", steps)
        assert len(named) >= 3
        for name in named:
            assert (folder / name).is_file(), name
    for key in (layout.broker / "server.key", layout.recommender / "client.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_recommender_takes_its_options(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """It gets as far as the store, which is no file here: options and certificates were taken."""
    capsys.readouterr()
    assert recommender(["serve", *words(layout), "--web-port", "0", "--store", str(layout.root)]) == 6
    said = capsys.readouterr()
    assert "the store" in said.err
    assert "warning" not in said.out


def test_a_broker_that_was_renamed_needs_another_certificate(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    layout.facility.write_text(layout.facility.read_text().replace("host: broker.lan", "host: 10.0.4.9"))
    assert main(["broker", str(layout.root)]) == 3
    assert "does not name 10.0.4.9" in capsys.readouterr().err
    assert main(["broker", str(layout.root), "--renew"]) == 0
    assert "--broker-host 10.0.4.9" in (layout.recommender / "options").read_text()

"""The whole pure flow on our keypoint recordings says what it said when somebody last read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.golden import differences, golden_of, recordings, replayed


@pytest.mark.parametrize("recording", recordings(), ids=lambda path: path.stem)
def test_messages_are_the_golden_ones(recording: Path) -> None:
    golden = golden_of(recording)
    assert golden.exists(), f"no golden messages of {recording.stem}: python -m tools.golden --update"
    assert list(differences(golden.read_text(encoding="utf-8"), replayed(recording))) == []


def test_a_changed_phase_would_be_noticed() -> None:
    one = '{"topic":"t","payload":{"phase":"confirmed","confidence":0.9,"text":"a"}}'
    assert list(differences(one, one.replace("confirmed", "cleared"))) != []
    assert list(differences(one, one.replace("0.9", "0.5"))) != []
    assert list(differences(one, one + "\n" + one)) != []
    assert list(differences(one, one.replace("0.9", "0.9001").replace('"a"', '"b"'))) == []

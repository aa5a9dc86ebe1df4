"""The installer's day in short: three rooms, and recordings of seconds; all else as `tools.installer_day` has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.broker import needs_mosquitto
from tests.fakes.product import KEYPOINTS, cut
from tools.installer_day import cards
from tools.installer_day.__main__ import run


@pytest.mark.broker
@needs_mosquitto
@pytest.mark.skipif(bool(cards.missing()), reason="dosfstools, mtools or fdisk is missing")
def test_from_a_list_of_rooms_to_boxes_that_are_let_in_swapped_renewed_and_revoked(tmp_path: Path) -> None:
    walk = cut(KEYPOINTS / "walk.npz", tmp_path / "walk.npz", 2.0, 3.5)
    folder = tmp_path / "day"
    folder.mkdir()
    lines: list[str] = []
    result = run(folder, 3, (walk, walk, walk), lines.append)
    assert result["passed"], "\n".join(lines)
    assert [step["step"] for step in result["steps"]][-3:] == ["swap", "rotate", "revoke"]

"""From rendered pictures to incidents: what each scene's truth expects, the agent says, and nothing else."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from edge_agent.cli import main

pytestmark = pytest.mark.models

RENDERED = Path(__file__).parents[1] / "recordings" / "rendered"
SUSPECTED_WITHIN_S = 5.0
CONFIRMED_AFTER_S = (10.0, 20.0)
"""From the suspicion: `design.md`, "Rules that protect people", 5."""


def told(video: Path, folder: Path) -> list[dict[str, Any]]:
    """The incidents of a replay."""
    out = folder / "out.jsonl"
    assert main(["replay", str(video), "--out", str(out)]) == 0
    messages = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return [message["payload"] for message in messages if message["topic"].endswith("/incident")]


def seconds(incident: dict[str, Any]) -> float:
    return datetime.fromisoformat(incident["observed_at"]).timestamp()


def first(falls: list[dict[str, Any]], phase: str) -> float | None:
    return next((seconds(fall) for fall in falls if fall["phase"] == phase), None)


@pytest.mark.parametrize("video", sorted(RENDERED.glob("*.webm")), ids=lambda path: path.stem)
def test_a_rendered_room_is_understood_from_its_pictures(video: Path, tmp_path: Path) -> None:
    truth = json.loads(video.with_suffix(".json").read_text(encoding="utf-8"))
    falls = [incident for incident in told(video, tmp_path) if incident["kind"] == "fall"]
    if not truth["expected"]["fall"]:
        assert falls == []
        return
    (event,) = (event for event in truth["events"] if event["kind"] == "fall")
    suspected, confirmed, cleared = (first(falls, phase) for phase in ("suspected", "confirmed", "cleared"))
    assert suspected is not None
    assert event["onset_s"] <= suspected <= event["onset_s"] + SUSPECTED_WITHIN_S
    assert confirmed is not None
    assert CONFIRMED_AFTER_S[0] <= confirmed - suspected <= CONFIRMED_AFTER_S[1]
    assert len({fall["incident_id"] for fall in falls}) == 1
    assert (cleared is not None) == truth["expected"]["cleared"]
    if cleared is not None:
        assert falls[-1]["check_required"]
        assert cleared >= event["up_again_s"] - 3.0  # standing up is under way when the hips have left the floor
    assert all(fall["reasons"] and fall["text"] for fall in falls)

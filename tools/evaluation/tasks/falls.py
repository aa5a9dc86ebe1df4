"""Falls: videos and keypoint recordings with labels."""

from __future__ import annotations

from tools.evaluation.bench import Bench
from tools.evaluation.measured import Section, absent


def measure(bench: Bench) -> list[Section]:
    """To be filled."""
    del bench
    return [Section("falls", "Falls", "", (absent("gmdcsa24_subjects12"),))]

"""The hard cases by name."""

from __future__ import annotations

from tools.scenes.hard_falls import POSITIVES
from tools.scenes.lookalikes import NEGATIVES

CASES = {case.name: case for case in (*NEGATIVES, *POSITIVES)}

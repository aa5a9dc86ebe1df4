"""The real agent, that gives a pushed configuration seconds instead of a minute and a half.

`python -m tests.fakes.hasty_agent CONFIG`.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from pathlib import Path

from edge_agent import app
from edge_agent.pushes import TrialLimits

LIMITS = TrialLimits(limit_s=6.0, hold_s=1.5)

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    sys.exit(app.run(Path(sys.argv[1]), until_done=False, surroundings=replace(app.this_machine(), trial=LIMITS)))

from __future__ import annotations

import numpy as np
import pytest

from edge_agent.kinematics.ascent import ascent
from edge_agent.kinematics.limits import KinematicsLimits

T = np.arange(0.0, 4.05, 0.1)
STAYS = np.zeros((len(T), 2))


def trunk(hips: np.ndarray, upright: float = 1.0) -> np.ndarray:
    """Levels of shoulders and hips, the shoulders `upright` above the hips."""
    return np.stack((hips - upright, hips), axis=1)


def up(height: float, start: float = 1.5, seconds: float = 1.5) -> np.ndarray:
    """Hips that come up by so much."""
    return -height * np.clip((T - start) / seconds, 0.0, 1.0)


@pytest.mark.parametrize("height", [0.0, 0.3, 0.8])
def test_tells_how_far_a_body_has_come_up(height: float) -> None:
    assert ascent(KinematicsLimits(), T, trunk(up(height)), STAYS) == pytest.approx(height, abs=0.05)


def test_who_goes_down_and_comes_up_again_has_not_risen() -> None:
    squat = 0.8 * np.sin(np.pi * np.clip(T / 2.0, 0.0, 1.0))
    assert ascent(KinematicsLimits(), T, trunk(squat), STAYS) == 0.0


def test_who_sits_down_has_not_risen() -> None:
    assert ascent(KinematicsLimits(), T, trunk(-up(0.8)), STAYS) == 0.0


def test_who_walks_off_has_not_risen() -> None:
    walks = np.stack((0.4 * T, np.zeros(len(T))), axis=1)
    assert ascent(KinematicsLimits(), T, trunk(up(0.8)), walks) == 0.0


def test_who_straightens_up_from_a_bow_has_not_risen() -> None:
    assert ascent(KinematicsLimits(), T, trunk(up(0.8), upright=0.3), STAYS) == 0.0


def test_a_glimpse_tells_nothing() -> None:
    assert ascent(KinematicsLimits(), T[:10], trunk(up(0.8))[:10], STAYS[:10]) is None

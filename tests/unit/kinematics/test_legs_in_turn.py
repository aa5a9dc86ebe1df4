"""Legs that move in turn are told from legs that jitter, drift, or bend together."""

from __future__ import annotations

import numpy as np
import pytest

from edge_agent.kinematics.alternation import alternation
from edge_agent.kinematics.limits import KinematicsLimits

LIMITS = KinematicsLimits()


def waves(t: np.ndarray, spm: float, reach: float, noise: float, seed: int = 1) -> np.ndarray:
    """Of six channels, two that swing by `reach` to either side; all jitter by `noise`."""
    swing = reach * np.sin(2.0 * np.pi * spm / 120.0 * t)
    still = np.zeros_like(t)
    channels = np.stack((swing, 0.5 * swing, still, still, still, still), axis=1)
    return channels + np.random.default_rng(seed).normal(0.0, noise, channels.shape)


@pytest.mark.parametrize("fps", [7.0, 10.0, 30.0])
@pytest.mark.parametrize("spm", [90.0, 120.0, 170.0, 200.0])
def test_steps_are_told_through_jitter_at_any_frame_rate(fps: float, spm: float) -> None:
    t = np.arange(0.0, 2.0 + 1e-9, 1.0 / fps)
    found = alternation(LIMITS, t, waves(t, spm, 0.4, 0.03))
    assert found is not None
    assert found.spm == pytest.approx(spm, rel=0.12)
    assert found.speed > 1.0


@pytest.mark.parametrize("seed", range(12))
def test_jitter_alone_is_no_step(seed: int) -> None:
    t = np.arange(0.0, 2.0 + 1e-9, 0.1)
    found = alternation(LIMITS, t, waves(t, 120.0, 0.0, 0.03, seed))
    assert found is not None
    assert found.speed < 0.5


def test_a_weight_shifted_once_is_no_step() -> None:
    t = np.arange(0.0, 2.0 + 1e-9, 0.1)
    shift = np.tile((0.4 / (1.0 + np.exp(-(t - 1.0) / 0.25)))[:, None], (1, 6))
    found = alternation(LIMITS, t, shift)
    assert found is not None
    assert found.speed < 0.5


def test_too_short_a_look_tells_nothing() -> None:
    t = np.arange(0.0, 0.8, 0.1)
    assert alternation(LIMITS, t, waves(t, 120.0, 0.4, 0.0)) is None

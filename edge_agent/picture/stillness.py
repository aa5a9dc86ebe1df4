"""Whether the camera still sees, or shows one picture for ever.

A sensor's noise changes nearly every cell of every picture, and five seconds without any are a frozen camera. A strong
encoder repeats a still room bit by bit, and there a longer silence is needed; which of the two a camera is, is learnt.
The time of day, written above or below the picture, may go on or stand still: it proves nothing either way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

import numpy as np
from numpy.typing import NDArray

from edge_agent.picture.limits import PictureLimits
from edge_agent.picture.sketch import ROWS, Sketch
from edge_agent.types import Image


@dataclass(frozen=True, slots=True, eq=False)
class Stillness:
    """What is remembered of the changes between pictures."""

    t: float
    samples: Image
    """The last picture's."""
    changed_at: NDArray[np.float64]
    """(48, 64): when each cell last changed, s."""
    since: float | None = None
    """Since when nothing has changed; None while something does."""
    noisy: float = 0.0
    """Share of the cells that change within the window, averaged over time; as it was before the present spell."""
    longest_s: float = 0.0
    """The longest spell without change that this camera came back from, slowly forgotten."""


def begin(last: Stillness | None, sketch: Sketch, t: float) -> Stillness:
    """Start from a first picture, or after a gap: the camera's ways stay known."""
    changed_at = np.full(sketch.level.shape, t)
    if last is None:
        return Stillness(t, sketch.samples, changed_at)
    return Stillness(t, sketch.samples, changed_at, None, last.noisy, last.longest_s)


def follow(limits: PictureLimits, last: Stillness, sketch: Sketch, t: float) -> tuple[Stillness, bool | None]:
    """Compare a picture with the one before; also says whether nothing has changed for too long.

    None where it is too early to say, or the picture too black or too white to change.
    """
    changed = (sketch.samples != last.samples).any(axis=(0, 1))
    changed_at = np.where(changed, t, last.changed_at)
    alive = changed_at > t - limits.still_window_s
    exposed = sketch.exposed
    band = round(limits.clock_band * ROWS)
    inner = exposed[band : ROWS - band]
    if np.count_nonzero(inner) < 0.2 * np.count_nonzero(sketch.seen):
        return begin(last, sketch, t), None
    still = float(np.mean(alive[band : ROWS - band][inner])) <= limits.still_share
    if still:
        since = t - limits.still_window_s if last.since is None else last.since
        now = replace(last, t=t, samples=sketch.samples, changed_at=changed_at, since=since)
        return now, True if t - since >= _patience(limits, last) else None
    # A spell counts towards the averages once it is over: what was expected when it began decides how long it may last.
    spell_s = 0.0 if last.since is None else t - last.since
    longest_s = max(last.longest_s * exp(-(t - last.t) / limits.spell_tau_s), spell_s)
    before = last.noisy * exp(-spell_s / limits.noisy_tau_s)
    noisy = before + (1 - exp(-(t - last.t) / limits.noisy_tau_s)) * (float(np.mean(alive[exposed])) - before)
    return Stillness(t, sketch.samples, changed_at, None, noisy, longest_s), False


def _patience(limits: PictureLimits, known: Stillness) -> float:
    """How long this camera may show the same."""
    if known.noisy < limits.noisy_share:
        return limits.frozen_quiet_s
    return min(max(limits.frozen_s, limits.frozen_spells * known.longest_s), limits.frozen_spell_max_s)

"""Showings of skeletons in which nobody falls: every place, both ways round, and each way of showing in its turn."""

from __future__ import annotations

from collections import Counter

import numpy as np

from tools.evaluation.skeletons import Skeleton
from tools.evaluation.tasks.no_falls import CAMERAS, WAYS, showings

NOBODY = Skeleton("nobody", "set-1", np.zeros(1), {})


def test_each_sequence_is_shown_from_every_place_and_mirrored() -> None:
    shown = list(showings([(NOBODY, 1)], seed=3))
    assert {(each.camera, each.mirror) for each in shown} == {(name, m) for name in CAMERAS for m in (False, True)}


def test_every_way_of_showing_comes_at_every_place_alike() -> None:
    counted = Counter((each.camera, each.mirror, each.way) for each in showings([(NOBODY, 1)] * len(WAYS), seed=1))
    assert len(counted) == len(CAMERAS) * 2 * len(WAYS)
    assert set(counted.values()) == {1}

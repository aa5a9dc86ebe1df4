"""What the bench hands to another process can be handed over."""

from __future__ import annotations

import pickle

from tools.evaluation.sets.rendered_sitters import all_round


def test_a_sitter_in_any_way_goes_to_another_process_and_back() -> None:
    for shown in all_round(90, 1):
        back = pickle.loads(pickle.dumps(shown))  # noqa: S301  our own bytes
        assert (back.way.name, back.body, back.azimuth_deg) == (shown.way.name, shown.body, shown.azimuth_deg)

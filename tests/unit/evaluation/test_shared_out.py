"""What the bench hands to another process can be handed over."""

from __future__ import annotations

import pickle

from tools.evaluation.sets.rendered_sitters import all_round


def test_a_sitter_in_any_way_goes_to_another_process_and_back() -> None:
    for shown in all_round(90, 1):
        assert pickle.loads(pickle.dumps(shown)) == shown  # noqa: S301  our own bytes

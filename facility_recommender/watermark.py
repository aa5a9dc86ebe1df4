"""Which numbers of a lane are safely stored, and up to where without a hole. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from edge_agent.messages.envelope import Lane

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Stored numbers as inclusive ranges: sorted, disjoint and never touching."""


@dataclass(frozen=True, slots=True, order=True)
class LaneKey:
    """One numbering: it starts at 1 with each boot of a device."""

    device: str
    boot_id: str
    lane: Lane


def cover(spans: Spans, first: int, last: int) -> Spans:
    """Add `first`..`last` (inclusive) to what is stored; numbers already there change nothing.

    >>> cover(((1, 3), (7, 7)), 4, 6)
    ((1, 7),)
    """
    before = tuple(span for span in spans if span[1] < first - 1)
    after = tuple(span for span in spans if span[0] > last + 1)
    touched = spans[len(before) : len(spans) - len(after)]
    joined = (min((first, *(span[0] for span in touched))), max((last, *(span[1] for span in touched))))
    return (*before, joined, *after)


def upto(spans: Spans) -> int:
    """The contiguous watermark: every number from 1 to here is stored; 0 when 1 is not.

    >>> upto(((1, 3), (7, 7))), upto(((2, 3),)), upto(())
    (3, 0, 0)
    """
    return spans[0][1] if spans and spans[0][0] == 1 else 0


def missing(spans: Spans) -> Spans:
    """The holes below the highest number stored.

    >>> missing(((2, 3), (7, 7)))
    ((1, 1), (4, 6))
    """
    ends = (0, *(last for _, last in spans))
    return tuple((end + 1, first - 1) for end, (first, _) in zip(ends, spans, strict=False) if first > end + 1)

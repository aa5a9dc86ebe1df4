"""One recommendation with its explanation. Pure: what it says is read off the numbers it was made of."""

from __future__ import annotations

from dataclasses import dataclass

from facility_recommender.limits import Limits
from facility_recommender.recommend.catalogue import Catalogue, Guideline, Item
from facility_recommender.recommend.residents import Traits
from facility_recommender.recommend.safety import Blocked, screen
from facility_recommender.recommend.score import Scored, score
from facility_recommender.recommend.sitting import Sitting, Witness

ADVICE = {
    Guideline.LESS_SITTING: "sit less",
    Guideline.AEROBIC: "move at a moderate pace for 150 min a week",
    Guideline.STRENGTH: "train strength on 2 days a week",
    Guideline.BALANCE: "train balance on 3 days a week",
}
"""WHO 2020, for people of 65 and more, in short."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to offer, to whom, and why."""

    room: str
    subject: str | None
    item: Item
    score: float
    sitting: Sitting
    because: tuple[str, ...]
    """Sentences: what was observed against which limit, how much was seen, which advice it follows."""
    ruled_out: tuple[str, ...]
    """Sentences: what is not offered, and why."""


def advise(
    limits: Limits, catalogue: Catalogue, sitting: Sitting, traits: Traits, walked_s: float
) -> Recommendation | None:
    """Choose the best item that is safe for the person who sits.

    Args:
        limits: Thresholds.
        catalogue: What can be offered.
        sitting: Who sits where, and since when.
        traits: What is known of that person; empty when nobody is known.
        walked_s: Seconds of walking seen in the room today.

    Returns:
        The recommendation, or None when nothing may be offered.
    """
    allowed, blocked = screen(catalogue.items, traits)
    walks = walked_s >= limits.already_walked_s
    ranked = sorted((score(item, walks_already=walks) for item in allowed), key=lambda one: (-one.score, one.item.id))
    if not ranked:
        return None
    best, others = ranked[0], ranked[1:]
    return Recommendation(
        sitting.room,
        sitting.subject,
        best.item,
        best.score,
        sitting,
        _because(limits, sitting, best),
        (*(_blocked(catalogue, one) for one in blocked), *(_second(best, one) for one in others)),
    )


def _because(limits: Limits, sitting: Sitting, best: Scored) -> tuple[str, ...]:
    # An incident tells how long it was when it was raised, and nothing since.
    least = "at least " if sitting.coverage < limits.coverage or sitting.witness is Witness.INCIDENT else ""
    advice = ", ".join(ADVICE[guideline] for guideline in best.parts)
    limit = f"the limit is {_lasting(sitting.limit_s)} ({sitting.source})"
    return (
        f"Sitting for {least}{_lasting(sitting.sat_s)} without a break; {limit}.",
        f"Seen for {sitting.coverage:.0%} of that time.",
        f"It follows WHO 2020: {advice}.",
        *(() if best.item.met60 is None else (f"About {best.item.met60} MET60+ (2024 Older Adult Compendium).",)),
    )


def _lasting(seconds: float) -> str:
    return f"{int(seconds // 60)} min" if seconds >= 120 else f"{int(seconds)} s"


def _blocked(catalogue: Catalogue, one: Blocked) -> str:
    words = [f"the person {catalogue.traits[trait]}" for trait in one.applies]
    words += [f"nobody has said whether the person {catalogue.traits[trait]}" for trait in one.unknown[:1]]
    more = len(one.unknown) - 1
    if more > 0:
        words.append(f"{more} more unknown")
    return f"{one.item.title}: {'; '.join(words)}."


def _second(best: Scored, one: Scored) -> str:
    if one.nothing_new:
        return f"{one.item.title}: walked a good deal today already."
    return f"{one.item.title}: does less for it ({one.score:.1f} against {best.score:.1f})."

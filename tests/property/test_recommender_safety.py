"""Nothing that is, or may be, against a resident's traits is ever offered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from facility_recommender.limits import Limits
from facility_recommender.recommend.advise import advise
from facility_recommender.recommend.catalogue import Catalogue, Item, catalogue
from facility_recommender.recommend.sitting import Sitting, Witness
from tests.fakes import care

OURS = catalogue()
NAMES = st.sampled_from(["a", "b", "c", "d"])
ITEMS = st.builds(
    Item,
    id=st.uuids().map(str),
    title=st.just("title"),
    how=st.just("how"),
    blocked_by=st.lists(NAMES, unique=True).map(tuple),
    met60=st.none() | st.floats(1, 8),
    serves=st.dictionaries(st.sampled_from(["less_sitting", "strength"]), st.floats(0, 1), max_size=2),
    walking=st.booleans(),
)
CATALOGUES = st.lists(ITEMS, max_size=6).map(
    lambda items: Catalogue(version=1, traits=dict.fromkeys("abcd", "words"), items=tuple(items))
)


def sitting(coverage: float = 0.9) -> Sitting:
    return Sitting("room-1", "resident", care.NOON, 3700.0, 1800.0, "a convention", coverage, Witness.MINUTES)


@given(CATALOGUES, st.dictionaries(NAMES, st.booleans()), st.floats(0, 9000))
def test_no_item_with_an_unmet_contra_indication_is_ever_offered(
    items: Catalogue, traits: dict[str, bool], walked: float
) -> None:
    offered = advise(Limits(), items, sitting(), traits, walked)
    safe = [item for item in items.items if all(traits.get(trait) is False for trait in item.blocked_by)]
    assert (offered is not None) == bool(safe)
    if offered:
        assert offered.item in safe
        assert len(offered.ruled_out) == len(items.items) - 1


@given(st.dictionaries(st.sampled_from(sorted(OURS.traits)), st.booleans()), st.floats(0, 9000))
def test_our_catalogue_always_has_something_safe(traits: dict[str, bool], walked: float) -> None:
    offered = advise(Limits(), OURS, sitting(), traits, walked)
    assert offered is not None
    assert all(traits.get(trait) is False for trait in offered.item.blocked_by)


@given(st.dictionaries(st.sampled_from(sorted(OURS.traits)), st.booleans()), st.sampled_from(sorted(OURS.traits)))
def test_knowing_less_never_offers_more_than_knowing_it_does_not_apply(traits: dict[str, bool], forgotten: str) -> None:
    known = {**traits, forgotten: False}
    less = {trait: applies for trait, applies in known.items() if trait != forgotten}
    with_it, without = advise(Limits(), OURS, sitting(), known, 0.0), advise(Limits(), OURS, sitting(), less, 0.0)
    assert with_it is not None
    assert without is not None
    assert without.score <= with_it.score

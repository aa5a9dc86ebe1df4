"""What caregivers read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import pytest

from edge_agent.messages.texts import Language, incident_text, minute_text
from edge_agent.messages.texts.languages import WORDS
from edge_agent.types import Intensity, Kind, Phase, PostureKind, Reason, Rejected, Relation
from tests.fakes.events import fall, minute, person_minute

LANGUAGES: tuple[Language, ...] = ("en", "it")
AGENT = Path(__file__).parents[3] / "edge_agent"
FORBIDDEN = re.compile(r"\b(safe|safely|staff|sicur[oaie]|al sicuro|personale|operator[ei])\b", re.IGNORECASE)


UNITS = {"deg", "s", "torso", "torso/s", "m/s", "MET", "spm"}


MAKERS = {"Reason", "measured", "word", "fact"}
"""What the stages call to make a reason, the feature first."""


def literals_in_the_stages() -> Iterator[tuple[str, list[str]]]:
    """The literal strings of every call, with its name, and of every tuple, without one."""
    for room in ("activity", "posture", "incidents"):
        for path in (AGENT / room).glob("**/*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield node.func.id, strings(node.args)
                elif isinstance(node, ast.Tuple):
                    yield "", strings(node.elts)


def strings(nodes: list[ast.expr]) -> list[str]:
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def features_in_the_stages() -> set[str]:
    """Literals that stand where a feature does: first for a maker of reasons, or before a unit."""
    found = list(literals_in_the_stages())
    named = {texts[0] for callee, texts in found if callee in MAKERS and texts}
    measured = {first for _, texts in found for first, unit in pairwise(texts) if unit in UNITS}
    return {name for name in named | measured if name and name not in UNITS}


def alternatives_in_the_stages() -> set[str]:
    return {texts[0] for callee, texts in literals_in_the_stages() if callee == "Rejected" and texts}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_the_stages_name_has_words(language: Language) -> None:
    assert features_in_the_stages() - set(WORDS[language].features) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_alternative_the_stages_name_has_words(language: Language) -> None:
    assert alternatives_in_the_stages() - set(WORDS[language].alternatives) == set()


def test_the_languages_have_the_same_entries() -> None:
    english, italian = WORDS["en"], WORDS["it"]
    for table in ("headlines", "phases", "phases_of", "features", "alternatives", "values", "units"):
        assert set(getattr(english, table)) == set(getattr(italian, table)), table
    for name in english.__slots__:
        if isinstance(pattern := getattr(english, name), str):
            assert ("{" in pattern) == ("{" in getattr(italian, name)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_phase_posture_and_intensity_has_words(language: Language) -> None:
    words = WORDS[language]
    assert set(words.headlines) == set(Kind)
    assert set(words.phases) == set(Phase)
    assert {*PostureKind, *Intensity} <= set(words.values)


@pytest.mark.parametrize(("language", "kind", "phase"), list(product(LANGUAGES, Kind, Phase)))
def test_no_text_promises_safety_or_speaks_of_staff(language: Language, kind: Kind, phase: Phase) -> None:
    text = incident_text(replace(fall(phase), kind=kind, another_person=True, check_required=True), language)
    assert not FORBIDDEN.search(text)
    assert "{" not in text
    assert not re.search(r"\s\s|\s[.,;:]|\.\.", text)


def test_a_confirmed_fall_in_english() -> None:
    assert incident_text(fall(), "en") == (
        "Suspected fall: has not got up. Down for 15 s, last seen 2 s ago. "
        "Seen: went down at 1.8 times the length of the upper body a second; upper body 82° from upright. "
        "Ruled out: bending down (hips 0.2 times the length of the upper body above the floor)."
    )


def test_a_confirmed_fall_in_italian() -> None:
    assert incident_text(fall(), "it") == (
        "Sospetta caduta: la persona non si è rialzata. A terra da 15 s, ultimo avvistamento 2 s fa. "
        "Rilevato: velocità di discesa: 1,8 volte la lunghezza del busto al secondo; busto a 82° dalla verticale. "
        "Escluso: si china (altezza del bacino da terra: 0,2 volte la lunghezza del busto)."
    )


def test_cleared_asks_for_a_check() -> None:
    text = incident_text(fall(Phase.CLEARED, seen_at=None), "en")
    assert text.startswith("Suspected fall: up again. Seen:")
    assert text.endswith("Please look in and close the check.")


def test_a_fall_that_was_none_is_not_called_up_again() -> None:
    unfounded = replace(fall(Phase.CLEARED, seen_at=None), check_required=False)
    assert incident_text(unfounded, "en").startswith("Suspected fall: no longer suspected.")
    assert incident_text(unfounded, "it").startswith("Sospetta caduta: sospetto rientrato.")


def test_an_end_that_nobody_saw_is_not_called_well() -> None:
    unseen = Reason("unseen_for", 600.0, "s", Relation.AT_LEAST, 600.0)
    forgotten = replace(fall(Phase.CLEARED), kind=Kind.PROLONGED_SITTING, reasons=(unseen,))
    assert incident_text(forgotten, "en").startswith("Sitting for a long time: out of sight, no longer known.")


def test_another_person_is_called_that() -> None:
    assert "Another person is there." in incident_text(replace(fall(), another_person=True), "en")
    assert "C'è un'altra persona." in incident_text(replace(fall(), another_person=True), "it")


def test_thin_data_is_admitted() -> None:
    thin = replace(fall(), quality=replace(fall().quality, coverage=0.41))
    assert "In sight for only 41 % of the time." in incident_text(thin, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_feature_nobody_translated_still_makes_a_sentence(language: Language) -> None:
    odd = Reason("blood_pressure", 3.25, "kPa", Relation.ABOVE, 1.0)
    text = incident_text(replace(fall(), reasons=(odd,), rejected=(Rejected("flying_away", odd),)), language)
    assert "“blood pressure”: 3" in text
    assert "“flying away” (" in text
    assert "kPa" in text


def test_an_alternative_is_named_once() -> None:
    twice = replace(fall(), rejected=fall().rejected * 2)
    assert incident_text(twice, "en") == incident_text(fall(), "en")


def test_words_and_truth_values_are_translated() -> None:
    reasons = (
        Reason("left_by_edge", False, "", Relation.EQUAL, False),  # noqa: FBT003
        Reason("posture", "lying", "", Relation.EQUAL, "lying"),
    )
    text = incident_text(replace(fall(), reasons=reasons), "it")
    assert "uscita a piedi dall'inquadratura: no; posizione: sdraiata." in text


def test_a_minute_of_one_person() -> None:
    assert minute_text(minute(person_minute()), "en") == (
        "Watched for 1 min, somebody in view for 44 s, at most 1 at once. Person 3: mostly sitting (36 s), "
        "sits upright 25 s, resting 35 s, light activity 4 s, 1.4 MET, 6 steps, times stood up: 1."
    )


def test_an_unseen_minute_is_not_called_inactive() -> None:
    assert minute_text(minute(observed_s=0.0), "en") == (
        "The camera could not see during this minute. Not watched: too dark 1 min."
    )
    assert minute_text(minute(observed_s=41.0), "en") == (
        "Nobody detected in 41 s of watching. Not watched: too dark 19 s."
    )
    unclear = replace(person_minute(), attributable_s=0.0)
    assert "Person 3: not assessable." in minute_text(minute(unclear), "en")
    assert "Persona 3: non valutabile." in minute_text(minute(unclear), "it")


def test_further_people_are_counted() -> None:
    text = minute_text(minute(*(person_minute(n) for n in range(5))), "en")
    assert "Others in view: 2." in text

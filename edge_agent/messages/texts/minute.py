"""A minute in words."""

from __future__ import annotations

from edge_agent.messages.texts.languages import WORDS
from edge_agent.messages.texts.words import Language, Words
from edge_agent.types import Minute, PersonMinute

MAX_PERSONS = 3
"""[C] More would not be read; all of them are in `persons`."""


def minute_text(minute: Minute, language: Language) -> str:
    """Say what a camera saw in a minute; what it did not see is not called inactivity."""
    w = WORDS[language]
    if minute.observed_s <= 0:
        return " ".join((w.unobserved, *_lost(minute, w)))
    observed = w.duration(minute.observed_s)
    if minute.people == 0:
        return " ".join((w.nobody.format(observed=observed), *_lost(minute, w)))
    parts = [w.observed.format(observed=observed, occupied=w.duration(minute.occupied_s), people=minute.people)]
    parts.extend(
        w.person.format(track=person.track, said=_person(person, w)) for person in minute.persons[:MAX_PERSONS]
    )
    if len(minute.persons) > MAX_PERSONS:
        parts.append(w.and_more.format(len(minute.persons) - MAX_PERSONS))
    return " ".join((*parts, *_lost(minute, w)))


def _lost(minute: Minute, w: Words) -> tuple[str, ...]:
    """Nothing about losses too short to be said in seconds."""
    said = [f"{w.loss(reason)} {w.duration(seconds)}" for reason, seconds in minute.lost_s.items() if seconds >= 1]
    return (w.not_watched.format(", ".join(said)),) if said else ()


def _person(person: PersonMinute, w: Words) -> str:
    if person.attributable_s <= 0:
        return w.not_assessable
    said = []
    known = {name: seconds for name, seconds in person.posture_s.items() if seconds > 0}
    if known:
        posture = max(known, key=lambda name: (known[name], name))
        said.append(w.mostly.format(posture=w.value(str(posture), ""), duration=w.duration(known[posture])))
    seated = {name: seconds for name, seconds in person.seated_s.items() if seconds >= 1}
    if seated:
        how = max(seated, key=lambda name: (seated[name], name))
        said.append(w.sits.format(how=w.value(str(how), ""), duration=w.duration(seated[how])))
    said.extend(
        f"{w.value(str(name), '')} {w.duration(seconds)}"
        for name, seconds in person.intensity_s.items()
        if seconds >= 1
    )
    if person.met is not None:
        said.append(w.value(person.met, "MET"))
    if person.steps:
        said.append(w.steps.format(person.steps))
    if person.sit_to_stands:
        said.append(w.stood_up.format(person.sit_to_stands))
    return ", ".join(said) or w.not_assessable

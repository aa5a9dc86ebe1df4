"""An incident in words: what, since when, why, what it is not, what to do."""

from __future__ import annotations

from collections.abc import Iterable

from edge_agent.messages.texts.languages import WORDS
from edge_agent.messages.texts.words import Language, Words
from edge_agent.types import Incident, Kind, Phase

MAX_REASONS = 4
"""[C] As many as are read at night; all of them are in `reasons`."""

SEEN_NOW_S = 1.0
"""[C] Up to here somebody counts as in sight."""

LOW_COVERAGE = 0.6
"""Below it no verdict about a day (design.md, rule 7); here the reader is told."""

_DURATIONS = frozenset(
    {
        "on_floor_for",
        "down_for",
        "slumped_for",
        "leaning_for",
        "held_for",
        "sitting_for",
        "still_for",
        "blind_for",
        "walked_for",
    }
)
"""Features that say what the opening already says."""


def incident_text(incident: Incident, language: Language) -> str:
    """Explain an incident to whoever has to go and look."""
    w = WORDS[language]
    parts = [w.headline(incident), _timing(incident, w)]
    parts.extend(_reasons(incident, w))
    parts.extend(_ruled_out(incident, w))
    if incident.track is not None and incident.quality.coverage < LOW_COVERAGE:
        parts.append(w.low_coverage.format(int(incident.quality.coverage * 100)))
    if incident.another_person:
        parts.append(w.another_person)
    if incident.check_required:
        parts.append(w.check)
    return " ".join(part for part in parts if part)


def _timing(incident: Incident, w: Words) -> str:
    """How long it has lasted and when the person was last seen."""
    said = []
    if incident.phase is not Phase.CLEARED:
        lasts = w.fall_lasts if incident.kind is Kind.FALL else w.lasts
        said.append(lasts.format(w.duration(incident.t - incident.onset)))
    unseen_s = incident.t - incident.seen_at if incident.seen_at is not None else 0.0
    if unseen_s >= SEEN_NOW_S:
        said.append(w.last_seen.format(w.duration(unseen_s)))
    return _sentence(", ".join(said))


def _reasons(incident: Incident, w: Words) -> Iterable[str]:
    told = [reason for reason in incident.reasons if reason.feature not in _DURATIONS][:MAX_REASONS]
    if told:
        yield w.seen.format("; ".join(w.reason(reason) for reason in told))


def _ruled_out(incident: Incident, w: Words) -> Iterable[str]:
    """Each alternative once, with the first fact against it."""
    facts = {each.alternative: each.because for each in reversed(incident.rejected)}
    names = dict.fromkeys(each.alternative for each in incident.rejected)
    if names:
        yield w.ruled_out.format("; ".join(f"{w.alternative(name)} ({w.reason(facts[name])})" for name in names))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""

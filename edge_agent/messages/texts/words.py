"""The words of a language: tables, and how it writes numbers and durations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from edge_agent.types import Incident, Kind, Phase, Reason, Value

Language: TypeAlias = Literal["en", "it"]

_DECIMALS = {"deg": 0, "spm": 0, "torso": 1, "torso/s": 1, "m/s": 1, "MET": 1, "1": 2}


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `{}` in an entry takes the number, duration or word that belongs there."""

    decimal_mark: str
    headlines: Mapping[Kind, str]
    """What an incident is called."""
    phases: Mapping[Phase, str]
    """What the phase adds, where the kind has nothing of its own."""
    phases_of: Mapping[tuple[Kind, Phase], str]
    """What the phase adds for one kind."""
    dismissed: str
    """What `cleared` adds to a suspected fall that was none."""
    out_of_sight: str
    """What `cleared` adds where nobody could see how it ended."""
    features: Mapping[str, str]
    """A measured feature as a clause, neutral to whether it is much or little."""
    unknown_feature: str
    """`{name}` and `{value}`: for a feature without an entry."""
    alternatives: Mapping[str, str]
    """A verdict that was ruled out."""
    values: Mapping[str, str]
    """A word given as a value."""
    units: Mapping[str, str]
    fall_lasts: str
    """How long somebody has been down."""
    lasts: str
    """How long anything else has lasted."""
    last_seen: str
    seen: str
    """Before the reasons."""
    ruled_out: str
    another_person: str
    check: str
    low_coverage: str
    nobody: str
    observed: str
    """`{observed}`, `{occupied}`, `{people}`."""
    unobserved: str
    not_watched: str
    """Before the reasons for which there was nothing to see, each with its duration."""
    losses: Mapping[str, str]
    """Why a camera saw nothing, or badly."""
    person: str
    """`{track}`: before what is said of one person."""
    not_assessable: str
    mostly: str
    """`{posture}` and `{duration}`."""
    sits: str
    """`{how}` and `{duration}`."""
    steps: str
    stood_up: str
    and_more: str
    """For people beyond those the text names."""

    def number(self, value: float, unit: str = "1") -> str:
        """A number as the language writes it, with as many decimals as the unit deserves."""
        decimals = 0 if isinstance(value, int) else _DECIMALS.get(unit, 1)
        text = f"{value:.{decimals}f}"
        if float(text) == 0:
            text = text.lstrip("-")
        return text.replace(".", self.decimal_mark)

    def duration(self, seconds: float) -> str:
        """Seconds below 1 min, minutes below 2 h, else hours and minutes; never rounded up.

        >>> from edge_agent.messages.texts.english import ENGLISH
        >>> [ENGLISH.duration(s) for s in (1.4, 119.9, 150.0, 7500.0)]
        ['1 s', '1 min', '2 min', '2 h 5 min']
        """
        whole = max(0, int(seconds))
        if whole < 60:
            return f"{whole} s"
        minutes = whole // 60
        return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"

    def value(self, value: Value, unit: str) -> str:
        """A value with its unit, in words that need no training."""
        if isinstance(value, bool):
            return self.values["yes" if value else "no"]
        if isinstance(value, str):
            return self.values.get(value) or self.loss(value)
        if unit == "s":
            return self.duration(value)
        number, known = self.number(value, unit), self.units.get(unit)
        return known.format(number) if known is not None else f"{number} {unit}"

    def reason(self, reason: Reason) -> str:
        """A reason as a clause; one that the tables do not know is named by its key."""
        value = self.value(reason.value, reason.unit)
        known = self.features.get(reason.feature)
        if known is not None:
            return known.format(value)
        return self.unknown_feature.format(name=reason.feature.replace("_", " "), value=value)

    def loss(self, name: str) -> str:
        """Why a camera saw nothing, in words."""
        return self.losses.get(name, name.replace("_", " "))

    def alternative(self, name: str) -> str:
        """A verdict that was ruled out, in words."""
        return self.alternatives.get(name, f"\u201c{name.replace('_', ' ')}\u201d")

    def headline(self, incident: Incident) -> str:
        """What it is and where it stands."""
        kind, phase = incident.kind, incident.phase
        addition = self.phases_of.get((kind, phase), self.phases[phase])
        if phase is Phase.CLEARED and kind is Kind.FALL and not incident.check_required:
            addition = self.dismissed
        elif phase is Phase.CLEARED and any(reason.feature == "unseen_for" for reason in incident.reasons):
            addition = self.out_of_sight
        return f"{self.headlines[kind]}: {addition}." if addition else f"{self.headlines[kind]}."

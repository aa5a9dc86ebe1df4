"""The page's sections as HTML, and its title."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from edge_agent.messages.stamp import utc_text
from facility_recommender.alerts import Standing
from facility_recommender.board import Now, RoomToday
from facility_recommender.day import HOUR_S
from facility_recommender.instant import instant
from facility_recommender.web import reasons, words

Sections: TypeAlias = dict[str, Markup]
"""HTML by the section's id, in the order of the page."""

SECTIONS = {
    "faults": "faults.html",
    "paging": "paging.html",
    "checks": "checks.html",
    "advice": "advice.html",
    "work": "work.html",
    "rooms-all": "rooms.html",
    "day": "day.html",
    "reports": "reports.html",
}

_environment = Environment(
    loader=PackageLoader("facility_recommender.web"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(
    name=words.name,
    words=words.words,
    short=words.short,
    duration=words.duration,
    percent=words.percent,
    reason=words.reason,
    posture=lambda posture: words.POSTURES[posture],
    why=reasons.why,
    instant=instant,
    utc=utc_text,
)
_environment.globals.update(kinds=words.KINDS, standings=words.STANDINGS, statuses=words.STATUSES, notes=words.NOTES)


@dataclass(frozen=True, slots=True)
class Stamp:
    """How old a view is, at the moment it is sent."""

    now: datetime
    true_at: datetime
    clock: str
    """`true_at` as the facility's clocks show it, to the second."""
    limit_s: float
    """From what age on the browser must call it lost."""
    lost: bool
    """It is that old already."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of an hour's bar: minutes upwards, hours to the right."""

    style: str
    x: int
    y: float
    height: float


def sections(now: Now) -> Sections:
    """Render every section."""
    environment = _environment.overlay()
    environment.filters = {
        **_environment.filters,
        "clock": partial(words.clock, zone=now.zone),
        "ago": partial(words.ago, zone=now.zone),
        "until": partial(words.until, zone=now.zone),
        "bars": _bars,
    }
    return {id_: Markup(environment.get_template(file).render(now=now)) for id_, file in SECTIONS.items()}  # noqa: S704


def page(now: Now, parts: Sections, stamp: Stamp) -> str:
    """Render the whole page around its sections."""
    return _environment.get_template("page.html").render(
        title=title(now), facility=words.name(now.facility), sections=parts, stamp=stamp
    )


def title(now: Now) -> str:
    """What the browser's tab says: the number of alerts that ask for somebody first."""
    ringing = sum(card.standing in {Standing.ALARM, Standing.SUSPECTED} for card in now.paging)
    trouble = "! " if now.store_problem or not now.link.connected else ""
    count = f"({ringing}) {'ALERT' if ringing == 1 else 'ALERTS'} · " if ringing else ""
    return f"{trouble}{count}{words.name(now.facility)}"


def _bars(today: RoomToday) -> Iterator[Bar]:
    """Each hour from the bottom up: active, sedentary, not assessable, several people, nobody; the rest was unseen."""
    for hour, seconds in enumerate(today.hours):
        y = 60.0
        pieces = {
            "walking": seconds.active,
            "sitting": seconds.sedentary,
            "unclassed": seconds.unclassed,
            "shared": seconds.shared,
            "empty": max(0.0, seconds.observed - seconds.occupied),
        }
        for style, length in pieces.items():
            height = round(min(length / HOUR_S * 60, y), 2)
            if height > 0:
                y = round(y - height, 2)
                yield Bar(style, hour * 10, y, height)

"""What the care plan asks to be watched in a room, and how readily it is said."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from firmware_config.field import NO_UNIT, PERSONAL, field
from firmware_config.section import Section
from firmware_config.values import Flag, Identifier, Number, TimeOfDay


class Night(Section):
    """When it is night in a room; over midnight where `to` is before `from`."""

    begins: TimeOfDay = field(
        time(22), unit=NO_UNIT, privacy=PERSONAL, alias="from", about="When it begins, in `time_zone`."
    )
    ends: TimeOfDay = field(time(6), unit=NO_UNIT, privacy=PERSONAL, alias="to", about="When it ends.")


class Care(Section):
    """What the care plan asks to be watched in a room; nothing of it unless somebody asked."""

    bed_exit: Flag = field(
        default=False,
        unit=NO_UNIT,
        privacy=PERSONAL,
        about="Say by night that somebody who rested in a marked bed has left it; while the clock is not set, always.",
    )
    chair_exit: Flag = field(
        default=False,
        unit=NO_UNIT,
        privacy=PERSONAL,
        about="Say that somebody who sat in a marked chair or sofa has risen.",
    )
    absence_s: Annotated[Number, Field(ge=60.0, le=28800.0)] | None = field(
        None,
        unit="s",
        privacy=PERSONAL,
        about="Say by night that somebody left and nobody has been in view for so long; null: do not.",
    )
    inactivity_s: Annotated[Number, Field(ge=600.0, le=43200.0)] | None = field(
        None,
        unit="s",
        privacy=PERSONAL,
        about="Say by day that the resident of a single room is there and has not been up for so long; null: do not.",
    )
    wandering_s: Annotated[Number, Field(ge=60.0, le=7200.0)] | None = field(
        None,
        unit="s",
        privacy=PERSONAL,
        about="Say by night that somebody has been walking to and fro, around or without an aim for so long; while the "
        "clock is not set, always; null: do not. 300 is usual.",
    )
    wandering_by_day: Flag = field(
        default=False, unit=NO_UNIT, privacy=PERSONAL, about="Say the same at any hour; needs `wandering_s`."
    )
    immobility_s: Annotated[Number, Field(ge=600.0, le=28800.0)] | None = field(
        7200.0,
        unit="s",
        privacy=PERSONAL,
        about="Say that somebody has not changed place or posture for so long: as the care plan says, 2 h is custom; "
        "null: do not.",
    )
    night: Night = field(Night(), unit=NO_UNIT, privacy=PERSONAL, about="When it is night.")


Readily: TypeAlias = Literal["off", "low", "normal", "high"]


def _readily(about: str) -> Any:  # noqa: ANN401  as `field` itself
    """How readily one kind of finding is said."""
    return field("normal", unit=NO_UNIT, privacy=PERSONAL, about=about)


class Alertness(Section):
    """How readily findings are said: `low` after twice as long, `high` after half; falls and immobility: see there."""

    fall: Readily = _readily(
        "`low` wants more to speak for a fall, so fewer false alarms; `high` less, so falls half hidden are "
        "suspected too. Each is confirmed only while somebody stays down. `off`: none is said, and `health` says so.",
    )
    slump: Readily = _readily(
        "Sliding or sinking in the chair, said after 2 min; `off`: never.",
    )
    lateral_lean: Readily = _readily(
        "Leaning sideways by more than 10°, said after 2 min; `off`: never.",
    )
    forward_head: Readily = _readily(
        "The head held forward by more than 35°, said after 6 min 50 s; `off`: never.",
    )
    prolonged_sitting: Readily = _readily(
        "Sitting without a real break, said after each of `prolonged_sitting_s`; `off`: never.",
    )
    immobility: Readily = _readily(
        "Not having changed place or posture for `care.immobility_s`, which it leaves as it is: at `low` a "
        "shift of the hips by 9 cm counts as moving, at `normal` 18 cm, at `high` 35 cm; `off`: never.",
    )
    bed_exit: Readily = _readily(
        "Having left the bed, where the care plan asks for it, said after 2 s on one's feet; `off`: never.",
    )
    chair_exit: Readily = _readily(
        "Having risen from a chair or sofa, where the care plan asks, after 2 s on one's feet; `off`: never.",
    )
    absence: Readily = _readily(
        "Not having come back, where the care plan asks for it, said after `care.absence_s`; `off`: never.",
    )
    wandering: Readily = _readily(
        "Walking to and fro or around without an aim, where the care plan asks, said after `care.wandering_s`; "
        "`off`: never.",
    )
    unusual_inactivity: Readily = _readily(
        "Not having been up by day, where the care plan asks, said after `care.inactivity_s`; `off`: never.",
    )


class AlertnessTo(Alertness):
    """The same for one resident, in place of the room's."""

    subject: Identifier = field(
        unit=NO_UNIT, privacy=PERSONAL, about="Whose: the camera's `subject` or that of one of its zones."
    )


class Alerts(Alertness):
    """How readily findings are said of whoever is in the room."""

    subjects: Annotated[tuple[AlertnessTo, ...], Field(max_length=16)] = field(
        (), unit=NO_UNIT, privacy=PERSONAL, about="Residents for whom it differs; once each."
    )

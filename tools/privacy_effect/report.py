"""The figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from edge_agent.kinematics.vector import EDGES
from edge_agent.runtime.profile import CpuProfile
from tools.privacy_effect.coverage import Count
from tools.privacy_effect.effect import ANGLES, VECTOR, Effect


def written(
    effects: Mapping[str, Effect],
    faces: Mapping[tuple[str, str], Count],
    profile: CpuProfile,
) -> str:
    """All tables."""
    edges = (f"{' - '.join(one)} / {' - '.join(other)}" for one, other in EDGES)
    named = {name: name.removesuffix("_deg").replace("_", " ") for name in ANGLES} | dict(
        zip(VECTOR, edges, strict=True)
    )
    every = list(effects.values())
    angles = [(said, *(_angle(each.angles[name]) for each in every)) for name, said in named.items()]
    parts = [
        "### Poses",
        _table(("", *effects), _poses(effects)),
        "### Joint angles: mean / 95th percentile of the absolute difference, degrees (n)",
        _table(("", *effects), angles),
        "### Angles no longer known, share",
        _table(("", *effects), [(named[name], *(_unknown(each, name) for each in every)) for name in ANGLES]),
        "### Faces covered",
        _table(
            ("faces", "blur", "how many", "wholly covered", "at least half", "found again"),
            [_covered(*which, count) for which, count in faces.items()],
        ),
        "### Cost",
        _table(("stage, each time", "of a landmark invocation"), _cost(profile)),
        "### Incidents that differ",
        "\n".join(f"- {name}: {line}" for name, each in effects.items() for line in each.changed) or "None.",
    ]
    return "\n\n".join(parts)


def _poses(effects: Mapping[str, Effect]) -> list[tuple[str, ...]]:
    every = list(effects.values())
    return [
        ("poses compared", *(str(each.poses) for each in every)),
        ("lost", *(_share(each.lost, each.poses) for each in every)),
        ("added", *(_share(each.added, each.poses) for each in every)),
        ("face points, torso lengths", *(_deviation(each.face) for each in every)),
        ("other joints, torso lengths", *(_deviation(each.limbs) for each in every)),
        ("16 angles of the vector, degrees", *(_angle([v for n in VECTOR for v in each.angles[n]]) for each in every)),
        ("phases of incidents that differ", *(f"{len(each.changed)} of {each.incidents}" for each in every)),
    ]


def _covered(said: str, blur: str, count: Count) -> tuple[str, ...]:
    shares = (_share(part, count.faces) for part in (count.gone, count.half))
    return said, blur, str(count.faces), *shares, "-" if count.again is None else _share(count.again, count.faces)


def _cost(profile: CpuProfile) -> list[tuple[str, ...]]:
    """Of each stage, once a call, against one landmark invocation of the same run."""
    landmark = profile.seconds["landmarks.invoke"] / max(1, profile.calls["landmarks.invoke"])
    stages = [stage for stage in profile.calls if stage.startswith(("faces.", "privacy", "detect."))]
    if not landmark:
        return []
    return [(stage, f"{profile.seconds[stage] / profile.calls[stage] / landmark:.2f}") for stage in sorted(stages)]


def _unknown(effect: Effect, name: str) -> str:
    return _share(effect.without[name], effect.without[name] + len(effect.angles[name]))


def _angle(values: Sequence[float]) -> str:
    return f"{np.mean(values):.1f} / {np.percentile(values, 95):.1f} ({len(values)})" if values else "-"


def _deviation(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f} / {np.percentile(values, 95):.3f}" if values else "-"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])

"""Hard cases: look-alikes and falls that hardly look like one, rendered, and projected with the measured noise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from tools.evaluation.bench import Bench
from tools.evaluation.hard import SUSPECTED_S, Answer, projected, rendered
from tools.evaluation.measured import Cell, Figure, Section, Sense, Table, Target
from tools.evaluation.scoring import poisson_interval, wilson_interval
from tools.scenes.variants import variants

PROJECTED, RENDERED = 220, 44
"""Of 22 cases: ten and two of each."""
FAST = 22
ABOUT = (
    "Rendered: pictures through the real int8 models. Projected: exact joints with the errors, drop-outs and scores "
    "that `python -m tools.evaluation.noise` measured of those models on rendered people of another seed. Bodies, "
    "sizes, clothes, rooms, cameras, light (day, dim, infra-red, the switch between), blankets, frame rates and how "
    "much the installer told are drawn by the seed. Cleared right: once the body is up (asking for a check), never "
    "before. Reasons right: a fall names a clue of its own case; what is none is, asked of the agent's own judge, "
    "taken for what it is. --seed, --bodies and --rooms put others in."
)
ALL = Target(Sense.AT_LEAST, 1.0)
TARGETS = {
    "sensitivity": Target(Sense.AT_LEAST, 0.97),
    "recordings with a false alarm": Target(Sense.AT_MOST, 0),
    "confirmed 10-20 s after": ALL,
    "cleared right": ALL,
    "reasons right": ALL,
    "rejected right": ALL,
}


def measure(bench: Bench) -> list[Section]:
    """Both kinds, and a table of each case."""
    bodies, rooms = bench.people(), bench.places()
    count = FAST if bench.fast else PROJECTED
    some = variants(count, bench.seed, bodies, rooms)
    seen = list(bench.each(projected, some))
    filmed: list[Answer] = []
    if not bench.fast:
        films = variants(RENDERED, bench.seed + 1000, bodies, rooms)
        filmed = list(bench.each(partial(rendered, folder=bench.cache / "hard"), films))
    figures = [*figures_of("hard cases, projected", seen)]
    if filmed:
        figures += figures_of("hard cases, rendered", filmed)
    tables = (
        table_of("Projected", seen),
        *((table_of("Rendered", filmed),) if filmed else ()),
        wrong_of([*seen, *filmed]),
    )
    return [Section("falls", "Hard cases", ABOUT, tuple(figures), tables)]


def figures_of(data: str, answers: Sequence[Answer]) -> list[Figure]:
    """What is asked of the hard cases."""
    falls = [each for each in answers if each.variant.plot.fall]
    others = [each for each in answers if not each.variant.plot.fall]
    found = [each for each in falls if each.reported and not each.early]
    figures = [_of(data, "sensitivity", [each in found for each in falls], "falls")]
    low, high = poisson_interval(sum(each.reported for each in others))
    hours = sum(each.seconds for each in others) / 3600
    false = float(sum(each.early for each in answers))
    note = f"{hours:.2f} hours without a fall; 95 % bound {high / max(hours, 1e-9):.1f} an hour"
    target = TARGETS["recordings with a false alarm"]
    figures.append(
        Figure(data, "recordings with a false alarm", false, len(answers), "recordings", target=target, note=note)
    )
    delays = [each.suspected_after_s for each in found if each.suspected_after_s is not None]
    late = sum(delay > SUSPECTED_S for delay in delays)
    figures.append(
        Figure(
            data,
            f"suspected later than {SUSPECTED_S:g} s",
            float(late),
            len(delays),
            "falls found",
            target=Target(Sense.AT_MOST, 0),
        )
    )
    for name, share in (("p50", 50), ("p95", 95)):
        value = float(np.percentile(delays, share)) if delays else None
        figures.append(Figure(data, f"from the floor to suspected {name} s", value, len(delays), "falls found"))
    figures += [
        _of(data, "confirmed 10-20 s after", [each.confirmed_right for each in found], "falls found"),
        _of(data, "cleared right", [each.cleared_right for each in found], "falls found"),
        _of(data, "another person told right", [each.companion_right for each in found], "falls found"),
        _of(data, "one incident a fall", [len({i.id for i in each.falls}) == 1 for each in found], "falls found"),
        _of(data, "reasons right", [each.reasons_right for each in found], "falls found"),
        _of(data, "rejected right", [each.rejected_right for each in found], "falls found"),
        _of(
            data,
            "taken for what it is, asked",
            [each.reasons_right for each in others if each.variant.plot.says],
            "recordings without a fall",
        ),
    ]
    del low
    return figures


def _of(data: str, measure: str, right: Sequence[bool], of: str) -> Figure:
    if not right:
        return Figure(data, measure, None, note="none")
    low, high = wilson_interval(sum(right), len(right))
    return Figure(data, measure, sum(right) / len(right), len(right), of, low, high, TARGETS.get(measure))


def table_of(title: str, answers: Sequence[Answer]) -> Table:
    """By case."""
    rows: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys(each.variant.case for each in answers):
        of = [each for each in answers if each.variant.case == name]
        fall = of[0].variant.plot.fall
        good = sum(each.reported and not each.early for each in of) if fall else sum(not each.reported for each in of)
        rows.append(
            (
                name,
                "fall" if fall else "none",
                len(of),
                good,
                sum(each.confirmed_right for each in of) if fall else None,
                sum(each.cleared_right for each in of) if fall else None,
                sum(each.reasons_right for each in of),
            )
        )
    columns = ("case", "expected", "variants", "right", "confirmed 10-20 s", "cleared right", "reasons right")
    return Table(title, columns, tuple(rows))


def wrong_of(answers: Sequence[Answer]) -> Table:
    """Each variant that went wrong, so that it can be made again."""
    rows = [
        (
            each.variant.name,
            "rendered" if each.pictures else "projected",
            each.variant.light,
            each.variant.body,
            each.variant.fps,
            _wrong(each),
        )
        for each in answers
        if _wrong(each)
    ]
    return Table("What went wrong", ("variant", "how", "light", "body", "fps", "what"), tuple(rows))


def _wrong(each: Answer) -> str:
    if not each.variant.plot.fall:
        return "false alarm" if each.reported else ""
    if each.early:
        return "said before there was a fall"
    if not each.reported:
        return "missed"
    said = []
    if not each.confirmed_right:
        after = each.confirmed_after_s
        said.append("not confirmed" if after is None else f"confirmed after {after:.1f} s")
    if not each.cleared_right:
        said.append("not cleared right")
    if not each.companion_right:
        said.append("another person not told right")
    late = each.suspected_after_s
    if late is not None and late > SUSPECTED_S:
        said.append(f"suspected after {late:.1f} s")
    return ", ".join(said)

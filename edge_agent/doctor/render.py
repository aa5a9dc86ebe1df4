"""The findings as people read them: 80 columns, colour where the terminal has it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from edge_agent.doctor.checks import TITLES
from edge_agent.doctor.examination import Examined
from edge_agent.doctor.finding import Verdict

WIDTH = 80
_BOLD, _DIM, _END = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOURS = {Verdict.OK: "\x1b[32m", Verdict.WARN: "\x1b[33m", Verdict.FAIL: "\x1b[1;31m", Verdict.SKIPPED: _DIM}
_SIGNS = {Verdict.OK: ("✓", "+"), Verdict.WARN: ("!", "!"), Verdict.FAIL: ("✗", "x"), Verdict.SKIPPED: ("·", "-")}
_ARROW = ("→", ">")
SIGNS = tuple(sign for sign, _ in (*_SIGNS.values(), _ARROW))
"""What the terminal's encoding must have; else plainer ones are used."""
_NAME = 14
"""Columns for the question's name."""
_INDENT = 4 + _NAME


@dataclass(frozen=True, slots=True)
class Style:
    """What the terminal can show."""

    colour: bool = False
    unicode: bool = True
    width: int = WIDTH


def text(title: str, examined: Sequence[Examined], style: Style) -> str:
    """The whole report, each topic under its title, the verdict at the end."""
    lines = [_bold(style, line) for line in textwrap.wrap(title, style.width)]
    for topic, group in groupby(examined, key=lambda each: each.topic):
        lines += ["", _bold(style, TITLES[topic])]
        for each in group:
            lines += _entry(each, style)
    return "\n".join([*lines, "", *_verdict(examined, style)]) + "\n"


def _entry(each: Examined, style: Style) -> Iterator[str]:
    finding = each.finding
    sign = _SIGNS[finding.verdict][not style.unicode]
    name = " ".join(each.id.split(".")[1:])
    said = textwrap.wrap(finding.said, style.width - _INDENT, break_on_hyphens=False)
    if len(name) >= _NAME:  # a camera's own name may be long
        yield f"  {_coloured(style, finding.verdict, sign)} {name}"
    else:
        yield f"  {_coloured(style, finding.verdict, sign)} {name:<{_NAME}}{said.pop(0)}"
    yield from (" " * _INDENT + line for line in said)
    for detail in finding.details:
        yield from _hanging("- ", detail, style)
    if finding.remedy:
        yield from _hanging(f"{_ARROW[not style.unicode]} ", finding.remedy, style)


def _hanging(lead: str, sentence: str, style: Style) -> Iterator[str]:
    wrapped = textwrap.wrap(sentence, style.width - _INDENT - len(lead), break_on_hyphens=False)
    for number, line in enumerate(wrapped):
        yield " " * _INDENT + (lead if number == 0 else " " * len(lead)) + line


def _verdict(examined: Sequence[Examined], style: Style) -> Iterator[str]:
    count = {verdict: sum(each.finding.verdict is verdict for each in examined) for verdict in Verdict}
    tally = ", ".join(f"{number} {verdict.value}" for verdict, number in count.items() if number)
    if count[Verdict.FAIL]:
        wrong = [each.id for each in examined if each.finding.verdict is Verdict.FAIL]
        sentence = f"Not fit: see to {', '.join(wrong)}, then run it again."
        worst = Verdict.FAIL
    elif count[Verdict.WARN]:
        sentence, worst = "Nothing keeps it from its work; some of it should be looked at.", Verdict.WARN
    else:
        sentence, worst = "Nothing found that keeps it from its work.", Verdict.OK
    yield from (_coloured(style, worst, line) for line in textwrap.wrap(sentence, style.width, break_on_hyphens=False))
    yield _dim(style, tally)


def _coloured(style: Style, verdict: Verdict, line: str) -> str:
    return f"{_COLOURS[verdict]}{line}{_END}" if style.colour else line


def _bold(style: Style, line: str) -> str:
    return f"{_BOLD}{line}{_END}" if style.colour else line


def _dim(style: Style, line: str) -> str:
    return f"{_DIM}{line}{_END}" if style.colour else line

"""Whatever the checks say, the report keeps to the terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.doctor.checks import TITLES
from edge_agent.doctor.examination import Examined
from edge_agent.doctor.finding import Finding, Verdict
from edge_agent.doctor.render import Style, text

WORDS = st.lists(st.text("abcdefghij,.:", min_size=1, max_size=24), min_size=1, max_size=40).map(" ".join)
FINDINGS = st.builds(
    Finding, st.sampled_from(Verdict), WORDS, WORDS | st.just(""), st.lists(WORDS, max_size=3).map(tuple)
)
IDS = st.builds("{}.{}".format, st.sampled_from(sorted(TITLES)), st.text("abc-", min_size=1, max_size=40))


@given(examined=st.lists(st.builds(Examined, IDS, FINDINGS), max_size=8), unicode=st.booleans())
def test_no_line_is_too_long_and_nothing_is_lost(examined: list[Examined], *, unicode: bool) -> None:
    shown = text("Carepose doctor", examined, Style(unicode=unicode))
    assert max(len(line) for line in shown.splitlines()) <= 80
    words = shown.split()
    for each in examined:
        for word in (*each.finding.said.split(), *each.finding.remedy.split()):
            assert word in words
    assert unicode or shown.isascii()


@given(st.lists(st.builds(Examined, IDS, FINDINGS), min_size=1, max_size=8))
def test_colour_adds_nothing_but_colour(examined: list[Examined]) -> None:
    plain, coloured = (text("t", examined, Style(colour=colour)) for colour in (False, True))
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain

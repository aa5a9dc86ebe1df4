"""What is written as YAML is read back as the same: a box's id may look like a number."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from firmware_config.emit import emit
from firmware_config.tree import parse

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)
TRICKY = st.sampled_from(["1e3", "12e4", "off", "13:00", "null", "0x1f", "1_000", "~", "", "- a", "a: b", "# c", "12"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.floats(-1e9, 1e9) | TEXT | TRICKY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), VALUES, min_size=1, max_size=4))
@example({"device": "1e3"})
def test_written_and_read_is_the_same(data: dict[str, object]) -> None:
    tree = parse(emit(data))
    assert tree.data == data
    assert not tree.flaws

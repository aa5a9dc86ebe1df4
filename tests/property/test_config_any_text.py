"""Whatever stands in the file: a configuration comes of it, or faults with their places, and nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_config.load import Fault, InvalidConfigurationError, load
from firmware_config.redact import redacted
from firmware_config.schema import Configuration

CONFIGURATIONS = Path(__file__).parents[1] / "configurations"
TEXTS = [
    path.read_bytes() for folder in ("good", "broken") for path in sorted((CONFIGURATIONS / folder).iterdir())
]  # fmt: skip
PIECES = st.sampled_from(
    [
        "- ", "{", "}", "[", "]", ": ", "\n", "\n  ", "\t", "&a ", "*a", "<<: ", "!!int ", "!x ", "%YAML 9.9\n", "@",
        "`", "'", '"', "| ", "> ", "#", "---\n", "? ", "null", "~", "true", "off", "1e999", "-1", "9" * 400,
        '"\\U11111111"', '"\\ud800"', "\u2028", "\x00", "é", "0x1", "12:30", "[]", "{}", "''", "!!binary ", "0.5",
        "\ufeff", "cameras: ", "polygon: ", "url: ",
    ]
).map(str.encode)  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A file of ours with pieces cut out, put in and doubled."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(st.one_of(PIECES, st.just(b""), st.just(text[start:end] * 2))) + text[end:]
    return text


def loaded(path: Path) -> Configuration | tuple[Fault, ...]:
    try:
        return load(path)
    except InvalidConfigurationError as invalid:
        return invalid.faults


def only_faults(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agent.yaml"
        path.write_bytes(raw)
        found = loaded(path)
    if isinstance(found, Configuration):
        redacted(found)
        assert Configuration.model_validate(found) == found
        return
    assert found
    for fault in found:
        assert str(fault).isprintable()
        assert fault.line is not None
        assert fault.column is not None
        assert 1 <= fault.line <= len(raw) + 1


@settings(max_examples=200, deadline=None)
@given(mangled())
def test_a_mangled_configuration_only_has_faults(raw: bytes) -> None:
    only_faults(raw)


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_any_bytes_only_have_faults(raw: bytes) -> None:
    only_faults(raw)

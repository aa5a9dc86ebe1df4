"""A model that is not the one that was built is refused, in one line with the remedy."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from edge_agent.errors import Exit
from edge_agent.pose import interpreter
from edge_agent.pose.interpreter import ModelDigestError, ModelError

CONTENT = b"weights"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "m.tflite").write_bytes(CONTENT)
    entry = {"name": "m", "file": "m.tflite", "sha256": hashlib.sha256(CONTENT).hexdigest()}
    (tmp_path / interpreter.LIST).write_text(json.dumps({"schema": 1, "models": [entry]}), encoding="utf-8")
    return tmp_path


def test_the_content_that_was_checked_is_given(built: Path) -> None:
    assert interpreter.verified(built, "m") == CONTENT


def test_one_changed_byte_is_refused_with_both_digests(built: Path) -> None:
    (built / "m.tflite").write_bytes(b"Weights")
    with pytest.raises(ModelDigestError) as caught:
        interpreter.load(built, "m")
    said = str(caught.value)
    for part in (
        "m.tflite",
        hashlib.sha256(CONTENT).hexdigest(),
        hashlib.sha256(b"Weights").hexdigest(),
        "./tools/setup",
    ):
        assert part in said
    assert "\n" not in said
    assert caught.value.exit_code is Exit.MODELS


def test_a_missing_model_and_a_missing_list_say_how_to_get_them(built: Path, tmp_path: Path) -> None:
    (built / "m.tflite").unlink()
    with pytest.raises(ModelError, match=r"m\.tflite: No such file.*tools/setup"):
        interpreter.load(built, "m")
    with pytest.raises(ModelError, match="lists no model other"):
        interpreter.load(built, "other")
    with pytest.raises(ModelError, match=r"manifest\.json: No such file.*tools/setup"):
        interpreter.load(tmp_path / "nowhere", "m")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"models": [{}]}', '{"models": [{"name": "m"}]}', '{"models": 3}'])
def test_a_broken_list_is_said(built: Path, text: str) -> None:
    (built / interpreter.LIST).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"manifest\.json: not a list of built models"):
        interpreter.load(built, "m")


def test_a_model_that_is_none_is_said(built: Path) -> None:
    with pytest.raises(ModelError, match=r"m: this runtime cannot run it: .*tools/setup"):
        interpreter.load(built, "m")

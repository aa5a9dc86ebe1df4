"""One table of all fields: nothing without unit, privacy class and sentence, and what is made from it is up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware_config import reference
from firmware_config.cli import main
from firmware_config.field import NO_UNIT, PLAIN, Privacy, facts, field
from firmware_config.profiles import PROFILES
from firmware_config.section import Section
from firmware_config.table import row_at, rows

DOCS = Path(__file__).parents[3] / "docs"


def test_a_field_without_unit_privacy_or_sentence_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        field(1, privacy=PLAIN, about="One.")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        field(1, unit=NO_UNIT, about="One.")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="a sentence"):
        field(1, unit=NO_UNIT, privacy=PLAIN, about="one")


def test_a_field_made_in_another_way_is_found() -> None:
    class Bare(Section):
        port: int = 1

    with pytest.raises(TypeError, match="was not made by"):
        facts(Bare.model_fields["port"])


def test_every_number_has_bounds_and_every_field_its_words() -> None:
    for row in rows():
        assert row.allowed, row.key
        assert "None" not in row.allowed, row.key
        if row.allowed.startswith(("a number", "a whole number")):
            assert " to " in row.allowed, row.key


def test_passwords_and_keys_are_secret_and_what_leads_to_people_is_personal() -> None:
    by_privacy = {
        privacy: {row.key for row in rows() if row.facts.privacy is privacy}
        for privacy in (Privacy.SECRET, Privacy.PERSONAL)
    }
    assert by_privacy[Privacy.SECRET] == {
        "broker.password_file", "broker.tls.key", "cameras[].source.rtsp.password_file",
    }  # fmt: skip
    assert by_privacy[Privacy.PERSONAL] >= {"cameras[].subject", "cameras[].room", "cameras[].zones[].subject"}


def test_a_place_has_the_row_of_the_innermost_field() -> None:
    row = row_at(("cameras", 1, "zones", 0, "polygon", 2, 0))
    assert row is not None
    assert row.key == "cameras[].zones[].polygon"
    assert row_at(()) is None


def test_a_default_of_the_profile_is_one_that_profiles_have() -> None:
    named = {row.facts.by_profile for row in rows() if row.facts.by_profile is not None}
    assert named == {"analysis_fps", "threads", "camera_width", "camera_height", "camera_fps"}
    assert all(hasattr(profile, name) for profile in PROFILES.values() for name in named)


def test_budgets_leave_room_for_one_camera() -> None:
    for profile in PROFILES.values():
        assert profile.picture_ms * profile.analysis_fps <= 800
        assert profile.warn_c < profile.limit_c


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--markdown"]) == 0
    assert capsys.readouterr().out == (DOCS / "configuration.md").read_text(encoding="utf-8"), (
        "edge-config schema --markdown > docs/configuration.md"
    )


def test_the_json_schema_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == (DOCS / "schemas" / "configuration.json").read_text(encoding="utf-8"), (
        "edge-config schema > docs/schemas/configuration.json"
    )


def test_the_page_has_every_field() -> None:
    page = reference.markdown()
    for row in rows():
        assert f"| `{row.path[-1]}` | {row.facts.about} |" in page

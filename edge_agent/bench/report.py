"""What was measured, for programs and for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


class NetworkReport(_Part):
    """One network at one number of threads."""

    name: str
    precision: str
    threads: int
    runs: int
    median_ms: float
    p95_ms: float
    of_float: float | None
    """Share of the time of its float twin with as many threads: the median of rounds in which both ran."""


class StageReport(_Part):
    """One stage of a picture's way."""

    stage: str
    mean_ms: float
    median_ms: float
    """Of all pictures; 0 for a stage that is at work on fewer than half of them."""
    p95_ms: float
    share: float
    """Of all the time."""


class ChainReport(_Part):
    """The whole way of a picture, from the camera's picture to events."""

    name: str
    pose_model: str
    threads: int
    width_px: int
    height_px: int
    pictures: int
    found_share: float
    """Of the pictures, how many the drawn person was found in: below 1, less than the full work was done."""
    median_ms: float
    p95_ms: float
    pictures_per_s: float
    """What one such camera could be analysed at, all day."""
    stages: tuple[StageReport, ...]


class BenchReport(_Part):
    """What `edge-agent bench --json` prints."""

    schema_: Literal["care/bench/1"] = Field(alias="schema")
    profile: str
    budget_ms: float
    """The profile's, for one analysed picture."""
    budget_rss_mb: float
    processors: int
    """That this process may use."""
    load: float
    """What else kept the machine busy before: the system's load over one minute."""
    rss_mb: float | None
    """After the configured chain, before other models were loaded."""
    chains: tuple[ChainReport, ...]
    """The configured one first."""
    networks: tuple[NetworkReport, ...]


def text(report: BenchReport) -> str:
    """Tables of 80 columns."""
    return (
        "\n".join([*_head(report), "", *_chains(report), "", *_stages(report.chains[0]), "", *_networks(report)]) + "\n"
    )


def _head(report: BenchReport) -> Iterator[str]:
    chain = report.chains[0]
    yield f"Carepose bench: profile {report.profile}, {report.processors} processors, load {report.load:.1f} before"
    within = "within" if chain.median_ms <= report.budget_ms else "OVER"
    yield f"A picture takes {chain.median_ms:.1f} ms: {within} the budget of {report.budget_ms:g} ms"
    if report.rss_mb is not None:
        within = "within" if report.rss_mb <= report.budget_rss_mb else "OVER"
        yield f"It occupies {report.rss_mb:.0f} MB: {within} the budget of {report.budget_rss_mb:g} MB"
    if report.load > 0.5 * report.processors:
        yield "The machine was busy with other things: trust ratios, not milliseconds."
    if chain.found_share < 1.0:
        yield f"The drawn person was found in {100 * chain.found_share:.0f} % of the pictures: more would take longer."


def _chains(report: BenchReport) -> Iterator[str]:
    yield f"{'whole way of a picture':<34}{'threads':>8}{'median ms':>11}{'p95 ms':>9}{'pictures/s':>12}"
    for chain in report.chains:
        yield (
            f"{chain.name:<34}{chain.threads:>8}{chain.median_ms:>11.1f}{chain.p95_ms:>9.1f}"
            f"{chain.pictures_per_s:>12.1f}"
        )


def _stages(chain: ChainReport) -> Iterator[str]:
    yield f"{'stage, as configured':<34}{'share':>8}{'mean ms':>11}{'p95 ms':>9}"
    for stage in chain.stages:
        yield f"{stage.stage:<34}{100 * stage.share:>6.1f} %{stage.mean_ms:>11.2f}{stage.p95_ms:>9.2f}"


def _networks(report: BenchReport) -> Iterator[str]:
    yield f"{'network, one run':<34}{'threads':>8}{'median ms':>11}{'p95 ms':>9}{'of float':>12}"
    for each in report.networks:
        ratio = "" if each.of_float is None else f"{each.of_float:.2f}"
        yield f"{each.name:<34}{each.threads:>8}{each.median_ms:>11.2f}{each.p95_ms:>9.2f}{ratio:>12}".rstrip()

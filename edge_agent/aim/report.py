"""From verdicts to the report: what counts as passed, the signature, and the page to print."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from edge_agent.aim.guide import Step, Verdict
from edge_agent.errors import StorageError
from edge_agent.messages.commissioning import CommissioningMessage, Signature, StepResult, StepTested

_ECDSA = ec.ECDSA(hashes.SHA256())


def steps(verdicts: Mapping[Step, Verdict], *, bed_marked: bool) -> tuple[StepTested, ...]:
    """Every step, in order; lying in bed applies where one is marked."""
    return tuple(_step(step, verdicts.get(step), bed_marked=bed_marked) for step in Step)


def passed(tested: tuple[StepTested, ...]) -> bool:
    """Whether the room works: nothing failed, nothing was left out."""
    return all(each.result in {StepResult.PASSED, StepResult.NOT_APPLICABLE} for each in tested)


def _step(step: Step, verdict: Verdict | None, *, bed_marked: bool) -> StepTested:
    if verdict is None:
        applies = bed_marked or step is not Step.BED
        result = StepResult.NOT_DONE if applies else StepResult.NOT_APPLICABLE
        return StepTested(step=step.value, result=result, reason=None, held_s=None, took_s=None)
    return StepTested(
        step=step.value,
        result=StepResult.PASSED if verdict.passed else StepResult.FAILED,
        reason=None if verdict.passed else verdict.reason,
        held_s=verdict.held_s,
        took_s=verdict.took_s,
    )


def signed(report: CommissioningMessage, certificate: Path | None, key: Path | None) -> CommissioningMessage:
    """The same with the box's signature; as it is where the box has no certificate.

    Raises:
        StorageError: certificate or key cannot be read, or are of a kind that we do not sign with.
    """
    if certificate is None or key is None:
        return report
    try:
        pem = certificate.read_text(encoding="ascii")
        private = load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as fault:
        raise StorageError("the box's certificate or key cannot be read", "see `broker.tls`, and run doctor") from fault
    body = report.signed_bytes()
    if isinstance(private, ec.EllipticCurvePrivateKey):
        made, algorithm = private.sign(body, _ECDSA), "ecdsa-sha256"
    elif isinstance(private, ed25519.Ed25519PrivateKey):
        made, algorithm = private.sign(body), "ed25519"
    else:
        raise StorageError("the box's key is neither ECDSA nor Ed25519", "issue a certificate by edge-config rotate")
    value = base64.b64encode(made).decode()
    signature = Signature.model_validate({"algorithm": algorithm, "value": value, "certificate": pem})
    return report.model_copy(update={"signature": signature})


def signed_by(report: CommissioningMessage, authority: x509.Certificate) -> bool:
    """Whether the box that the report names signed it, with a certificate of this authority's."""
    signature = report.signature
    if signature is None:
        return False
    try:
        certificate = x509.load_pem_x509_certificate(signature.certificate.encode())
        certificate.verify_directly_issued_by(authority)
        names = {each.value for each in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)}
        value, public = base64.b64decode(signature.value), certificate.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(value, report.signed_bytes(), _ECDSA)
        elif isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(value, report.signed_bytes())
        else:
            return False
    except (InvalidSignature, ValueError, TypeError):
        return False
    return names == {report.device}


def printable(report: CommissioningMessage, words: Mapping[str, object], language: str = "en") -> str:
    """The report as a page; `words` are the texts of the installer's page, in one language."""
    titles, reasons, said = (_texts(words[name]) for name in ("steps", "reasons", "print"))
    rows = "".join(
        f'<tr class="{each.result.value}"><th scope="row">{escape(titles[each.step])}</th>'
        f"<td>{escape(said[each.result.value])}</td>"
        f"<td>{escape(reasons.get(each.reason or '', each.reason or ''))}</td>"
        f"<td>{'' if each.held_s is None else f'{each.held_s:g} s'}</td></tr>"
        for each in report.steps
    )
    facts = {
        said["facility"]: report.facility,
        said["device"]: f"{report.device}, {report.camera}",
        said["tested"]: f"{report.tested_at} ({report.time_quality.value}), {report.who}",
        said["version"]: f"{report.version}, {said['generation']} {report.config_generation}"
        + (f", {said['proposed']}" if report.proposed else ""),
        said["view"]: _view(report),
        said["signature"]: said["unsigned"] if report.signature is None else _short(report.signature),
    }
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    verdict = said["works"] if report.passed else said["works_not"]
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(report.room)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="report.css">'
        f'</head><body><h1>{escape(report.room)}</h1><p class="{"passed" if report.passed else "failed"}">'
        f"{escape(verdict)}</p><table>{rows}</table><dl>{listed}</dl>"
        f'<p class="line">{escape(said["line"])}</p></body></html>'
    )


def _texts(value: object) -> dict[str, str]:
    """A table of texts; of a pair, its title."""
    if not isinstance(value, Mapping):
        raise TypeError("no table of texts")
    return {str(name): str(text[0] if isinstance(text, list) else text) for name, text in value.items()}


def _view(report: CommissioningMessage) -> str:
    view = report.view
    numbers = (("tilt", view.tilt_deg, "°"), ("roll", view.roll_deg, "°"), ("height", view.height_m, " m"))
    known = [f"{name} {value:.2f}{unit}" for name, value, unit in numbers if value is not None]
    return ", ".join(known) + (" (estimated)" if view.estimated and known else "") if known else "-"


def _short(signature: Signature) -> str:
    return f"{signature.algorithm} {signature.value[:24]}…"

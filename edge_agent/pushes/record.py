"""What is kept of configurations that were pushed: the last good one, the one being tried, and what was answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from edge_agent.messages.request import CERTIFICATE_MOST, Result
from firmware_config.bundle.contents import MOST_MANIFEST_BYTES, SIGNATURE_BYTES
from firmware_config.bundle.pushed import Push
from firmware_config.tree import MOST_BYTES

ANSWERS = 8
"""Kept, so that a request that comes again is not done again. [C]"""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kept(_Strict):
    """A push as it was signed: whoever reads it checks it again."""

    manifest: Annotated[str, Field(max_length=MOST_MANIFEST_BYTES)]
    signature: Annotated[str, Field(pattern=rf"^[0-9a-f]{{{2 * SIGNATURE_BYTES}}}$")]
    configuration: Annotated[str, Field(max_length=MOST_BYTES)]
    certificate: Annotated[str, Field(max_length=CERTIFICATE_MOST)] | None = None

    @classmethod
    def of(cls, push: Push) -> Kept:
        """The same as text."""
        return cls(
            manifest=push.manifest.decode(),
            signature=push.signature.hex(),
            configuration=push.configuration.decode(),
            certificate=None if push.certificate is None else push.certificate.decode(),
        )

    def push(self) -> Push:
        """The same as bytes."""
        certificate = None if self.certificate is None else self.certificate.encode()
        return Push(self.manifest.encode(), bytes.fromhex(self.signature), self.configuration.encode(), certificate)


class Trying(Kept):
    """One that has to prove itself, and whom the answer is for."""

    transaction: str


class Answer(_Strict):
    """How a trial ended."""

    transaction: str
    result: Literal[Result.DONE, Result.ROLLED_BACK]
    text: str
    told: bool = False
    """The broker has it."""


class Record(_Strict):
    """Everything, written as one file in one step."""

    version: Literal[1] = 1
    highest: int = 0
    """The greatest generation that was ever tried: what was given up does not come again by itself."""
    good: Kept | None = None
    trying: Trying | None = None
    answers: tuple[Answer, ...] = ()

    def begun(self, push: Push, transaction: str, generation: int) -> Record:
        """With a configuration to be tried."""
        trying = Trying(**Kept.of(push).model_dump(), transaction=transaction)
        return self.model_copy(update={"trying": trying, "highest": max(self.highest, generation)})

    def proven(self, text: str) -> Record:
        """With the one that was tried as the good one."""
        if self.trying is None:
            return self
        good = Kept(**self.trying.model_dump(exclude={"transaction"}))
        return self._ended(self.trying.transaction, Result.DONE, text).model_copy(update={"good": good})

    def given_up(self, text: str) -> Record:
        """With the good one as it was."""
        if self.trying is None:
            return self
        return self._ended(self.trying.transaction, Result.ROLLED_BACK, text)

    def without_good(self) -> Record:
        """With none: a card brought a newer configuration."""
        return self.model_copy(update={"good": None})

    def told(self, transaction: str) -> Record:
        """With an answer marked as delivered."""
        answers = tuple(
            each.model_copy(update={"told": True}) if each.transaction == transaction else each for each in self.answers
        )
        return self.model_copy(update={"answers": answers})

    def answer(self, transaction: str) -> Answer | None:
        """What was answered before."""
        return next((each for each in self.answers if each.transaction == transaction), None)

    def _ended(self, transaction: str, result: Literal[Result.DONE, Result.ROLLED_BACK], text: str) -> Record:
        answer = Answer(transaction=transaction, result=result, text=text)
        return self.model_copy(update={"answers": (*self.answers, answer)[-ANSWERS:], "trying": None})

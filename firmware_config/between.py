"""What is wrong between fields, said together with what is wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from firmware_config.problem import Problem

Kind = TypeVar("Kind")


def validated(title: str, problems: Iterable[Problem], validate: Callable[[], Kind]) -> Kind:
    """What `validate` returns, if there is no problem.

    Raises:
        ValidationError: with every problem, and with all that `validate` found.
    """
    wrong = [
        _error("refused", problem.where, problem.found, {"what": problem.what, "allowed": problem.allowed})
        for problem in problems
    ]
    found: Kind | None = None
    try:
        found = validate()
    except ValidationError as invalid:
        own = invalid.errors(include_url=False)
        wrong += [_error(item["type"], item["loc"], item["input"], item.get("ctx", {})) for item in own]
    if wrong or found is None:
        raise ValidationError.from_exception_data(title, wrong, hide_input=True)
    return found


def _error(kind: str, where: tuple[str | int, ...], found: object, told: dict[str, Any]) -> InitErrorDetails:
    sentence = "{what}" if "what" in told else kind.replace("_", " ")
    return InitErrorDetails(type=PydanticCustomError(kind, sentence, told), loc=where, input=found)

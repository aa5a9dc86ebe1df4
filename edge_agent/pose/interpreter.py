"""Loads a built model, after its digest was checked, and gives access to its tensors without copies."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from edge_agent.chatter import without_chatter
from edge_agent.errors import Exit, UserError
from edge_agent.types import Array

try:
    from ai_edge_litert.interpreter import Interpreter
except ModuleNotFoundError:  # the lock for Python 3.11 with numpy 1.26: the same class under its older name
    from tflite_runtime.interpreter import Interpreter

LIST = "manifest.json"
"""Beside the built models: each one's name, file and digest."""
_BUILD = "build the models again: ./tools/setup"


class ModelError(UserError):
    """A model is missing, or is not the one that was built."""

    exit_code = Exit.MODELS


class ModelDigestError(ModelError):
    """A model's file was changed since it was built."""

    def __init__(self, file: Path, expected: str, found: str) -> None:
        """Say which file has the digest `found` in place of `expected`."""
        super().__init__(f"{file}: expected sha256 {expected}, found {found}", f"delete it and {_BUILD}")
        self.file, self.expected, self.found = file, expected, found


class Model:
    """One network. Not for two threads at once."""

    def __init__(self, content: bytes, threads: int = 1) -> None:
        """Make a network ready to run.

        Args:
            content: of a .tflite file.
            threads: for one invocation.
        """
        # The Interpreter and not the newer CompiledModel: only its invoke() lets other threads run meanwhile.
        with without_chatter():
            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        self._input: int = self._interpreter.get_input_details()[0]["index"]
        self._outputs: dict[tuple[int, ...], int] = {
            tuple(int(length) for length in details["shape"][1:]): details["index"]
            for details in self._interpreter.get_output_details()
        }
        self._names: dict[str, int] = {
            details["name"]: details["index"] for details in self._interpreter.get_output_details()
        }

    def input(self) -> Array:
        """The input tensor itself, (height, width, channels). No reference may be held across `invoke`."""
        view: Array = self._interpreter.tensor(self._input)()[0]
        return view

    def invoke(self) -> None:
        """Run the network on what the input holds."""
        self._interpreter.invoke()

    def output(self, *shape: int) -> Array:
        """The output tensor of this shape itself, without the batch. No reference may be held across `invoke`."""
        view: Array = self._interpreter.tensor(self._outputs[shape])()[0]
        return view

    def named(self, name: str) -> Array:
        """The output tensor of this name itself, without the batch; as with `output`, for models of other makers.

        Raises:
            KeyError: there is none.
        """
        view: Array = self._interpreter.tensor(self._names[name])()[0]
        return view


def load(folder: Path, name: str, threads: int = 1) -> Model:
    """Load a model by its name in the list of built ones.

    Raises:
        ModelError: the list or the model is missing or unreadable, or the runtime cannot run it.
        ModelDigestError: the file is not the one that was built.
    """
    content = verified(folder, name)  # what was checked is what is run: the file is read once
    try:
        return Model(content, threads)
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"{folder / name}: this runtime cannot run it: {error}", _BUILD) from error


def verified(folder: Path, name: str) -> bytes:
    """The content of a model whose digest is the listed one; raises as `load` does."""
    file, expected = listed(folder, name)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file}: {error.strerror}", _BUILD) from error
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ModelDigestError(file, expected, found)
    return content


def listed(folder: Path, name: str) -> tuple[Path, str]:
    """The file of a model and its digest, as listed; raises as `load` does."""
    path = folder / LIST
    try:
        models = json.loads(path.read_text(encoding="utf-8"))["models"]
        entry = next((model for model in models if model["name"] == name), None)
        if entry is None:
            raise ModelError(f"{path}: lists no model {name}", _BUILD)
        return folder / str(entry["file"]), str(entry["sha256"])
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}", _BUILD) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: not a list of built models ({error!r})", _BUILD) from error

"""Importable stand-ins for TensorFlow, which Rasa imports eagerly and Deskhand does not install.

Rasa's list of components (`rasa.engine.recipes.default_components`) imports DIET, TED and the other TensorFlow
components whether they are configured or not. Importing them only derives classes, decorates functions and
evaluates annotations, and that much the stand-ins do. Any other use raises `TensorFlowIsAbsent`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NoReturn

from deskhand.errors import DeskhandError

PACKAGES = ("tensorflow", "keras", "tensorflow_hub", "tensorflow_text", "tensorflow_addons")

# What Rasa's modules call while they are imported, to decorate functions.
DECORATORS = ("tensorflow.function",)


class TensorFlowIsAbsent(DeskhandError, ImportError):
    """Something asked TensorFlow to work.

    An `ImportError` too: libraries that can do without TensorFlow (thinc, for one) ask it about its devices and
    catch that.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} needs TensorFlow, which Deskhand runs without. Use the components that take its place: "
            "deskhand.nlu.transformer_classifier.TransformerClassifier in the pipeline and "
            "deskhand.policies.transformer_policy.TransformerPolicy in the policies of config.yml."
        )


class AbsentBase:
    """The base class of what derives from a TensorFlow class. Cannot be made into an object."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        raise TensorFlowIsAbsent(type(self).__name__)


class Absent:
    """Any name inside TensorFlow: can be derived from, decorate, and stand in annotations."""

    def __init__(self, name: str) -> None:
        self.__name__ = self.__qualname__ = name

    def __getattr__(self, attribute: str) -> Absent:
        # Special names are asked for by Python and by typing; an endless supply of them confuses both.
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Absent(f"{self.__name__}.{attribute}")

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        first = next(base for base in bases if isinstance(base, Absent))
        return (AbsentBase,) if self is first else ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.__name__ not in DECORATORS:
            self._fail()
        return _decorate(*args)

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __subclasscheck__(self, subclass: type) -> bool:
        return False

    def __or__(self, other: object) -> Absent:
        return self

    __ror__ = __or__

    def __getitem__(self, key: object) -> Absent:
        return self

    def __iter__(self) -> NoReturn:
        self._fail()

    def __repr__(self) -> str:
        return f"<{self.__name__}, absent>"

    def _fail(self) -> NoReturn:
        raise TensorFlowIsAbsent(self.__name__)


def _decorate(function: Callable[..., Any] | None = None, *_: object) -> Any:
    """`@tf.function` and `@tf.function(…)`: both leave the function as it is."""
    return function if callable(function) else lambda decorated: decorated


class AbsentModule(ModuleType):
    """`tensorflow`, and every module in it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []  # a package: its modules come from the same finder

    def __getattr__(self, attribute: str) -> Absent:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Absent(f"{self.__name__}.{attribute}")


class AbsentModuleFinder:
    """Finds and loads the stand-ins: last in the meta path, so that an installed TensorFlow would win."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for TensorFlow's modules, None for all others."""
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        return ModuleSpec(fullname, self, origin="absent", is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty stand-in."""
        return AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def apply() -> None:
    """Make the absent packages importable. Does nothing where TensorFlow is installed, and when called twice."""
    if find_spec("tensorflow") is None:
        sys.meta_path.append(AbsentModuleFinder())

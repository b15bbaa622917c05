"""config.yml: how the assistant understands and decides."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from deskhand.runtime.checks.documents import Part, read
from deskhand.runtime.checks.problems import did_you_mean
from deskhand.runtime.checks.python_names import problem_with

CLASSIFIER = "deskhand.nlu.transformer_classifier.TransformerClassifier"
POLICY = "deskhand.policies.transformer_policy.TransformerPolicy"
ESCALATION = "deskhand.policies.escalation.EscalationPolicy"

# What needs TensorFlow, and what takes its place.
TENSORFLOW = {
    "DIETClassifier": f"Use '{CLASSIFIER}', which finds intents and entities.",
    "ResponseSelector": f"Give each answer an intent of its own and use '{CLASSIFIER}', "
    "or let the assistant answer from articles in knowledge/.",
    "ConveRTFeaturizer": f"Use '{CLASSIFIER}', which needs no featurizer.",
    "LanguageModelFeaturizer": f"Use '{CLASSIFIER}', which is a language model and needs no featurizer.",
    "TEDPolicy": f"Use '{POLICY}'.",
    "UnexpecTEDIntentPolicy": f"Use '{ESCALATION}', which hands over to a person when a conversation goes astray.",
}

RECIPES = ("default.v1", "graph.v1")


def check_config(file: Path) -> None:
    """Raises `ConfigurationError` for the first component or policy that is none, or that needs TensorFlow."""
    document = read(file)
    if document is None:
        return
    recipe = document.get("recipe")
    if recipe and recipe.text not in RECIPES:
        raise recipe.problem(f"there is no recipe '{recipe.text}'.{did_you_mean(str(recipe.text), RECIPES)}")
    components, policies = rasas_names()
    _check_names(document.get("pipeline"), "component", components)
    _check_names(document.get("policies"), "policy", policies)


def _check_names(section: Part | None, what: str, known: Sequence[str]) -> None:
    for item in section.items() if section else ():
        value = item.get("name") or item
        name = value.text
        if name is None:
            raise item.problem(f"this {what} has no 'name'.")
        _refuse_tensorflow(name, value)
        if "." in name:
            wrong = problem_with(name)
            if wrong:
                raise value.problem(f"the {what} '{name}' cannot be found: {wrong}")
        elif name not in known:
            usable = [*(other for other in known if other not in TENSORFLOW), *_ours(what)]
            raise value.problem(f"there is no {what} '{name}'.{did_you_mean(name, usable)}")


def _refuse_tensorflow(name: str, value: Part) -> None:
    short = name.rpartition(".")[2]
    if short in TENSORFLOW and (name == short or name.startswith("rasa.")):
        raise value.problem(f"'{name}' needs TensorFlow, which Deskhand runs without. {TENSORFLOW[short]}")


def _ours(what: str) -> tuple[str, ...]:
    return (CLASSIFIER,) if what == "component" else (POLICY, ESCALATION)


@cache
def rasas_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The components and the policies that Rasa knows by a short name: those that its list imports. Read from its
    source, since importing them takes a second."""
    spec = importlib.util.find_spec("rasa.engine.recipes")
    folder = spec.submodule_search_locations if spec else None
    if not folder:
        return (), ()
    source = (Path(folder[0]) / "default_components.py").read_text(encoding="utf-8")
    imported = [
        alias.name
        for statement in ast.parse(source).body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    ]
    policies = tuple(name for name in imported if name.endswith("Policy"))
    return tuple(name for name in imported if name not in policies), policies

"""The Rasa policy that learns dialogues from stories. Thin: the model is in `dialogue_model`."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.core.constants import DEFAULT_MAX_HISTORY, DEFAULT_POLICY_PRIORITY, POLICY_MAX_HISTORY, POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.features import Features
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from deskhand.nlu.fingerprint import source_digest
from deskhand.policies.dialogue_model import (
    DialogueModel,
    PolicyParameters,
    Turn,
    action_probabilities,
    train_dialogue_model,
)
from deskhand.policies.errors import PolicyError

logger = logging.getLogger(__name__)

TENSORS_FILE = "dialogue_model.safetensors"
DESCRIPTION_FILE = "dialogue_model.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class TransformerPolicy(Policy):  # type: ignore[misc]
    """Predicts the next action from the last `max_history` turns. Settings: those of `PolicyParameters`."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every setting with its default."""
        return {
            **asdict(PolicyParameters()),
            POLICY_PRIORITY: DEFAULT_POLICY_PRIORITY,
            POLICY_MAX_HISTORY: DEFAULT_MAX_HISTORY,
            "featurizer": None,
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Training is repeated when our code changes."""
        return source_digest(Path(__file__).parent)

    def __init__(self, config: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        unknown = set(config) - set(self.get_default_config()) - {"finetuning_epoch_fraction"}
        if unknown:
            raise InvalidConfigException(
                f"TransformerPolicy has no setting {', '.join(sorted(map(repr, unknown)))} (config.yml)."
            )
        super().__init__({**self.get_default_config(), **config}, *args, **kwargs)
        self._model: DialogueModel | None = None

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learns from stories; rules are not for it. Without stories it stays silent."""
        trackers = SupportedData.trackers_for_supported_data(self.supported_data(), training_trackers)
        features, labels, _ = self._featurize_for_training(trackers, domain, precomputations=None)
        dialogues = [[_turn(state) for state in states] for states in features]
        if not dialogues:
            logger.warning("TransformerPolicy has no stories to learn from, and will predict nothing.")
            return self._resource
        actions = [int(label) for label in np.asarray(labels)[:, -1]]
        parameters = self._parameters()
        self._model = train_dialogue_model(dialogues, actions, domain.num_actions, parameters)
        self._persist(domain)
        return self._resource

    def _parameters(self) -> PolicyParameters:
        return PolicyParameters(**{field.name: self.config[field.name] for field in fields(PolicyParameters)})

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """A probability for every action, summing to 1."""
        if self._model is None:
            return self._prediction(self._default_predictions(domain))
        [states] = self._featurize_for_prediction(tracker, domain, precomputations=None, rule_only_data=rule_only_data)
        return self._prediction(action_probabilities(self._model, [_turn(state) for state in states]))

    def _persist(self, domain: Domain) -> None:
        assert self._model is not None
        with self._model_storage.write_to(self._resource) as folder:
            self.featurizer.persist(folder)
            save_file(self._model.state_dict(), folder / TENSORS_FILE)
            description = {
                "sizes": self._model.sizes,
                "actions": domain.num_actions,
                "max_turns": self._model.max_turns,
                "parameters": asdict(self._parameters()),
            }
            (folder / DESCRIPTION_FILE).write_text(json.dumps(description, indent=1), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TransformerPolicy:
        """The trained policy; a silent one if there was nothing to learn. Raises `PolicyError` when what was
        stored cannot be read."""
        policy: TransformerPolicy = super().load(config, model_storage, resource, execution_context, **kwargs)
        try:
            with model_storage.read_from(resource) as folder:
                policy._model = _load_model(folder)
        except ValueError as exc:
            logger.debug("Nothing stored for %s: %s", resource.name, exc)
        return policy


def _load_model(folder: Path) -> DialogueModel:
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        parameters = PolicyParameters(**description["parameters"])
        model = DialogueModel(description["sizes"], description["actions"], description["max_turns"], parameters)
        model.load_state_dict(load_file(folder / TENSORS_FILE))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as exc:
        raise PolicyError(f"The trained policy in {folder} cannot be read ({exc}): run `rasa train`.") from exc
    return model.eval()


def _turn(state: dict[str, list[Features]]) -> Turn:
    return {attribute: np.concatenate([_dense(item) for item in items]) for attribute, items in state.items() if items}


def _dense(features: Features) -> NDArray[np.float32]:
    rows: NDArray[np.float32] = features.features.toarray() if features.is_sparse() else features.features
    summed: NDArray[np.float32] = rows.astype(np.float32).sum(axis=0)
    return summed

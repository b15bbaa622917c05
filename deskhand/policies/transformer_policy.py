"""The Rasa policy that learns dialogues from stories. Thin: the model is in `dialogue_model`."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rasa.core.constants import DEFAULT_MAX_HISTORY, DEFAULT_POLICY_PRIORITY, POLICY_MAX_HISTORY, POLICY_PRIORITY
from rasa.core.featurizers.tracker_featurizers import MaxHistoryTrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from deskhand.nlu.fingerprint import source_digest
from deskhand.policies.dialogue_features import Examples, examples_of, features_of
from deskhand.policies.dialogue_model import DialogueModel, PolicyParameters, action_probabilities
from deskhand.policies.dialogue_training import train_dialogue_model
from deskhand.policies.errors import PolicyError
from deskhand.policies.outranked import is_outranked

logger = logging.getLogger(__name__)

TENSORS_FILE = "dialogue_model.safetensors"
DESCRIPTION_FILE = "dialogue_model.json"
FINETUNING_FRACTION = "finetuning_epoch_fraction"
"""Rasa adds it to the settings for `rasa train --finetune`."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class TransformerPolicy(Policy):  # type: ignore[misc]
    """Predicts the next action from the last `max_history` turns. Settings: those of `PolicyParameters`.

    As with TED, an intent, entity or slot value that is in no story says nothing; an action that is in no story is
    hardly ever predicted. Stories told in texts instead of intents and actions (end-to-end) are not learned.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every setting with its default."""
        return {
            **asdict(PolicyParameters()),
            POLICY_PRIORITY: DEFAULT_POLICY_PRIORITY,
            POLICY_MAX_HISTORY: DEFAULT_MAX_HISTORY,
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Training is repeated when our code changes."""
        return source_digest(Path(__file__).parent)

    def __init__(self, config: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        unknown = set(config) - set(self.get_default_config()) - {FINETUNING_FRACTION}
        if unknown:
            raise InvalidConfigException(
                f"TransformerPolicy has no setting {', '.join(sorted(map(repr, unknown)))} (config.yml). "
                f"It has: {', '.join(self.get_default_config())}."
            )
        super().__init__({**self.get_default_config(), **config}, *args, **kwargs)
        _check(self._parameters())
        self._model: DialogueModel | None = None

    def _standard_featurizer(self) -> MaxHistoryTrackerFeaturizer:
        """Only cuts dialogues to the latest turns: features have names here, and no numbers."""
        return MaxHistoryTrackerFeaturizer(None, self.config[POLICY_MAX_HISTORY])

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learns from stories; rules are not for it. Without stories it stays silent.

        With --finetune it goes on from the model before, which must have been trained with these parameters.
        """
        trackers = SupportedData.trackers_for_supported_data(self.supported_data(), training_trackers)
        examples = examples_of(trackers, domain, self.config[POLICY_MAX_HISTORY])
        _say_what_was_left_out(examples)
        if not examples.actions:
            logger.warning("TransformerPolicy has no stories to learn from, and will predict nothing.")
            return self._resource
        self._model = train_dialogue_model(
            examples,
            domain.num_actions,
            self._parameters(),
            known=self._model if self.finetune_mode else None,
            fraction=self.config.get(FINETUNING_FRACTION, 1.0),
        )
        self._persist(self._model, domain)
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
        """A probability for every action, summing to 1; or 0 for each when a rule is sure."""
        if self._model is None or is_outranked(self, tracker):
            return self._prediction(self._default_predictions(domain))
        states = self._prediction_states(tracker, domain, rule_only_data=rule_only_data)
        return self._prediction(action_probabilities(self._model, [features_of(state) for state in states]))

    def _persist(self, model: DialogueModel, domain: Domain) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            save_file(model.state_dict(), folder / TENSORS_FILE)
            description = {
                "features": model.features,
                "actions": domain.num_actions,
                "max_turns": model.max_turns,
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


def _check(parameters: PolicyParameters) -> None:
    """Raises `InvalidConfigException` for values that cannot be."""
    if parameters.hidden_size % parameters.heads:
        raise InvalidConfigException(
            f"TransformerPolicy: hidden_size {parameters.hidden_size} must be a multiple of heads, "
            f"which is {parameters.heads} (config.yml)."
        )
    if min(parameters.layers, parameters.batch_size, parameters.embedding_size) < 1 or parameters.epochs < 0:
        raise InvalidConfigException(
            "TransformerPolicy: layers, batch_size and embedding_size must be at least 1, epochs at least 0, "
            "where 0 leaves the number to the policy (config.yml)."
        )


def _say_what_was_left_out(examples: Examples) -> None:
    if examples.left_out:
        logger.warning(
            "TransformerPolicy learns from intents and actions only: it leaves out %d steps of stories that follow a "
            "`user:` text without an intent, or a `bot:` text. Give these steps an intent or an action.",
            examples.left_out,
        )


def _load_model(folder: Path) -> DialogueModel:
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        parameters = PolicyParameters(**description["parameters"])
        model = DialogueModel(description["features"], description["actions"], description["max_turns"], parameters)
        model.load_state_dict(load_file(folder / TENSORS_FILE))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as exc:
        raise PolicyError(f"The trained policy in {folder} cannot be read ({exc}): run `rasa train`.") from exc
    return model.eval()

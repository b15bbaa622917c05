"""A small domain, and an ensemble of policies as Rasa runs it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.training import load_data as load_trackers
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.importers.importer import TrainingDataImporter

torch.set_num_threads(1)

CONTEXT = ExecutionContext(GraphSchema({}))

DOMAIN_FILE = """
version: "3.1"
intents: [greet, thank, goodbye, order_status, request_human, inform, ask_question, dispute_charge, dont_know]
entities: [product]
slots:
  order_number: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  handoff_reason: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  member: {type: bool, influence_conversation: true, mappings: [{type: custom}]}
forms:
  order_status_form: {required_slots: [order_number]}
actions: [action_handoff, action_order_status, action_answer]
responses:
  utter_greet: [{text: Hello}]
  utter_welcome: [{text: You are welcome}]
  utter_goodbye: [{text: Bye}]
  utter_member: [{text: Thanks for being a member}]
  utter_ask_order_number: [{text: Which order?}]
"""
DOMAIN = Domain.from_yaml(DOMAIN_FILE)

RULES = """
version: "3.1"
rules:
  - rule: start the form
    steps:
      - intent: order_status
      - action: order_status_form
      - active_loop: order_status_form
  - rule: finish the form
    condition:
      - active_loop: order_status_form
    steps:
      - action: order_status_form
      - active_loop: null
      - slot_was_set:
          - requested_slot: null
      - action: action_order_status
  - rule: answer
    steps:
      - intent: ask_question
      - action: action_answer
"""

STORIES = """
version: "3.1"
stories:
  - story: members are thanked for it
    steps:
      - intent: greet
      - action: utter_greet
      - intent: thank
      - slot_was_set:
          - member: true
      - action: utter_member
  - story: others are welcome
    steps:
      - intent: greet
      - action: utter_greet
      - intent: thank
      - action: utter_welcome
  - story: a short one
    steps:
      - intent: thank
      - action: utter_welcome
      - intent: goodbye
      - action: utter_goodbye
"""


@dataclass
class Ensemble:
    """Policies, and the way Rasa chooses between them."""

    policies: list[Policy]

    def predict(self, events: Iterable[Event]) -> tuple[str, PolicyPrediction]:
        """The next action, and the prediction that won."""
        tracker = DialogueStateTracker.from_events("someone", list(events), DOMAIN.slots, domain=DOMAIN)
        predictions = [policy.predict_action_probabilities(tracker, DOMAIN) for policy in self.policies]
        best = DefaultPolicyPredictionEnsemble().combine_predictions(predictions, tracker, DOMAIN)
        return DOMAIN.action_names_or_texts[best.max_confidence_index], best


def training_trackers(folder: Path, data: str) -> list[DialogueStateTracker]:
    """The trackers that Rasa would train with."""
    file = folder / "data.yml"
    file.write_text(data)
    domain = folder / "domain.yml"
    domain.write_text(DOMAIN_FILE)
    importer = TrainingDataImporter.load_from_dict({}, None, str(domain), [str(file)])
    return load_trackers(importer, DOMAIN)


def create(policy: type[Policy], folder: Path, **config: object) -> Policy:
    """An untrained policy with its own storage in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {**policy.get_default_config(), **config}
    return policy.create(settings, LocalModelStorage(folder), Resource(policy.__name__), CONTEXT)


@pytest.fixture(scope="session")
def rule_policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    folder = tmp_path_factory.mktemp("rules")
    policy = create(RulePolicy, folder / "model")
    policy.train(training_trackers(folder, RULES), DOMAIN)
    return policy

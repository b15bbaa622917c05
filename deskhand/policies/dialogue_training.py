"""How the model of dialogues learns: by the similarity of each dialogue to the action that follows it, against its
similarities to all others. (Papers on large spaces of answers draw some negatives; a domain's actions are few enough
to take all.)
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from deskhand.encoders.threads import one_thread
from deskhand.policies.dialogue_features import Examples, feature_names
from deskhand.policies.dialogue_model import Batch, DialogueModel, PolicyParameters

STEPS = 300
"""How many batches are learned from, unless epochs are set."""
LEAST_EPOCHS = 2
WARM_UP = 0.2
SMOOTHING = 0.05
"""The share of certainty that is spread over all actions. Dialogues unlike any story get less sure predictions: with
it the log loss on held-out stories falls by a fifth, at the same accuracy."""


def train_dialogue_model(
    examples: Examples,
    action_count: int,
    parameters: PolicyParameters,
    *,
    known: DialogueModel | None = None,
    fraction: float = 1.0,
) -> DialogueModel:
    """Learns which of `action_count` actions follows each dialogue. At least one example is needed. The same input
    gives the same model.

    `known` is a model to start from, with the same actions and parameters; `fraction` says how much of the training
    to do when `parameters` leave the number of epochs open.
    """
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(parameters.random_seed)
        model = _model_for(examples, action_count, parameters, known)
        per_epoch = -(-len(examples.actions) // parameters.batch_size)
        epochs = parameters.epochs or max(LEAST_EPOCHS, math.ceil(STEPS * fraction / per_epoch))
        _fit(model, examples, parameters, epochs)
    return model.eval()


def _model_for(
    examples: Examples, action_count: int, parameters: PolicyParameters, known: DialogueModel | None
) -> DialogueModel:
    names = feature_names(examples.turns)
    longest = max(map(len, examples.dialogues))
    if known is None:
        return DialogueModel(names, action_count, longest, parameters)
    added = sorted(set(names) - set(known.features))
    model = DialogueModel([*known.features, *added], action_count, max(longest, known.max_turns), parameters)
    with torch.no_grad():
        for name, weights in model.state_dict().items():
            learned = known.state_dict()[name]
            # Only features and positions can have become more; what is new comes after what is known.
            weights[tuple(slice(size) for size in learned.shape)] = learned
    return model


def _fit(model: DialogueModel, examples: Examples, parameters: PolicyParameters, epochs: int) -> None:
    rows, values = model.encode(examples.turns)
    dialogues, gold = _padded(examples), torch.tensor(examples.actions)
    steps = epochs * -(-len(gold) // parameters.batch_size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=parameters.learning_rate, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, parameters.learning_rate, total_steps=steps, pct_start=WARM_UP
    )
    model.train()
    with tqdm(total=steps, desc="Learning dialogues", unit="batch", leave=False) as progress:
        for _ in range(epochs):
            for chosen in torch.split(torch.randperm(len(gold)), parameters.batch_size):
                places = dialogues[chosen]
                similarities = model(Batch(rows[places], values[places], places > 0))
                loss = functional.cross_entropy(similarities, gold[chosen], label_smoothing=SMOOTHING)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                progress.update()
            progress.set_postfix(loss=f"{loss.item():.3f}", right=f"{_right(similarities, gold[chosen]):.0%}")


def _padded(examples: Examples) -> Tensor:
    """The places of turns, from 1 on, padded with 0 at the left."""
    longest = max(map(len, examples.dialogues))
    padded = [[0] * (longest - len(places)) + [1 + place for place in places] for places in examples.dialogues]
    return torch.tensor(padded)


def _right(similarities: Tensor, gold: Tensor) -> float:
    return float((similarities.argmax(dim=-1) == gold).float().mean())

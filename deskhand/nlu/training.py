"""Fine-tuning of the joint model: once with some messages held out, to calibrate on these, then anew with all.

Going on from the first with what was held out would be quicker, but comes out nearly a point less accurate where there
are ten examples an intent: what was learned for certain leaves little to learn from the rest.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from deskhand.encoders.encoder import SubwordTokenizer, load_encoder
from deskhand.encoders.weights import DEFAULT_WEIGHTS, Weights, find_weights
from deskhand.nlu.calibration import Calibration, calibrate, expected_calibration_error
from deskhand.nlu.joint_model import (
    COSINE_SCALE,
    Batch,
    Example,
    Featurized,
    JointModel,
    encode,
    featurize,
    pretrained_vectors,
)
from deskhand.nlu.minimising import minimise
from deskhand.nlu.mood import ToneLoss, Tones, number_of
from deskhand.nlu.mood import fit as fit_tones
from deskhand.nlu.tags import TagScheme

logger = logging.getLogger(__name__)

NO_INTENT = -1
TONE_LEARNING_RATE = 2e-2
LINEAR_C = 30.0
"""The inverse strength of the linear classifier's penalty, as scikit-learn counts it."""
ENOUGH_STEPS = 280
"""So many batches are enough for a large data set; a small one is seen `MOST_EPOCHS` times."""
MOST_EPOCHS = 8
FEWEST_EPOCHS = 3


@dataclass(frozen=True)
class Hyperparameters:
    """What a designer may change in `config.yml`, under the same names."""

    weights: str = DEFAULT_WEIGHTS
    epochs: int = 0
    """0: as many as the amount of data asks for."""
    batch_size: int = 32
    learning_rate: float = 4e-4
    tag_learning_rate: float = 2e-3
    frozen_layers: int = 3
    dropout: float = 0.1
    max_tokens: int = 128
    holdout: float = 0.2
    """The share of messages kept aside to calibrate on. 0 leaves confidences as the head gives them."""
    refuse: float = 0.02
    """The share of rightly understood messages that `nlu_fallback` may cost. See `calibration.calibrate`."""
    random_seed: int = 42


@dataclass(frozen=True)
class TrainedModel:
    """All that is needed to understand messages."""

    model: JointModel
    tokenizer: SubwordTokenizer
    calibration: Calibration
    weights: Weights
    hyperparameters: Hyperparameters


def train(examples: Sequence[Example], parameters: Hyperparameters) -> TrainedModel:
    """Trains on examples, of which at least one has an intent or an entity. The same examples, parameters
    and machine give the same model.

    Raises `WeightsError` when the encoder cannot be loaded.
    """
    weights = find_weights(parameters.weights)
    tokenizer = SubwordTokenizer(weights.folder, parameters.max_tokens)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(parameters.random_seed)
        model = _new_model(examples, weights, parameters)
        kept, held = holdout_split(
            [_intent_number(model, example) for example in examples], parameters.holdout, parameters.random_seed
        )
        names = [Example(name_in_words(intent), intent=intent) for intent in model.intents]
        examples = [*examples, *names]
        kept += range(len(examples) - len(names), len(examples))
        data = _Data.of(model, featurize(examples, tokenizer, model), examples)
        calibration = Calibration()
        epochs = epochs_for(len(examples), parameters)
        if held:
            untrained = {name: tensor.clone() for name, tensor in model.state_dict().items()}
            fewer = max(1, epochs * 5 // 6)
            _fit(model, data.part(kept), fewer, parameters, "Learning, to calibrate")
            calibration = _calibrated(model, data.part(held), parameters)
            model.load_state_dict(untrained)
        vectors = _fit(model, data, epochs, parameters, "Learning")
        fit_tones(model.tone_head, vectors, data.pretrained, data.moods, data.in_vain)
    return TrainedModel(model.eval(), tokenizer, calibration, weights, parameters)


@dataclass(frozen=True)
class _Data:
    """N examples as they are learned from."""

    features: list[Featurized]
    gold: Tensor
    """[N] the numbers of their intents."""
    pretrained: Tensor
    """[N, …] their `pretrained_vectors`."""
    hidden_size: int

    @classmethod
    def of(cls, model: JointModel, features: list[Featurized], examples: Sequence[Example]) -> _Data:
        gold = torch.tensor([_intent_number(model, example) for example in examples])
        pretrained = _vectors(model, partial(pretrained_vectors, model), features)
        return cls(features, gold, pretrained, model.encoder.hidden_size)

    @property
    def untrained(self) -> Tensor:
        """[N, hidden] the sentences' vectors before training, which are the end of `pretrained`."""
        return functional.normalize(self.pretrained[:, -self.hidden_size :], dim=-1)

    @property
    def moods(self) -> Tensor:
        return torch.tensor([row.mood for row in self.features])

    @property
    def in_vain(self) -> Tensor:
        return torch.tensor([row.in_vain for row in self.features])

    def part(self, rows: Sequence[int]) -> _Data:
        """Those with these numbers."""
        places = list(rows)
        return replace(
            self,
            features=[self.features[at] for at in rows],
            gold=self.gold[places],
            pretrained=self.pretrained[places],
        )


def _new_model(examples: Sequence[Example], weights: Weights, parameters: Hyperparameters) -> JointModel:
    intents = sorted({example.intent for example in examples if example.intent})
    scheme = TagScheme(span.label for example in examples for span in example.entities)
    encoder = load_encoder(weights.folder, parameters.frozen_layers, parameters.dropout)
    tones = Tones.of(
        (number_of(example.mood, example.intent) for example in examples), (example.in_vain for example in examples)
    )
    return JointModel(encoder, intents, scheme, tones)


def name_in_words(intent: str) -> str:
    """`refund_not_showing_up` → "refund not showing up", `PlayMusic` → "play music": a name is one more
    example, written by the person who knows best what the intent means."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", intent)
    return re.sub(r"[\W_]+", " ", apart).strip().lower() or intent


def _intent_number(model: JointModel, example: Example) -> int:
    return model.intents.index(example.intent) if example.intent else NO_INTENT


@torch.no_grad()
def _calibrated(model: JointModel, held: _Data, parameters: Hyperparameters) -> Calibration:
    assert model.intent_head is not None
    scores = model.intent_head(sentence_vectors(model, held.features), held.pretrained)
    calibration = calibrate(scores, held.gold, parameters.refuse)
    probabilities = calibration.probabilities(scores)
    logger.info(
        "On %d messages held out of training: %.1f %% of intents right, calibration error %.3f, "
        "nlu_fallback below a prominence of %.2f.",
        len(held.gold),
        100 * float((probabilities.argmax(1) == held.gold).float().mean()),
        expected_calibration_error(probabilities, held.gold),
        calibration.least_prominence,
    )
    return calibration


def holdout_split(gold: Sequence[int], share: float, seed: int) -> tuple[list[int], list[int]]:
    """(kept, held out) indices. Of every intent the same share is held out, and at least two examples kept;
    examples without an intent are all kept."""
    by_intent: dict[int, list[int]] = defaultdict(list)
    for index, intent in enumerate(gold):
        by_intent[intent].append(index)
    generator = torch.Generator().manual_seed(seed)
    held: set[int] = set()
    for intent, indices in sorted(by_intent.items()):
        count = min(round(len(indices) * share), len(indices) - 2)
        if intent != NO_INTENT and count > 0:
            order = torch.randperm(len(indices), generator=generator)[:count]
            held.update(indices[int(place)] for place in order)
    return [index for index in range(len(gold)) if index not in held], sorted(held)


def epochs_for(examples: int, parameters: Hyperparameters) -> int:
    """How often to go through the data."""
    if parameters.epochs > 0:
        return parameters.epochs
    steps_per_epoch = max(1, examples // parameters.batch_size)
    return max(FEWEST_EPOCHS, min(MOST_EPOCHS, round(ENOUGH_STEPS / steps_per_epoch)))


def _fit(model: JointModel, data: _Data, epochs: int, parameters: Hyperparameters, title: str) -> Tensor:
    """The examples' vectors, [N, hidden], by the encoder as it is now."""
    features, gold = data.features, data.gold
    _start_at_class_means(model, data.untrained, gold)
    steps = epochs * -(-len(features) // parameters.batch_size)
    optimizer = _optimizer(model, parameters)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    tone = ToneLoss(data.moods, data.in_vain)
    model.train()
    with tqdm(total=steps, desc=title, unit="batch", leave=False, mininterval=1.0) as progress:
        for _ in range(epochs):
            for rows in _batches(features, parameters.batch_size):
                loss = _loss(model, Batch.of([features[i] for i in rows]), gold[rows], tone)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
                nn.utils.clip_grad_norm_(trained, 1.0)
                optimizer.step()
                schedule.step()
                progress.update()
                progress.set_postfix(loss=f"{loss.item():.2f}", refresh=False)
    vectors = sentence_vectors(model, features)
    _add_class_means(model, vectors, gold)
    _fit_linear(model, data.pretrained, gold)
    return vectors


def _optimizer(model: JointModel, parameters: Hyperparameters) -> torch.optim.Optimizer:
    # Prototypes begin where they belong, at the means of their examples. At the rate of the tags, which begin at
    # random, they would leave it within an epoch.
    rates = {"tag_head": parameters.tag_learning_rate, "tone_head": TONE_LEARNING_RATE}
    of_rate: dict[float, list[nn.Parameter]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            of_rate[rates.get(name.split(".")[0], parameters.learning_rate)].append(parameter)
    groups = [{"params": of_this, "lr": rate} for rate, of_this in of_rate.items()]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def _rate(step: int, steps: int) -> float:
    warm_up = max(1, steps // 10)
    return min((step + 1) / warm_up, max(0.0, (steps - step) / max(1, steps - warm_up)))


def _batches(features: list[Featurized], size: int) -> Iterator[list[int]]:
    """Random batches of messages of similar length, so that little time goes into padding."""
    lengths = torch.tensor([float(len(row.states)) for row in features])
    order = (lengths + 6 * torch.rand(len(features))).argsort().tolist()
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    for number in torch.randperm(len(batches)).tolist():
        yield batches[number]


def _loss(model: JointModel, batch: Batch, gold: Tensor, tone: ToneLoss) -> Tensor:
    hidden, sentences = encode(model.encoder, batch)
    loss = hidden.sum() * 0.0
    known = gold != NO_INTENT
    if model.intent_head is not None and bool(known.any()):
        logits = COSINE_SCALE * model.intent_head.cosines(sentences[known])
        loss = loss + functional.cross_entropy(logits, gold[known])
    worded = batch.word_mask.any(dim=1)
    if model.tag_head is not None and bool(worded.any()):
        scores = model.tag_head(hidden, batch.word_of_subword, batch.shapes)
        loss = loss + model.tag_head.crf.loss(scores[worded], batch.tags[worded], batch.word_mask[worded])
    return loss + tone(model.tone_head(sentences), batch.moods, batch.in_vain)


@torch.no_grad()
def _vectors(
    model: JointModel, of_batch: Callable[[Batch], Tensor], features: Sequence[Featurized], batch_size: int = 64
) -> Tensor:
    """[N, size]: what `of_batch` gives of N messages, batch after batch."""
    was_training = model.training
    model.eval()
    order = sorted(range(len(features)), key=lambda index: len(features[index].states))
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    found = torch.cat([of_batch(Batch.of([features[i] for i in rows])) for rows in batches])
    model.train(was_training)
    return found[torch.tensor(order).argsort()]


def sentence_vectors(model: JointModel, features: Sequence[Featurized]) -> Tensor:
    """Unit vectors [N, hidden] of N messages, by the encoder that is trained."""
    return _vectors(model, lambda batch: encode(model.encoder, batch)[1], features)


def _start_at_class_means(model: JointModel, vectors: Tensor, gold: Tensor) -> None:
    with torch.no_grad():
        for prototype, mean in _class_means(model, vectors, gold):
            prototype.copy_(mean)


def _add_class_means(model: JointModel, vectors: Tensor, gold: Tensor) -> None:
    """A prototype ends half-way between what was learned, which tells intents apart, and the mean of its examples,
    which depends less on single ones."""
    with torch.no_grad():
        for prototype, mean in _class_means(model, vectors, gold):
            prototype.copy_(functional.normalize(prototype, dim=0) + mean)


def _class_means(model: JointModel, vectors: Tensor, gold: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """(prototype, unit mean of its examples' vectors) of each intent that has examples."""
    if model.intent_head is None:
        return
    for number in range(len(model.intents)):
        of_intent = vectors[gold == number]
        if len(of_intent):
            yield model.intent_head.prototypes[number], functional.normalize(of_intent.mean(0), dim=0)


def _fit_linear(model: JointModel, pretrained: Tensor, gold: Tensor) -> None:
    """Multinomial logistic regression over the pre-trained encoder's vectors, [N, …]."""
    if model.intent_head is None:
        return
    known = gold != NO_INTENT
    vectors, labels = pretrained[known], gold[known]
    linear = model.intent_head.linear
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)

    def loss_of() -> Tensor:
        penalty = linear.weight.square().sum() / (2 * LINEAR_C * len(labels))
        return functional.cross_entropy(linear(vectors), labels) + penalty

    minimise(loss_of, linear.parameters(), most_rounds=100)

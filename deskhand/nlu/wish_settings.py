"""What of a message's wishes is configured, learned from the data, and told to Rasa."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.shared.exceptions import InvalidConfigException

from deskhand.conversation.escalation import GOES_TO_A_PERSON
from deskhand.encoders.threads import one_thread
from deskhand.nlu.errors import ModelFilesError
from deskhand.nlu.joint_model import Example
from deskhand.nlu.mood import MOODY
from deskhand.nlu.training import TrainedModel
from deskhand.nlu.understanding import Understanding, understand_intents
from deskhand.nlu.wishes import Named, Reading, Terms, Wish, clauses, find_wishes, least_confidence, spoken

logger = logging.getLogger(__name__)

WISHES = "wishes"
ONE_AT_A_TIME = "one_at_a_time"
DEFAULTS: Mapping[str, Any] = {WISHES: [], ONE_AT_A_TIME: {}}
LIMIT_FILE = "wishes.json"
FALSE_SHARE = 0.003
"""The share of training messages with one wish that may be taken for several."""


def terms_of(config: Mapping[str, Any]) -> Terms:
    """The settings `wishes` and `one_at_a_time`. Raises `InvalidConfigException` when they have another shape."""
    wishes, one_at_a_time = config[WISHES], config[ONE_AT_A_TIME]
    if not _are_names(wishes):
        raise InvalidConfigException(f"TransformerClassifier: {WISHES} must be a list of intents (config.yml).")
    if not isinstance(one_at_a_time, dict) or not all(map(_are_names, one_at_a_time.values())):
        raise InvalidConfigException(
            f"TransformerClassifier: {ONE_AT_A_TIME} must give a list of intents for each entity (config.yml)."
        )
    intents = frozenset(wishes)
    return Terms(intents, GOES_TO_A_PERSON & intents, {name: frozenset(of) for name, of in one_at_a_time.items()})


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def learn_limit(trained: TrainedModel, examples: Sequence[Example], terms: Terms) -> Terms:
    """The terms with the confidence that a clause needs, chosen on the training messages.

    Of those that have one wish. They were learned from as a whole, but not the clauses that they are cut into.
    """
    examples = [example for example in examples if has_one_wish(example)]
    if not terms.intents:
        return terms
    for name in sorted(terms.intents - set(trained.model.intents)):
        logger.warning("TransformerClassifier: %r in `%s` is no intent of the training data.", name, WISHES)
    cut = [(example.text, clauses(example.text, [(s.start, s.end) for s in example.entities])) for example in examples]
    cut = [(text, parts) for text, parts in cut if len(parts) > 1]
    texts = [spoken(text, part) for text, parts in cut for part in parts]
    readings = iter([reading_of(found) for found in understand_intents(trained, texts)])
    singles = [(text, parts, [next(readings) for _ in parts]) for text, parts in cut]
    limit = least_confidence(singles, len(examples), terms, FALSE_SHARE)
    logger.info("A clause is a wish of its own from a confidence of %.2f on.", limit)
    return replace(terms, least_confidence=limit)


def has_one_wish(example: Example) -> bool:
    """Whether that is certain. What says how somebody feels, complains or is grave tells a story, in which a clause may
    well be another wish."""
    return example.mood is None and not example.in_vain and example.intent not in MOODY


def save_limit(terms: Terms, folder: Path) -> None:
    """Writes what was learned into an existing folder."""
    (folder / LIMIT_FILE).write_text(json.dumps({"least_confidence": terms.least_confidence}), encoding="utf-8")


def load_limit(terms: Terms, folder: Path) -> Terms:
    """The terms with what `save_limit` wrote. Raises `ModelFilesError`."""
    try:
        stored = json.loads((folder / LIMIT_FILE).read_text(encoding="utf-8"))
        return replace(terms, least_confidence=float(stored["least_confidence"]))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ModelFilesError(f"The trained model in {folder} cannot be read ({exc}): run `rasa train`.") from exc


def reading_of(found: Understanding) -> Reading:
    """The best intent, if it is to be acted on."""
    intent, confidence = found.ranking[0] if found.ranking else (None, 0.0)
    return Reading(intent if found.understood else None, confidence)


def wishes_in(trained: TrainedModel, text: str, found: Understanding, terms: Terms) -> list[Wish]:
    """The wishes of a message that was understood as `found`; none when there are fewer than two."""
    if not terms.intents:
        return []
    named = [Named(entity.start, entity.end, entity.label.entity) for entity in found.entities]
    return find_wishes(text, reading_of(found), named, lambda texts: _read(trained, texts), terms)


def _read(trained: TrainedModel, texts: Sequence[str]) -> list[Reading]:
    with one_thread():
        return [reading_of(found) for found in understand_intents(trained, texts)]


def as_output(wishes: Sequence[Wish], text: str) -> list[dict[str, Any]]:
    """How the result of a parse tells the wishes."""
    return [
        {
            "intent": wish.intent,
            "confidence": wish.confidence,
            "text": text[wish.start : wish.end],
            "start": wish.start,
            "end": wish.end,
        }
        for wish in wishes
    ]


def led_by(wish: Wish, found: Understanding) -> Understanding:
    """What the message was understood as, with the intent of the wish that is served first at the top."""
    others = tuple((intent, share) for intent, share in found.ranking if intent != wish.intent)
    return replace(found, ranking=((wish.intent, wish.confidence), *others), understood=True)

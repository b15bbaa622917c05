"""What was learned is kept for all processes."""

from __future__ import annotations

import numpy as np
from safetensors.numpy import save

from deskhand.store.answer_model import AnswerModel, AnswerModels
from deskhand.store.knowledge_tables import answer_models


def model(bias: float) -> AnswerModel:
    places = np.array([3, 0], dtype=np.int64)
    weights = np.arange(6, dtype=np.float32).reshape(2, 3)
    return AnswerModel(places, places - 1, places - 1, weights, np.array([bias, 0], dtype=np.float32), weights[0])


async def test_a_model_comes_back_as_it_was_put(db) -> None:
    models = AnswerModels(db)
    await models.put("one", "abc", model(0.5))

    found = await models.get("one")

    assert found is not None
    assert np.array_equal(found.weights, model(0.5).weights)
    assert found.biases.tolist() == [0.5, 0.0]
    assert found.passage_ids.tolist() == [3, 0]
    assert await models.digest("one") == "abc"


async def test_a_later_model_takes_the_place_of_all_others(db) -> None:
    models = AnswerModels(db)
    await models.put("one", "abc", model(0.5))
    await models.put("two", "def", None)

    assert await models.digest("one") is None
    assert await models.get("one") is None
    assert await models.digest("two") == "def"
    assert await models.get("two") is None


async def test_an_outdated_model_serves_on_until_the_next(db) -> None:
    models = AnswerModels(db)
    await models.put("one", "abc", model(0.5))
    await models.outdate()

    assert await models.digest("one") == ""
    assert await models.get("one") is not None


async def test_a_model_that_another_version_learned_is_none_until_the_next_sync(db) -> None:
    models = AnswerModels(db)
    await models.put("one", "abc", model(0.5))
    async with db.begin() as connection:
        await connection.execute(answer_models.update().values(tensors=save({"weights": model(0.5).weights})))

    assert await models.get("one") is None

"""What was learned from the asked questions, kept in the database for all processes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from safetensors.numpy import load, save
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from deskhand.store.database import Database
from deskhand.store.knowledge_tables import answer_models

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class AnswerModel:
    """A linear map from a question's vector, and the vector of its words, to C places of answers."""

    passage_ids: NDArray[np.int64]
    """[C]; 0 for "no article answers": once for each article that such questions come near to, and for the others."""
    first_sentences: NDArray[np.int64]
    last_sentences: NDArray[np.int64]
    """[C] each: the place in the passage's sentences and steps; -1 for the whole passage."""
    weights: NDArray[np.float32]
    """[C, size of both vectors]"""
    biases: NDArray[np.float32]
    """[C]"""
    rarity: NDArray[np.float32]
    """Of the encoder's words, by number; empty where only the question's vector counts."""


class AnswerModels:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def digest(self, embedder: str) -> str | None:
        """Of what the stored model was learned from; empty where that has changed since, None where there is none."""
        async with self._db.begin() as connection:
            query = select(answer_models.c.digest).where(answer_models.c.embedder == embedder)
            return (await connection.execute(query)).scalar_one_or_none()

    async def get(self, embedder: str) -> AnswerModel | None:
        async with self._db.begin() as connection:
            query = select(answer_models.c.tensors).where(answer_models.c.embedder == embedder)
            tensors = (await connection.execute(query)).scalar_one_or_none()
        found = load(bytes(tensors)) if tensors is not None else {}
        # Another version may have learned another model: the next sync learns this one.
        return AnswerModel(**found) if found.keys() == AnswerModel.__dataclass_fields__.keys() else None

    async def outdate(self) -> None:
        """What they were learned from is about to change: until it is learned from anew, they serve on."""
        async with self._db.begin() as connection:
            await connection.execute(answer_models.update().values(digest=""))

    async def put(self, embedder: str, digest: str, model: AnswerModel | None) -> None:
        """In place of all others. None: there is nothing to learn from."""
        tensors = None if model is None else save(asdict(model))
        values = {"digest": digest, "tensors": tensors}
        statement = upsert(answer_models).values(embedder=embedder, **values)
        async with self._db.begin() as connection:
            await connection.execute(answer_models.delete().where(answer_models.c.embedder != embedder))
            await connection.execute(statement.on_conflict_do_update(index_elements=["embedder"], set_=values))

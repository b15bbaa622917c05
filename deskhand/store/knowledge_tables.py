"""The tables of the articles that are answered from, cut into passages with what they are found by."""

from __future__ import annotations

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from deskhand.store.tables import SCHEMA, metadata

DIMENSION = 384
"""Of the vectors of passages, sentences and questions."""

articles = Table(
    "articles",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The file's path below the folder of articles, with slashes.
    Column("source", Text, nullable=False, unique=True),
    # Of everything that the rows were made from: the same digest means nothing to do.
    Column("digest", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("audience", Text, nullable=False),
    # The first and the last day; 0001-01-01 and null for an article that has always held and has no end.
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("languages", ARRAY(Text), nullable=False),
    Column("synced_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("audience IN ('customer', 'internal')", name="audience"),
    CheckConstraint("valid_until >= valid_from", name="validity"),
    schema=SCHEMA,
)

passages = Table(
    "passages",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("article_id", ForeignKey(articles.c.id, ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("headings", ARRAY(Text), nullable=False),
    Column("sentences", ARRAY(Text), nullable=False),
    Column("steps", ARRAY(Text), nullable=False),
    Column("notice", ARRAY(Text), nullable=False),
    # The title weighs A, the headings B, the text D.
    Column("words", TSVECTOR, nullable=False),
    # Of length 1.
    Column("embedding", VECTOR(DIMENSION), nullable=False),
    # float16, one row of `DIMENSION` for each sentence and then for each step, each of length 1.
    Column("sentence_vectors", LargeBinary, nullable=False),
    # The name of the embedder that the vectors came from.
    Column("embedder", Text, nullable=False),
    UniqueConstraint("article_id", "position"),
    Index(None, "words", postgresql_using="gin"),
    Index(None, "embedding", postgresql_using="hnsw", postgresql_ops={"embedding": "vector_cosine_ops"}),
    schema=SCHEMA,
)

asked_questions = Table(
    "asked_questions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    # The file it stands in: its path below the folder of articles, with slashes.
    Column("source", Text, nullable=False),
    # Of the question, its answer, the article's content and what comes near: the same digest means nothing to do.
    Column("digest", Text, nullable=False),
    Column("text", Text, nullable=False),
    # The source of the article that answers it, be it there or not; null where none does.
    Column("article", Text, index=True),
    # Null where the article, or the answer in it, is not there: nobody is answered by it then.
    Column("passage_id", ForeignKey(passages.c.id, ondelete="CASCADE"), index=True),
    # What answers of the passage's sentences and then steps, from 0; null for all of it.
    Column("first_sentence", Integer),
    Column("last_sentence", Integer),
    Column("unanswered", Boolean, nullable=False),
    # The source of the article that comes near to it, where none answers.
    Column("near", Text),
    # Of length 1.
    Column("embedding", VECTOR(DIMENSION), nullable=False),
    Column("embedder", Text, nullable=False),
    CheckConstraint("unanswered = (article IS NULL) AND NOT (unanswered AND passage_id IS NOT NULL)", name="answer"),
    CheckConstraint("first_sentence <= last_sentence", name="sentences"),
    # One for each kind: whoever looks for the nearest of one kind needn't pass over the others.
    Index(
        "ix_asked_questions_embedding",
        "embedding",
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "vector_cosine_ops"},
        postgresql_where=text("NOT unanswered"),
    ),
    Index(
        "ix_asked_questions_unanswered_embedding",
        "embedding",
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "vector_cosine_ops"},
        postgresql_where=text("unanswered"),
    ),
    schema=SCHEMA,
)

answer_models = Table(
    "answer_models",
    metadata,
    Column("embedder", Text, primary_key=True),
    # Of what it was learned from; empty while that is being changed.
    Column("digest", Text, nullable=False),
    # In the safetensors format; null where there was too little to learn from.
    Column("tensors", LargeBinary),
    schema=SCHEMA,
)

"""The statements that passages are read with."""

from __future__ import annotations

CUSTOMER = "customer"

# Where filters leave too few of the nearest passages, the index is searched further.
SEARCH_ON = "SET LOCAL hnsw.iterative_scan = relaxed_order"
_HOLDS = """
    a.audience = %(audience)s AND p.embedder = %(embedder)s AND %(language)s = ANY (a.languages)
    AND a.valid_from <= %(day)s AND (a.valid_until IS NULL OR a.valid_until >= %(day)s)
"""
_JOINED = "deskhand.passages p JOIN deskhand.articles a ON a.id = p.article_id"
# How much a word counts in the text, unused, in a heading, in the title.
_FIELDS = "'{0.5, 0.5, 0.8, 1.0}'"
_RANK = f"ts_rank({_FIELDS}, p.words, u.query)"
_WEIGHED = "unnest(%(selecting)s::tsquery[], %(weights)s::real[]) u (query, weight)"
# Learning is what a sync ends with.
_LATEST = """
SELECT p.last_value + q.last_value + (SELECT coalesce(sum(hashtext(digest)), 0) FROM deskhand.answer_models)
FROM deskhand.passages_id_seq p, deskhand.asked_questions_id_seq q
"""

_ASKED_JOINED = f"deskhand.asked_questions q JOIN ({_JOINED}) ON p.id = q.passage_id"
_OF_ASKED = "q.id, q.text, q.passage_id, q.first_sentence, q.last_sentence, q.embedding"

DICTIONARIES = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}

SEARCH = f"""
WITH first AS (
    SELECT p.id FROM {_JOINED} WHERE {_HOLDS} ORDER BY p.embedding <=> %(first)s::vector LIMIT %(near)s
), second AS (
    SELECT p.id FROM {_JOINED} WHERE %(second)s::vector IS NOT NULL AND {_HOLDS}
    ORDER BY p.embedding <=> %(second)s::vector LIMIT %(near)s
), wordy AS (
    SELECT p.id FROM {_JOINED} WHERE p.words @@ %(any_selecting)s::tsquery AND {_HOLDS}
    ORDER BY (SELECT sum(u.weight * {_RANK}) FROM {_WEIGHED}) DESC LIMIT %(wordy)s
), asked_first AS (
    SELECT {_OF_ASKED} FROM {_ASKED_JOINED} WHERE NOT q.unanswered AND q.embedder = %(embedder)s AND {_HOLDS}
    ORDER BY q.embedding <=> %(first)s::vector LIMIT %(asked)s
), asked_second AS (
    SELECT {_OF_ASKED} FROM {_ASKED_JOINED}
    WHERE %(second)s::vector IS NOT NULL AND NOT q.unanswered AND q.embedder = %(embedder)s AND {_HOLDS}
    ORDER BY q.embedding <=> %(second)s::vector LIMIT %(asked)s
), asked AS (
    SELECT * FROM asked_first UNION ALL SELECT * FROM asked_second s WHERE s.id NOT IN (SELECT id FROM asked_first)
), unanswered_first AS (
    SELECT q.id, q.text, q.embedding FROM deskhand.asked_questions q WHERE q.unanswered AND q.embedder = %(embedder)s
    ORDER BY q.embedding <=> %(first)s::vector LIMIT %(asked)s
), unanswered_second AS (
    SELECT q.id, q.text, q.embedding FROM deskhand.asked_questions q
    WHERE %(second)s::vector IS NOT NULL AND q.unanswered AND q.embedder = %(embedder)s
    ORDER BY q.embedding <=> %(second)s::vector LIMIT %(asked)s
), unanswered AS (
    SELECT * FROM unanswered_first
    UNION ALL SELECT * FROM unanswered_second s WHERE s.id NOT IN (SELECT id FROM unanswered_first)
), chosen AS (
    SELECT id FROM first UNION SELECT id FROM second UNION SELECT id FROM wordy UNION SELECT passage_id FROM asked
    UNION SELECT p.id FROM {_JOINED} WHERE p.id = ANY (%(also)s::bigint[]) AND {_HOLDS}
)
SELECT
    p.id, p.article_id, p.position, p.headings, p.sentences, p.steps, p.notice, p.sentence_vectors,
    vector_send(p.embedding) AS vector, a.source, a.title, a.url, a.valid_from, latest.edition,
    ARRAY(SELECT {_RANK} FROM unnest(%(words)s::tsquery[]) WITH ORDINALITY u (query, place) ORDER BY place) AS ranks,
    ARRAY(SELECT q.text FROM asked q WHERE q.passage_id = p.id ORDER BY q.id) AS asked_texts,
    ARRAY(SELECT vector_send(q.embedding) FROM asked q WHERE q.passage_id = p.id ORDER BY q.id) AS asked_vectors,
    ARRAY(SELECT q.first_sentence FROM asked q WHERE q.passage_id = p.id ORDER BY q.id) AS asked_first,
    ARRAY(SELECT q.last_sentence FROM asked q WHERE q.passage_id = p.id ORDER BY q.id) AS asked_last,
    EXISTS (
        SELECT FROM deskhand.asked_questions q
        WHERE q.article = a.source AND q.passage_id IS NOT NULL AND q.embedder = %(embedder)s
    ) AS has_asked
FROM ({_LATEST}) AS latest (edition)
LEFT JOIN (chosen JOIN deskhand.passages p USING (id) JOIN deskhand.articles a ON a.id = p.article_id) ON true
UNION ALL
SELECT
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, vector_send(q.embedding), q.text, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL
FROM unanswered q
"""  # noqa: S608  # put together of constants only

TOTAL = f"""
SELECT count(*) AS passages, vector_send(avg(p.embedding)) AS mean, ({_LATEST}) AS edition
FROM {_JOINED} WHERE a.audience = %(audience)s AND p.embedder = %(embedder)s
"""  # noqa: S608  # likewise
# ts_stat takes its query as a text.
WORDS = f"""
SELECT word, ndoc FROM ts_stat($$ SELECT p.words FROM {_JOINED} WHERE a.audience = '{CUSTOMER}' $$)
"""  # noqa: S608  # likewise
# The words that only one language's articles have, where there are several languages. A variety ("en-GB") is none.
WORDS_BY_LANGUAGE = f"""
WITH languages AS (
    SELECT DISTINCT l.language FROM deskhand.articles a, unnest(a.languages) l (language)
    WHERE a.audience = '{CUSTOMER}' AND l.language NOT LIKE '%%-%%'
), words AS (
    SELECT l.language, w.word FROM languages l, ts_stat(
        format(
            $$ SELECT p.words FROM {_JOINED} WHERE a.audience = '{CUSTOMER}' AND %%L = ANY (a.languages) $$, l.language
        )
    ) w WHERE (SELECT count(*) FROM languages) > 1
), own AS (
    SELECT word, min(language) AS language FROM words GROUP BY word HAVING count(*) = 1
)
SELECT language, array_agg(word) AS words FROM own GROUP BY language
"""  # noqa: S608  # likewise
COMMON_WORDS = """
SELECT w.word, (
    SELECT array_agg(l.language) FROM unnest(%(languages)s::text[], %(dictionaries)s::text[]) l (language, dictionary)
    JOIN pg_ts_dict d ON d.dictname = l.dictionary WHERE ts_lexize(d.oid::regdictionary, w.word) = '{}'
) AS languages FROM unnest(%(words)s::text[]) w (word)
"""

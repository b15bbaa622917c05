"""The doctor reads what Rasa reads, and knows the line."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from deskhand.nlu.doctor.errors import TrainingDataError
from deskhand.nlu.doctor.findings import Kind
from deskhand.nlu.doctor.reading import read
from tests.nlu.doctor.conftest import Write

FERNWAY = Path(__file__).parents[3] / "data" / "nlu"

EVERY_FORM = """\
    version: "3.1"
    nlu:
    # a comment
    - intent: greet
      examples: |

        - hi

        - hello [Jo](name)
    - synonym: Jo
      examples: |
        - joanna
    - regex: number
      examples: |
        - \\d+
    - lookup: city
      examples: |
        - York
    - intent: order_status
      examples:
      - text: |
          where is my [tent]{"entity": "product", "value": "T1", "role": "ordered", "group": "1"}
        metadata:
          sentiment: neutral
      - text: any news
    - intent: goodbye
      examples: "- bye\\n- see you"
    """


def test_the_line_of_an_example_is_where_it_stands(write: Write) -> None:
    file = write(EVERY_FORM)
    lines = file.read_text(encoding="utf-8").splitlines()
    found = read(file).sentences
    assert [sentence.text for sentence in found] == [
        "hi",
        "hello Jo",
        "where is my tent",
        "any news",
        "bye",
        "see you",
    ]
    for sentence in found:
        assert sentence.source in lines[sentence.place.line - 1].replace("\\n", " ") or "- bye" in sentence.source


def test_annotations_come_with_role_group_and_value(write: Write) -> None:
    [annotation] = read(write(EVERY_FORM)).sentences[2].annotations
    assert (annotation.text, annotation.entity, annotation.value) == ("tent", "product", "T1")
    assert (annotation.role, annotation.group) == ("ordered", "1")


@pytest.mark.parametrize("file", sorted(FERNWAY.glob("*.yml")), ids=lambda file: file.stem)
def test_it_agrees_with_rasa_on_every_example(file: Path) -> None:
    theirs = RasaYAMLReader().read(str(file)).training_examples
    try:
        ours = read(file).sentences
    except TrainingDataError:
        ours = ()  # only synonyms
    assert [(each.text, each.intent) for each in ours] == [(each.get("text"), each.get("intent")) for each in theirs]
    assert [[(a.start, a.end, a.entity, a.value) for a in each.annotations] for each in ours] == [
        [(a["start"], a["end"], a["entity"], a["value"]) for a in each.get("entities", [])] for each in theirs
    ]


@pytest.mark.parametrize("file", sorted(FERNWAY.glob("*.yml")), ids=lambda file: file.stem)
def test_every_line_of_the_real_data_is_right(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    try:
        sentences = read(file).sentences
    except TrainingDataError:
        sentences = ()
    assert [each for each in sentences if lines[each.place.line - 1].strip() != f"- {each.source}"] == []


def test_a_line_that_rasa_leaves_out_is_reported(write: Write) -> None:
    file = write("nlu:\n- intent: greet\n  examples: |\n    - hi\n    hello\n    -\n")
    found = read(file).findings
    assert [(each.kind, each.quotes[0].place.line) for each in found] == [
        (Kind.NOT_AN_EXAMPLE, 5),
        (Kind.NOT_AN_EXAMPLE, 6),
    ]


@pytest.mark.parametrize(
    "example", ['a [tent]{"entity": product}', "a [tent] (product)", "a [](product)", "a [tent]()"]
)
def test_a_broken_annotation_is_reported(write: Write, example: str) -> None:
    found = read(write(greet=["hi", example])).findings
    assert [(each.kind, each.quotes[0].place.line) for each in found] == [(Kind.BROKEN_ANNOTATION, 6)]


def test_brackets_of_other_kinds_are_text(write: Write) -> None:
    assert read(write(greet=["hi (again)", "hi [sic]", "{hi}"])).findings == ()


def test_broken_yaml_is_one_sentence_with_file_and_line(write: Write) -> None:
    file = write("nlu:\n- intent: a\n  examples: |\n    - x\n   - y\n")
    with pytest.raises(TrainingDataError, match=r"nlu\.yml, line 5: this is not valid YAML"):
        read(file)


def test_a_folder_without_examples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="no example of any intent"):
        read(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="there is no such file or folder"):
        read(tmp_path / "nowhere")

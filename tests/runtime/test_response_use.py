"""A response that only actions say is in use."""

from pathlib import Path

from deskhand.runtime.adaptations.response_use import responses_in_code


def test_names_in_code_are_in_use(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('turn.say("utter_done")\nturn.say(f"utter_return_{status}")\n', "utf-8")
    spoken = responses_in_code(tmp_path)
    assert spoken.fullmatch("utter_done")
    assert spoken.fullmatch("utter_return_received")
    assert not spoken.fullmatch("utter_done_twice")


def test_no_code_says_nothing(tmp_path: Path) -> None:
    assert not responses_in_code(tmp_path).fullmatch("utter_done")

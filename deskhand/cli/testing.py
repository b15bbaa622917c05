"""`deskhand test`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run_tests(
    nlu: Annotated[bool, typer.Option(help="The held-out utterances, against the thresholds.")] = True,
    stories: Annotated[bool, typer.Option(help="The story tests; every prediction must be right.")] = True,
) -> None:
    """Test the newest model: `rasa test nlu` on tests/nlu and `rasa test core` on tests/stories.

    The thresholds are in pyproject.toml under [tool.deskhand.thresholds]; the reports are in results/.
    """
    from deskhand.runtime import model_tests, wish_tests

    project = Path.cwd()
    if nlu:
        for line in [*model_tests.check_nlu(project), *wish_tests.check_wishes(project)]:
            print(line)
    if stories:
        for line in model_tests.check_stories(project):
            print(line)

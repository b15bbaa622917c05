"""What a person reads: each result as it comes, each failure in full, and a summary."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from deskhand.e2e.conversation import Failure, Result
from deskhand.e2e.seen import Turn, shown

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def one_line(result: Result) -> str:
    state = "passed" if result.passed else "FAILED"
    return f"{state}  {result.case.file.name}::{result.case.name} ({result.seconds:.1f} s)"


def transcript(result: Result) -> str:
    return printable("\n".join(shown(result.turns)))


def failure_report(result: Result) -> str:
    """Everything that helps to see what went wrong."""
    lines = [f"── {result.case.file}::{result.case.name}", ""]
    if result.turns:
        lines += [*shown(result.turns), ""]
    if result.failure:
        lines += _failed_step(result, result.failure)
    if result.error:
        lines.append(f"  The test could not be carried out: {result.error}")
    if result.turns and result.turns[-1].said:
        lines += ["", *(f"  {line}" for line in facts(result.turns[-1]))]
    if result.conversation_id:
        lines.append(f"  conversation {result.conversation_id}")
    return printable("\n".join(lines))


def _failed_step(result: Result, failure: Failure) -> list[str]:
    step, mismatch = failure.step, failure.mismatch
    lines = [f"  {result.case.file}:{step.line}: `{step.kind}` is not as expected"]
    lines += [f"    {line}" for line in diff(mismatch.expected, mismatch.got)]
    if mismatch.note:
        lines.append(f"    {mismatch.note}")
    return lines


def diff(expected: str, got: str) -> Iterator[str]:
    """`- expected`, `+ got`, line by line; where two lines are nearly the same, `?` points at the difference."""
    yield "- expected   + got"
    for line in difflib.ndiff(expected.splitlines() or [""], got.splitlines() or [""]):
        yield line.rstrip("\n")


def facts(turn: Turn) -> Iterator[str]:
    """What Rasa made of the customer's last message."""
    if turn.understood:
        intent, confidence = turn.understood
        entities = f", entities {', '.join(turn.entities)}" if turn.entities else ""
        yield f"understood   {intent} ({confidence:.2f}){entities}"
    if turn.executed:
        yield f"did          {', '.join(turn.executed)}"
    if turn.uttered:
        yield f"said         {', '.join(turn.uttered)}"
    changed = {name: value for name, value in turn.slot_events.items() if value is not None}
    if changed:
        yield f"slots set    {', '.join(f'{name}={value}' for name, value in changed.items())}"
    yield f"form         {turn.form or 'none'}"


def summary(results: Sequence[Result], seconds: float) -> str:
    """The closing line."""
    failed = sum(not result.passed for result in results)
    turns = sum(len(result.turns) for result in results)
    return f"{turns} turns in {seconds:.0f} s\n{len(results) - failed} passed, {failed} failed"


def printable(text: str) -> str:
    """Without the control characters that tests send on purpose."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)

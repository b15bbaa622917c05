"""Results as JUnit XML, the format that CI systems show."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

from deskhand.e2e.conversation import Result
from deskhand.e2e.reporting import failure_report, transcript

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(results: Sequence[Result], seconds: float, file: Path) -> None:
    """Writes one suite for each test file."""
    root = ElementTree.Element("testsuites", {"name": "deskhand e2e"} | _counts(results, seconds))
    for path in dict.fromkeys(result.case.file for result in results):
        own = [result for result in results if result.case.file == path]
        suite = ElementTree.SubElement(
            root, "testsuite", {"name": str(path)} | _counts(own, sum(r.seconds for r in own))
        )
        for result in own:
            _add_case(suite, result)
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _counts(results: Sequence[Result], seconds: float) -> dict[str, str]:
    return {
        "tests": str(len(results)),
        "failures": str(sum(result.failure is not None for result in results)),
        "errors": str(sum(result.error is not None for result in results)),
        "skipped": "0",
        "time": f"{seconds:.3f}",
    }


def _add_case(suite: ElementTree.Element, result: Result) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_clean(str(result.case.file.with_suffix("")).replace("/", ".")),
        name=_clean(result.case.name),
        file=str(result.case.file),
        line=str(result.case.line),
        time=f"{result.seconds:.3f}",
    )
    if result.failure:
        message = f"line {result.failure.step.line}: {result.failure.step.kind} is not as expected"
        ElementTree.SubElement(case, "failure", message=message).text = _clean(failure_report(result))
    elif result.error:
        ElementTree.SubElement(case, "error", message=_clean(result.error)).text = _clean(failure_report(result))
    else:
        ElementTree.SubElement(case, "system-out").text = _clean(transcript(result))


def _clean(text: str) -> str:
    """XML 1.0 has no way to write most control characters."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)

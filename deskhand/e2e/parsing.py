"""Reading test files. Whatever is wrong in one is said with its line and with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from deskhand.e2e.cases import Case, Step
from deskhand.e2e.errors import BadTestFile, NoSuchTest
from deskhand.e2e.step_values import STEPS, WrongValue, assertion_steps, closest

TOP = ("fixtures", "metadata", "test_cases")
CASE = ("test_case", "fixtures", "metadata", "steps")
METADATA = ("customer", "customers", "uses", "about")


def read_selected(selections: Sequence[str]) -> list[Case]:
    """The cases that paths such as `tests/e2e`, `file.yml` and `file.yml::part of a name` select.

    Raises `BadTestFile`, `NoSuchTest`.
    """
    cases: dict[str, Case] = {}
    for selection in selections:
        path, _, wanted = selection.partition("::")
        found = [case for file in _files(Path(path)) for case in read_file(file)]
        named = [case for case in found if case.name == wanted] or [case for case in found if wanted in case.name]
        if not named:
            similar = closest(wanted, [case.name for case in found])
            raise NoSuchTest(f"No test in {path} has {wanted!r} in its name.{similar}")
        cases |= {case.id: case for case in named}
    return list(cases.values())


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = sorted([*path.rglob("*.yml"), *path.rglob("*.yaml")]) if path.is_dir() else []
    if not files:
        problem = "There is no test file (*.yml) in" if path.is_dir() else "There is no file or folder"
        raise NoSuchTest(f"{problem} {path}.")
    return files


def read_file(file: Path) -> list[Case]:
    """The cases of one file. Raises `BadTestFile`."""
    return _Reader(file).cases()


class _Reader:
    def __init__(self, file: Path) -> None:
        self._file = file

    def cases(self) -> list[Case]:
        content = self._load()
        self._check_keys(content, TOP, "a test file")
        fixtures, metadata = self._named(content, "fixtures"), self._named(content, "metadata")
        listed = content.get("test_cases")
        if not isinstance(listed, CommentedSeq) or not listed:
            self._wrong(1, "there are no `test_cases`", "list at least one under `test_cases:`")
        cases = [self._case(one, line, fixtures, metadata) for one, line in _items(listed)]
        seen: dict[str, int] = {}
        for case in cases:
            if case.name in seen:
                self._wrong(case.line, f"two test cases are called {case.name!r}", "give one another name")
            seen[case.name] = case.line
        return cases

    def _load(self) -> CommentedMap:
        try:
            content = YAML(typ="rt").load(self._file.read_text(encoding="utf-8"))
        except MarkedYAMLError as exc:
            line = exc.problem_mark.line + 1 if exc.problem_mark else 1
            self._wrong(line, f"it is not YAML: {exc.problem}", "texts with : # { or ' in them need double quotes")
        except (YAMLError, UnicodeDecodeError, OSError) as exc:
            self._wrong(1, f"it cannot be read ({type(exc).__name__})", "save it as YAML in UTF-8")
        if not isinstance(content, CommentedMap):
            self._wrong(1, "it holds no mapping", "begin with `test_cases:`")
        return content

    def _named(self, content: CommentedMap, key: str) -> dict[str, Any]:
        """Rasa's way to name things: a list of mappings with one name each."""
        named: dict[str, Any] = {}
        for one, line in _items(content.get(key) or []):
            if not isinstance(one, CommentedMap) or len(one) != 1:
                self._wrong(line, f"an entry of `{key}` has no single name", f"write `- name: …` under `{key}:`")
            name, value = next(iter(one.items()))
            parts = value if isinstance(value, CommentedSeq) else [value]
            if not all(isinstance(part, CommentedMap) for part in parts):
                self._wrong(line, f"`{name}` in `{key}` holds no names with values", "write `- name: value` below it")
            named[str(name)] = {str(k): _plain(v) for part in parts for k, v in part.items()}
        return named

    def _case(self, one: Any, line: int, fixtures: dict[str, Any], metadata: dict[str, Any]) -> Case:
        if not isinstance(one, CommentedMap) or "test_case" not in one:
            self._wrong(line, "a test case has no name", "begin it with `- test_case: its name`")
        self._check_keys(one, CASE, "a test case")
        slots: dict[str, Any] = {}
        for name, at in _items(one.get("fixtures") or []):
            slots |= self._known(str(name), fixtures, "fixture", at)
        told = self._metadata(one, metadata, line)
        steps = one.get("steps")
        if not isinstance(steps, CommentedSeq) or not steps:
            self._wrong(line, f"{one['test_case']!r} has no `steps`", "list what the customer says: `- user: …`")
        return Case(
            name=str(one["test_case"]),
            file=self._file,
            line=line,
            steps=tuple(step for item, at in _items(steps) for step in self._steps(item, at)),
            customers=tuple(_texts(told.get("customers")) or _texts(told.get("customer"))),
            uses=tuple(_texts(told.get("uses"))),
            slots=slots,
        )

    def _metadata(self, one: CommentedMap, metadata: dict[str, Any], line: int) -> Mapping[str, Any]:
        value = one.get("metadata")
        if value is None:
            return {}
        at = _line_of(one, "metadata")
        if isinstance(value, str):
            return dict(self._known(value, metadata, "metadata", at))
        if not isinstance(value, CommentedMap):
            self._wrong(at, "`metadata` is neither a name nor a mapping", "write `metadata: {customer: an@email}`")
        self._check_keys(value, METADATA, "metadata")
        return {str(key): _plain(each) for key, each in value.items()}

    def _known(self, name: str, among: dict[str, Any], what: str, line: int) -> Any:
        if name not in among:
            self._wrong(line, f"there is no {what} {name!r} in this file", f"add it at the top.{closest(name, among)}")
        return among[name]

    def _steps(self, item: Any, line: int) -> Iterator[Step]:
        if not isinstance(item, CommentedMap) or not item:
            self._wrong(line, "a step is not a mapping", "write it as `- user: …` or `- bot: …`")
        assertions = item.get("assertions")
        # Rasa Pro lets a step name metadata and fixtures of its own; the web chat has nowhere to put them.
        rest = {key: value for key, value in item.items() if key not in ("assertions", "metadata", "fixtures")}
        if len(rest) != 1:
            keys = ", ".join(f"`{key}`" for key in rest) or "nothing"
            self._wrong(line, f"a step says {keys}", "give it exactly one of the words in docs/e2e.md")
        yield self._step(*next(iter(rest.items())), line)
        for one, at in _items(assertions or []):
            if not isinstance(one, CommentedMap) or len(one) != 1:
                self._wrong(at, "an assertion is not a mapping with one name", "write `- action_executed: …`")
            name, value = next(iter(one.items()))
            try:
                for kind, simple in assertion_steps(str(name), _plain(value)):
                    yield self._step(kind, simple, at)
            except WrongValue as wrong:
                self._wrong(at, *wrong.args)

    def _step(self, kind: Any, value: Any, line: int) -> Step:
        if kind not in STEPS:
            self._wrong(line, f"there is no step `{kind}`", f"see docs/e2e.md.{closest(str(kind), STEPS)}")
        try:
            return Step(str(kind), STEPS[kind](_plain(value)), line)
        except WrongValue as wrong:
            self._wrong(line, f"`{kind}`: {wrong.args[0]}", wrong.args[1])

    def _check_keys(self, mapping: CommentedMap, known: Sequence[str], what: str) -> None:
        for key in mapping:
            if key not in known:
                hint = closest(str(key), known) or f" It knows {', '.join(known)}."
                self._wrong(_line_of(mapping, key), f"{what} has no `{key}`", f"remove or rename it.{hint}")

    def _wrong(self, line: int, problem: str, to_do: str) -> NoReturn:
        end = "" if to_do.endswith((".", "?")) else "."
        raise BadTestFile(f"{self._file}, line {line}: {problem}. To do: {to_do}{end}")


def _items(listed: Any) -> Iterator[tuple[Any, int]]:
    """The entries of a list with their lines; a single value counts as a list of one."""
    if not isinstance(listed, CommentedSeq):
        for one in listed if isinstance(listed, list) else [listed]:
            yield one, 1
        return
    for place, one in enumerate(listed):
        yield one, int(listed.lc.item(place)[0]) + 1


def _line_of(mapping: CommentedMap, key: Any) -> int:
    return int(mapping.lc.key(key)[0]) + 1


def _plain(value: Any) -> Any:
    """Without what the YAML reader remembers of lines and quotes."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return value


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]

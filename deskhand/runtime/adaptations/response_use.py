"""`rasa data validate` calls a response unused when no story or rule utters it, even when an action or a form does.

Most of ours are spoken by actions. Those are left out of the warning, so that the ones it still names are dead.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from deskhand.runtime.import_hooks import when_imported

_UNUSED = re.compile(r"The utterance '(utter_\w+)' is not used in any story or rule")


def apply() -> None:
    """Let the validator know what actions and forms say."""
    when_imported("rasa.validator", _count_what_actions_say)


def _count_what_actions_say(module: Any) -> None:
    upstream_verify = module.Validator.verify_utterances_in_stories

    def verify(validator: Any, ignore_warnings: bool = True) -> bool:
        spoken = responses_in_code(Path("actions"))
        io = module.rasa.shared.utils.io
        upstream_warn = io.raise_warning

        def warn(message: str, *args: Any, **kwargs: Any) -> None:
            unused = _UNUSED.match(message)
            if not unused or not (
                spoken.fullmatch(unused.group(1)) or _asks_for_slot(unused.group(1), validator.domain)
            ):
                upstream_warn(message, *args, **kwargs)

        io.raise_warning = warn
        try:
            return bool(upstream_verify(validator, ignore_warnings))
        finally:
            io.raise_warning = upstream_warn

    module.Validator.verify_utterances_in_stories = verify


def responses_in_code(folder: Path) -> re.Pattern[str]:
    """Matches the names of responses in the Python files of a folder. One that ends in "_" is the beginning of a
    name that is put together: `f"utter_return_{status}"`."""
    names = {name for file in folder.rglob("*.py") for name in re.findall(r"\butter_\w+", file.read_text("utf-8"))}
    return re.compile("|".join(f"{name}\\w*" if name.endswith("_") else name for name in sorted(names)) or "(?!)")


def _asks_for_slot(response: str, domain: Any) -> bool:
    slots = {slot.name for slot in domain.slots}
    asked = response.removeprefix("utter_ask_")
    return asked != response and any(asked == slot or asked.endswith(f"_{slot}") for slot in slots)

"""endpoints.yml: the services that the assistant works with."""

from __future__ import annotations

from pathlib import Path

from deskhand.runtime.checks.documents import Part, read
from deskhand.runtime.checks.problems import did_you_mean
from deskhand.runtime.checks.python_names import problem_with

# Section → what it is called in an error, and the types that Rasa knows by name.
TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "tracker_store": ("tracker store", ("in_memory", "sql", "redis", "mongod", "dynamo")),
    "event_broker": ("event broker", ("pika", "sql", "file", "kafka")),
    "lock_store": ("lock store", ("in_memory", "redis")),
    "nlg": ("response server", ("callback", "response")),
}

# Sections that are web addresses. They have no type.
SERVERS: dict[str, str] = {
    "action_endpoint": "action server",
    "models": "model server",
    "nlu": "NLU server",
}

OTHERS = ("tracing",)  # rasa-sdk's

SERVER_OPTIONS = (
    *("url", "params", "headers", "basic_auth", "token", "token_name", "cafile"),
    *("wait_time_between_pulls", "model_timeout"),
)


def check_endpoints(file: Path) -> None:
    """Raises `ConfigurationError` for the first section, type or option that Rasa would ignore or trip over."""
    document = read(file)
    if document is None:
        return
    for section, line, value in document.entries():
        if section in TYPES:
            _check_type(section, value)
        elif section in SERVERS:
            _check_server(section, line, value)
        elif section not in OTHERS:
            known = (*TYPES, *SERVERS, *OTHERS)
            raise document.problem(f"there is no section '{section}'.{did_you_mean(section, known)}", line)


def _check_type(section: str, value: Part) -> None:
    what, known = TYPES[section]
    for key, line, _ in value.entries():
        # Everything else is an option of the type; only this one decides what is made of it.
        if key not in ("type", "store_type") and key.lower().strip("_") in ("typ", "types", "tpye", "tyep"):
            raise value.problem(f"there is no option '{key}'. Did you mean 'type'?", line)
    chosen = value.get("type") or value.get("store_type")
    name = chosen.text if chosen else None
    if chosen is None or name is None:
        return
    if "." in name:
        wrong = problem_with(name)
        if wrong:
            raise chosen.problem(f"the {what} '{name}' cannot be found: {wrong}")
    elif (name if section == "lock_store" else name.lower()) not in known:
        raise chosen.problem(f"there is no {what} of the type '{name}'.{did_you_mean(name, known)}")


def _check_server(section: str, line: int, value: Part) -> None:
    what = SERVERS[section]
    for key, key_line, _ in value.entries():
        if key == "type":
            raise value.problem(f"the {what} has no 'type'. It is reached at its 'url'.", key_line)
        if key not in SERVER_OPTIONS:
            known = did_you_mean(key, SERVER_OPTIONS)
            raise value.problem(f"the {what} has no option '{key}'.{known}", key_line)
    url = value.get("url")
    address = url.text if url else None
    if url is None or address is None:
        raise value.problem(f"the {what} has no 'url'.", line)
    if not address.startswith(("http://", "https://", "${")):
        raise url.problem(f"the {what}'s 'url' must begin with http:// or https://, and is '{address}'.")

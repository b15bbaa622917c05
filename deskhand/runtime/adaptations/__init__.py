"""What real Rasa 3.6.21 needs to run on a current Python with current libraries and without TensorFlow.

One module an adaptation. Each says what upstream does and why that needs changing, has an `apply()` that changes
it (most of them only once the module in question is imported), and has a test in `tests/runtime` that fails when
upstream no longer needs it.
"""

from __future__ import annotations

from importlib import import_module

from deskhand.runtime import tensorflow_placeholder

_NAMES = (
    "action_answers",
    "action_server",
    "button_payloads",
    "checked_start",
    "dask_graphs",
    "data_folders",
    "default_config",
    "domain_digests",
    "empty_reports",
    "entity_extractors",
    "event_types",
    "filled_texts",
    "kept_connections",
    "log_copies",
    "log_locals",
    "model_routes",
    "numpy_names",
    "outranked",
    "packaging_versions",
    "pkg_resources_names",
    "quiet_warnings",
    "replays",
    "response_use",
    "sanic_processes",
    "sanic_servers",
    "scikit_learn",
    "settings_in_yaml",
    "spacy_loads",
    "sqlalchemy_stores",
    "telemetry",
    "tracker_store_failures",
)
ADAPTATIONS = tuple(import_module(f"{__name__}.{name}") for name in _NAMES)


def apply(without: str | None = None) -> None:
    """Apply all adaptations. Called once, when Rasa is about to be imported.

    `without` names one that is left out: the tests find out with it whether it is still needed.
    """
    for adaptation in (tensorflow_placeholder, *ADAPTATIONS):
        if adaptation.__name__.rpartition(".")[2] != without:
            adaptation.apply()

"""rasa-sdk's action server lets anybody in and repeats the customer's data in its errors: see
`deskhand.runtime.action_server`. Here that protection is put where rasa-sdk makes its app, so that plain
`rasa run actions` has it too. It also listens on loopback instead of on all interfaces, unless SANIC_HOST says
otherwise, and its gRPC variant, which has no protection, does not start.
"""

from __future__ import annotations

import os
from typing import Any, NoReturn

from deskhand.errors import DeskhandError
from deskhand.runtime.import_hooks import when_imported


class Unprotected(DeskhandError):
    """A server was asked for that would let anybody in."""


def apply() -> None:
    """Protect the apps that rasa-sdk makes."""
    when_imported("rasa_sdk.endpoint", _protect)
    when_imported("rasa_sdk.grpc_server", _refuse_grpc)


def _protect(endpoint: Any) -> None:
    upstream_create = endpoint.create_app

    def create_app(action_executor: Any, *args: Any, **kwargs: Any) -> Any:
        from deskhand.runtime.action_server import CarefulExecutor, protected

        os.environ.setdefault("SANIC_HOST", "127.0.0.1")
        return protected(upstream_create(CarefulExecutor(action_executor), *args, **kwargs))

    endpoint.create_app = create_app


def _refuse_grpc(grpc_server: Any) -> None:
    async def run_grpc(*args: Any, **kwargs: Any) -> NoReturn:
        raise Unprotected("The action server over gRPC would let anybody in. Run it without --grpc.")

    grpc_server.run_grpc = run_grpc

"""The process that customers and channels reach: messages in and messages out, and nothing that computes.

    python -m deskhand.channels.server [--credentials credentials.yml] [--interface 127.0.0.1] [--port 5005]

A channel wants its webhook acknowledged at once, and a page wants its stream served, also while every assistant's
process is busy understanding somebody. So `deskhand up` has this process listen on the public port and send, and
`rasa run` behind it take turns from the queue. Any number of both work on one database; see decision 0016.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, register
from rasa.shared.utils.common import class_from_module_path
from rasa.shared.utils.io import read_config_file
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.delivery.serving import the_delivery
from deskhand.channels.kinds import all_store_first
from deskhand.settings import SettingsError, get_settings


def make_app(credentials: Path) -> Sanic[Any, Any]:
    """Raises `SettingsError` for a channel that needs Rasa in its webhook, or is not configured as it must be."""
    configured = read_config_file(credentials)
    if not all_store_first(configured or ()):
        raise SettingsError(
            f"{credentials} names channels that are not Deskhand's. Those answer within the webhook, which "
            "needs the model: serve them with `rasa run`, which receives as well."
        )
    the_delivery().leave_turns_to_others()
    channels: list[InputChannel] = [
        class_from_module_path(name).from_credentials(options) for name, options in configured.items()
    ]
    app: Sanic[Any, Any] = Sanic("deskhand_channels", configure_logging=False)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.add_route(_hello, "/", name="hello")
    register(channels, app, route="/webhooks/")
    return app


async def _hello(_request: Request) -> HTTPResponse:
    return response.text("Deskhand's channels are here.\n")


def main() -> None:
    settings = get_settings()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--credentials", type=Path, default=Path("credentials.yml"))
    parser.add_argument("--interface", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.port)
    given = parser.parse_args()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)-8s %(name)s  - %(message)s")
    app = make_app(given.credentials)
    app.run(host=given.interface, port=given.port, single_process=True, motd=False, access_log=False)


if __name__ == "__main__":
    main()

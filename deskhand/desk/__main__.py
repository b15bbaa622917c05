"""`python -m deskhand.desk`: serves the desk in this process. `deskhand desk` and `deskhand up` start it."""

from __future__ import annotations

import logging

from deskhand.desk.app import create_app
from deskhand.settings import Settings, get_settings
from deskhand.store import embedded, migrations
from deskhand.store.database import Database
from deskhand.store.errors import DatabaseUnavailable

log = logging.getLogger("deskhand.desk")

CONNECTIONS = 10


def serve(settings: Settings) -> None:
    """Until it is stopped. Raises `DatabaseNotMigrated`; a database that is away is waited for."""
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s %(message)s")
    app = create_app(settings, Database(database_url(settings), pool_size=CONNECTIONS), name="deskhand_desk")
    app.run(
        host=settings.desk_host,
        port=settings.desk_port,
        single_process=True,
        motd=False,
        access_log=False,
    )


def database_url(settings: Settings) -> str:
    """The settings' database, or the embedded one, which this starts or joins."""
    if settings.database_url is None:
        server = embedded.start(settings.data_dir / "postgres")
        migrations.upgrade(server.url)
        return server.url
    try:
        migrations.check(settings.database_url)
    except DatabaseUnavailable:
        log.warning("The database is away. The desk starts, and says so until it is back.")
    return settings.database_url


async def first_password(settings: Settings, url: str) -> str | None:
    """The one-time password of an administrator who had to be made; None if somebody has an account."""
    from deskhand.store.desk.first_administrator import make_first_administrator

    database = Database(url)
    try:
        return await make_first_administrator(database, settings.desk_administrator)
    finally:
        await database.close()


def main() -> None:
    serve(get_settings())


if __name__ == "__main__":
    main()

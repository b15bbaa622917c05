"""Rasa sends the whole domain with every call of an action, 100 kB of it. rasa-sdk 3.8 and later keep the domain, and
take its digest instead: whoever does not know it answers 449, and gets it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from deskhand.runtime.import_hooks import when_imported

ASKS_FOR_THE_DOMAIN = 449


def apply() -> None:
    """Send the domain to those who ask for it."""
    when_imported("rasa.core.actions.action", _send_digests)


def _send_digests(module: Any) -> None:
    upstream_init = module.RemoteAction.__init__

    def init(action: Any, name: str, action_endpoint: Any) -> None:
        upstream_init(action, name, WithDigest(action_endpoint) if action_endpoint is not None else None)

    module.RemoteAction.__init__ = init


class WithDigest:
    """An endpoint whose requests hold the digest of the domain in its place."""

    _digests: tuple[Any, str] | None = None
    """The domain that was sent last, and its digest: there is one in a process, unless a model is loaded anew."""

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint

    def __getattr__(self, name: str) -> Any:
        return getattr(self._endpoint, name)

    async def request(self, *args: Any, json: Any = None, **options: Any) -> Any:
        from rasa.utils.endpoints import ClientResponseError

        if not isinstance(json, dict) or "domain" not in json:
            return await self._endpoint.request(*args, json=json, **options)
        whole = {**json, "domain_digest": _digest_of(json["domain"])}
        brief = {key: value for key, value in whole.items() if key != "domain"}
        try:
            return await self._endpoint.request(*args, json=brief, **options)
        except ClientResponseError as exc:
            if exc.status != ASKS_FOR_THE_DOMAIN:
                raise
        return await self._endpoint.request(*args, json=whole, **options)


def _digest_of(domain: dict[str, Any]) -> str:
    known = WithDigest._digests
    if known is None or known[0] is not domain:
        digest = hashlib.sha256(json.dumps(domain, sort_keys=True, default=str).encode()).hexdigest()
        known = WithDigest._digests = (domain, digest)
    return known[1]

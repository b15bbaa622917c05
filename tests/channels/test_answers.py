"""The way out to channels' APIs."""

from __future__ import annotations

import pytest

from deskhand.channels.answers import proxy_for


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://graph.facebook.com", "http://proxy.example:3128"),
        ("https://api.example.org", None),
        ("http://x.example", None),
    ],
)
def test_calls_go_out_by_the_proxy_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, url: str, proxy: str | None
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "api.example.org")
    proxy_for.cache_clear()
    assert proxy_for(url) == proxy
    proxy_for.cache_clear()

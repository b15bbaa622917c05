"""What settings may be, and what is said of those that may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskhand.cli.settings import described
from deskhand.settings import Settings, SettingsError, get_settings

KEY = "sk-very-secret"


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The settings of a process with these variables."""
    monkeypatch.chdir(tmp_path)  # no .env of anybody's
    monkeypatch.setenv("DESKHAND_DATA_DIR", str(tmp_path))

    def read(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        return get_settings()

    yield read
    get_settings.cache_clear()


def test_a_language_model_is_off_by_default(settings_of) -> None:
    assert settings_of().llm_url is None


@pytest.mark.parametrize("variable", ["DESKHAND_LLM_URL", "DESKHAND_LLM_MODEL", "DESKHAND_LLM_KEY"])
def test_an_empty_variable_switches_it_off(settings_of, variable: str) -> None:
    assert settings_of(**{variable: ""}).llm_url is None


def test_a_language_model_needs_a_name(settings_of) -> None:
    with pytest.raises(SettingsError, match=r"DESKHAND_LLM_MODEL: .*is missing"):
        settings_of(DESKHAND_LLM_URL="http://127.0.0.1:11434/v1")


@pytest.mark.parametrize("url", ["localhost:11434", "ftp://host/v1", "http://", "v1"])
def test_an_endpoint_must_be_a_web_address(settings_of, url: str) -> None:
    with pytest.raises(SettingsError, match=r"DESKHAND_LLM_URL: .*web address"):
        settings_of(DESKHAND_LLM_URL=url, DESKHAND_LLM_MODEL="tiny")


def test_a_password_in_an_endpoint_is_refused_and_not_repeated(settings_of) -> None:
    with pytest.raises(SettingsError, match="DESKHAND_LLM_KEY") as caught:
        settings_of(DESKHAND_LLM_URL=f"https://me:{KEY}@host/v1", DESKHAND_LLM_MODEL="tiny")

    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DESKHAND_LLM_TIMEOUT_SECONDS", "0"),
        ("DESKHAND_LLM_TIMEOUT_SECONDS", "600"),
        ("DESKHAND_LLM_TOKENS_PER_DAY", "-1"),
    ],
)
def test_limits_must_make_sense(settings_of, variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        settings_of(**{variable: value})


def test_the_key_is_never_shown(settings_of) -> None:
    settings = settings_of(DESKHAND_LLM_URL="https://host/v1", DESKHAND_LLM_MODEL="tiny", DESKHAND_LLM_KEY=KEY)

    assert settings.llm_key is not None
    assert settings.llm_key.get_secret_value() == KEY
    assert KEY not in repr(settings)
    assert KEY not in "\n".join(described(settings))

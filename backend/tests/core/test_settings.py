"""The settings, and what they refuse."""

from pathlib import Path

import pytest

from app.core.settings import Settings, SettingsError, load_settings

GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "gH3kq9Wz7RtYpL2mNx8vBc5sDf4jKa6uEwQoZiXyTrVb",
    "DATABASE_URL": "postgresql://app:pw@db/app",
    "SMTP_HOST": "smtp.example.com",
    "EMAILS_FROM": "app@example.com",
    "FIRST_SUPERUSER": "admin@example.com",
    "FIRST_SUPERUSER_PASSWORD": "Xk7mQ2vR9tLp",
}


@pytest.fixture(autouse=True)
def _nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def load(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_everything_has_a_default_on_the_developers_machine() -> None:
    settings = load_settings()
    assert settings.environment == "local"
    assert settings.public_url == "http://localhost:8000"
    assert not settings.registration_open
    assert len(settings.secret_key.get_secret_value()) > 40
    assert settings.secret_key != load_settings().secret_key


def test_production_starts_with_good_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **GOOD, DOMAIN="app.example.com")
    assert settings.public_url == "https://app.example.com"


@pytest.mark.parametrize("environment", ["staging", "production"])
@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "DATABASE_URL", "SMTP_HOST", "EMAILS_FROM", "FIRST_SUPERUSER_PASSWORD"],
)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_value_is_named(
    monkeypatch: pytest.MonkeyPatch, environment: str, name: str, value: str | None
) -> None:
    values = GOOD | {"ENVIRONMENT": environment, name: value or ""}
    with pytest.raises(SettingsError, match=f"{name}: must be set in {environment}"):
        load(monkeypatch, **values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "changethis"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("FIRST_SUPERUSER_PASSWORD", "changethis"),
        ("FIRST_SUPERUSER_PASSWORD", "Xk7mQ2vR9tL"),
        ("FIRST_SUPERUSER_PASSWORD", "aaaaaaaaaaaaaaaa"),
    ],
)
def test_a_weak_secret_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"{name}: too weak") as caught:
        load(monkeypatch, **GOOD | {name: value})
    assert value not in str(caught.value)


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, ENVIRONMENT="production", SECRET_KEY="weak")
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "testing"),
        ("SMTP_PORT", "0"),
        ("SMTP_TLS", "maybe"),
        ("EMAILS_FROM", "nobody"),
        ("ACCESS_TOKEN_MINUTES", "600"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_URL", "sqlite:///secret-path.db"),
        ("PROJECT_SLUG", "Not a slug"),
    ],
)
def test_a_malformed_value_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        load(monkeypatch, **{name: value})
    assert value not in str(caught.value)


def test_secrets_do_not_show_in_the_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = repr(load(monkeypatch, **GOOD))
    assert GOOD["SECRET_KEY"] not in shown
    assert GOOD["FIRST_SUPERUSER_PASSWORD"] not in shown
    assert ":pw@" not in shown


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("PROJECT_NAME='From the file'\nDOMAIN=file.example.com\nUNKNOWN=x\n")
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    settings = load(monkeypatch, DOMAIN="environment.example.com")
    assert settings.project_name == "From the file"
    assert settings.domain == "environment.example.com"


@pytest.mark.parametrize(
    ("domain", "url"),
    [
        ("localhost", "http://localhost:8000"),
        ("localhost:9000", "http://localhost:9000"),
        ("app.example.com", "https://app.example.com"),
        ("app.example.com:8443", "https://app.example.com:8443"),
    ],
)
def test_the_public_address_follows_from_the_domain(
    monkeypatch: pytest.MonkeyPatch, domain: str, url: str
) -> None:
    assert load(monkeypatch, DOMAIN=domain).public_url == url


def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, FRONTEND_ORIGINS="https://a.example.com/, https://b.example.com")
    assert settings.origins == {
        "http://localhost:8000",
        "https://a.example.com",
        "https://b.example.com",
    }

import pytest

from config import env


@pytest.mark.parametrize(("text", "expected"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_a_flag_is_read(monkeypatch, text, expected):
    monkeypatch.setenv("A_FLAG", text)

    assert env.flag("A_FLAG", default=True) is expected


@pytest.mark.parametrize("read", [lambda: env.flag("ODD", default=False), lambda: env.integer("ODD", 1)])
def test_what_cannot_be_read_is_named(monkeypatch, read):
    monkeypatch.setenv("ODD", "perhaps")

    with pytest.raises(env.BadEnvironment, match="ODD='perhaps'"):
        read()


@pytest.mark.parametrize(
    ("settings", "database", "broker", "needed"),
    [
        ("config.settings.dev", "", "", True),
        ("config.settings.dev", "postgresql://h/d", "", True),
        ("config.settings.dev", "postgresql://h/d", "redis://h", False),
        ("config.settings.production", "", "", False),
    ],
)
def test_embedded_services_are_for_hosts_that_give_none(monkeypatch, settings, database, broker, needed):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", settings)
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("BROKER_URL", broker)

    assert env.needs_embedded_services() is needed


def test_tests_and_work_have_homes_of_their_own(monkeypatch):
    monkeypatch.delenv("VITRINE_HOME", raising=False)

    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.test")
    assert env.home() == env.REPOSITORY / "var" / "test"

    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    assert env.home() == env.REPOSITORY / "var"

"""The only reader of the process environment; every setting that a host may change comes in through here, typed."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DEFAULT_SETTINGS = "config.settings.dev"
PRODUCTION_SETTINGS = "config.settings.production"
TEST_SETTINGS = "config.settings.test"

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


class BadEnvironment(RuntimeError):
    """An environment variable is missing or cannot be read as what it should be."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def required(name: str) -> str:
    """Raises: BadEnvironment: the variable is unset or empty."""
    value = os.environ.get(name, "")
    if not value:
        raise BadEnvironment(f"{name} must be set")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Raises: BadEnvironment: the value is neither a yes nor a no."""
    value = os.environ.get(name)
    if value is None:
        return default
    folded = value.strip().lower()
    if folded in _TRUE:
        return True
    if folded in _FALSE:
        return False
    raise BadEnvironment(f"{name}={value!r} is neither yes (1, true, yes, on) nor no (0, false, no, off)")


def integer(name: str, default: int) -> int:
    """Raises: BadEnvironment: the value is not a whole number."""
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise BadEnvironment(f"{name}={value!r} is not a whole number") from None


def choice(name: str, choices: tuple[str, ...]) -> str:
    """One of a few words; the first where nothing is said.

    Raises:
        BadEnvironment: the value is none of them.
    """
    value = os.environ.get(name, "").strip().lower() or choices[0]
    if value not in choices:
        raise BadEnvironment(f"{name}={value!r} is none of {', '.join(choices)}")
    return value


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Read a comma-separated list; blanks are dropped."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def settings_module() -> str:
    return os.environ.get("DJANGO_SETTINGS_MODULE", DEFAULT_SETTINGS)


def choose_default_settings() -> None:
    """Name the development settings unless the host has chosen; every entry point calls this first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEFAULT_SETTINGS)


def is_production() -> bool:
    return settings_module() == PRODUCTION_SETTINGS


def home() -> Path:
    """The one folder that holds all state of this copy; tests have their own."""
    default = REPOSITORY / "var" / "test" if settings_module() == TEST_SETTINGS else REPOSITORY / "var"
    return Path(os.environ.get("VITRINE_HOME") or default).expanduser().resolve()


def needs_embedded_services() -> bool:
    """True where the database or the broker is not given and this is not production."""
    return not is_production() and not (text("DATABASE_URL") and text("BROKER_URL"))


def for_children(**changes: str) -> dict[str, str]:
    """A copy of the environment for a child process, with `changes` on top."""
    return {**os.environ, **changes}

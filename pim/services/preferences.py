"""What a person has chosen to see; theirs alone, so neither journaled nor asked about."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from pim.models import User


def save_preference(user: User, name: str, value: Any) -> None:
    """Remember a choice under a name; None forgets it."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        preferences = dict(locked.preferences)
        if value is None:
            preferences.pop(name, None)
        else:
            preferences[name] = value
        if preferences != locked.preferences:
            User.objects.filter(pk=user.pk).update(preferences=preferences)
    user.preferences = preferences

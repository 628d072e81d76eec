"""Who acts: people, and the tokens by which programs act for them."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person, or a program's account."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    preferences: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")


class ApiToken(models.Model):
    """A bearer token `vtr_<key>_<secret>`; only a keyed hash of the secret is stored."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    key = models.CharField(max_length=10, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    last4 = models.CharField(max_length=4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("acts as"))
    scopes = ArrayField(models.CharField(max_length=50), default=list, blank=True, verbose_name=_("scopes"))
    view = models.CharField(
        _("channel view"), max_length=100, blank=True, help_text=_("Bound to this view only; empty: every view.")
    )
    may_introspect = models.BooleanField(_("may introspect GraphQL"), default=False)
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True, verbose_name=_("IP networks"))
    is_active = models.BooleanField(_("active"), default=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.last4})"

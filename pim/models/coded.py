"""What every piece of structure has: a code that people speak, a uuid that the journal speaks, labels per locale."""

import uuid

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from pim.values.labels import label_of

Labels = dict[str, str]


class Coded(models.Model):
    """A row of structure, addressed by its code; codes are unique without regard to case."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=100)
    external_code = models.CharField(
        _("external code"), max_length=255, blank=True, help_text=_("The code as another system writes it.")
    )
    labels: models.JSONField[Labels, Labels] = models.JSONField(_("labels"), default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the active language, else the code."""
        return label_of(self.labels, self.code)


class CodedNode(MP_Node):
    """A row of structure that stands in a tree."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=100)
    external_code = models.CharField(_("external code"), max_length=255, blank=True)
    labels: models.JSONField[Labels, Labels] = models.JSONField(_("labels"), default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    parent_code: str | None
    """The parent's code, set where a reader has looked it up."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the active language, else the code."""
        return label_of(self.labels, self.code)


def unique_code(model: str) -> models.UniqueConstraint:
    """The constraint that keeps codes of one model apart, whatever their case."""
    return models.UniqueConstraint(Lower("code"), name=f"{model}_code_unique")

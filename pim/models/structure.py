"""The epoch of the structure, by which every process knows that its snapshot is stale."""

from django.db import models


class StructureState(models.Model):
    """One row: a number that each structure write bumps in its own transaction."""

    epoch = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.epoch)

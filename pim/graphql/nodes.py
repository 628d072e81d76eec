"""Global ids: `base64("Type:<uuid>")`, and how `node(id)` finds what they name."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import graphene
from django.utils.translation import gettext as _

from pim.errors import Refused
from pim.registry import Registry

Loader = Callable[[graphene.ResolveInfo, str], Any]
"""(info, uuid) → the object, or None where there is none for this caller."""

node_loaders: Registry[Loader] = Registry("types that node(id) finds")


class Node(graphene.Interface):
    """Anything with an identity."""

    id = graphene.ID(required=True, description='base64("Type:<uuid>")')

    @classmethod
    def resolve_type(cls, instance: Any, _info: graphene.ResolveInfo) -> Any:
        """Nodes are instances of their own type, or say which it is."""
        if isinstance(instance, Mapping):
            return instance["graphene_type"]
        return getattr(instance, "graphene_type", None) or type(instance)


def make_id(type_name: str, uuid: object) -> str:
    """The id of an object."""
    return base64.b64encode(f"{type_name}:{uuid}".encode()).decode()


def read_id(text: str, type_name: str = "", pointer: str = "/id") -> tuple[str, str]:
    """Type and uuid of an id.

    Raises:
        Refused: `invalid_id`: not one of ours, or not of this type.
    """
    try:
        found, _sep, uuid = base64.b64decode(text.encode(), validate=True).decode().partition(":")
        checked = str(UUID(uuid))
    except (binascii.Error, ValueError):
        found, checked = "", ""
    if not checked or (type_name and found != type_name):
        raise Refused("invalid_id", _("This is not the id of such an object."), pointer)
    return found, checked


def resolve_node(info: graphene.ResolveInfo, text: str) -> Any:
    """What an id names, or None.

    Raises:
        Refused: `invalid_id`.
        NotAllowed: the caller may not see objects of this type.
    """
    type_name, uuid = read_id(text)
    loader = node_loaders.find(type_name)
    if loader is None:
        raise Refused("invalid_id", _("This is not the id of such an object."), "/id")
    return loader(info, uuid)

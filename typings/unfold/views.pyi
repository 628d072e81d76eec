from typing import Any, Generic, TypeVar

from django.contrib.admin import ModelAdmin
from django.contrib.admin.views.main import ChangeList as DjangoChangeList
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Model
from django.utils.functional import _StrOrPromise

_M = TypeVar("_M", bound=Model)

class ChangeList(DjangoChangeList): ...

class UnfoldModelAdminViewMixin(PermissionRequiredMixin, Generic[_M]):
    model_admin: ModelAdmin[_M]
    title: _StrOrPromise
    def __init__(self, model_admin: ModelAdmin[_M], **kwargs: Any) -> None: ...
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]: ...

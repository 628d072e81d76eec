from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from django.contrib import admin
from django.contrib.contenttypes import admin as generic
from django.db.models import Field, Model
from django.http import HttpRequest
from django.urls import URLPattern

_M = TypeVar("_M", bound=Model)
_C = TypeVar("_C", bound=Model)
_P = TypeVar("_P", bound=Model)

class ModelAdmin(admin.ModelAdmin[_M], Generic[_M]):
    compressed_fields: ClassVar[bool]
    warn_unsaved_form: ClassVar[bool]
    list_filter_submit: ClassVar[bool]
    list_filter_sheet: ClassVar[bool]
    list_fullwidth: ClassVar[bool]
    list_horizontal_scrollbar_top: ClassVar[bool]
    list_disable_select_all: ClassVar[bool]
    list_before_template: ClassVar[str | None]
    list_after_template: ClassVar[str | None]
    change_form_before_template: ClassVar[str | None]
    change_form_after_template: ClassVar[str | None]
    change_form_outer_before_template: ClassVar[str | None]
    change_form_outer_after_template: ClassVar[str | None]
    change_form_show_cancel_button: ClassVar[bool]
    actions_list: ClassVar[Sequence[Any]]
    actions_list_hide_default: ClassVar[bool]
    actions_row: ClassVar[Sequence[Any]]
    actions_detail: ClassVar[Sequence[Any]]
    actions_detail_hide_default: ClassVar[bool]
    actions_submit_line: ClassVar[Sequence[Any]]
    add_fieldsets: ClassVar[Sequence[Any]]
    custom_urls: ClassVar[Sequence[Any]]
    conditional_fields: ClassVar[dict[str, str]]
    readonly_preprocess_fields: ClassVar[dict[str, Any]]
    ordering_field: ClassVar[str | None]
    hide_ordering_field: ClassVar[bool]
    list_sections: ClassVar[Sequence[type]]
    list_sections_classes: ClassVar[str]
    def get_urls(self) -> list[URLPattern]: ...
    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest | None, **kwargs: Any) -> Any: ...

class TabularInline(admin.TabularInline[_C, _P], Generic[_C, _P]):
    tab: ClassVar[bool]
    hide_title: ClassVar[bool]
    collapsible: ClassVar[bool]
    per_page: ClassVar[int | None]
    ordering_field: ClassVar[str | None]
    hide_ordering_field: ClassVar[bool]

class StackedInline(admin.StackedInline[_C, _P], Generic[_C, _P]):
    tab: ClassVar[bool]
    hide_title: ClassVar[bool]
    collapsible: ClassVar[bool]
    per_page: ClassVar[int | None]
    ordering_field: ClassVar[str | None]
    hide_ordering_field: ClassVar[bool]

class GenericTabularInline(generic.GenericTabularInline): ...
class GenericStackedInline(generic.GenericStackedInline): ...

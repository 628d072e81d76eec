"""What the kinds of structure share: loading by code, checking codes and labels, storing plain fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from django.db.models import ForeignObjectRel, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from pim.errors import Refused
from pim.models.coded import Coded, CodedNode

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from pim.extensions import State

CODE = re.compile(r"[A-Za-z0-9_]{1,100}")
"""What a code may look like; a foreign code that does not fit is normalised on import."""

M = TypeVar("M", bound="Coded | CodedNode")


class CodedKind(Generic[M]):
    """A kind of structure whose rows are addressed by their own code and whose plain fields are stored as they are."""

    code: str
    label: StrOrPromise
    model: type[M]
    plain_fields: ClassVar[tuple[str, ...]] = ()
    """Fields copied between the row and the state without translation, besides code, external_code and labels."""
    parts: ClassVar[frozenset[str] | None] = None
    """Names of the models whose rows belong to this one's state or are derived; rows of any other model that point
    here forbid deletion, because the journal could not bring them back. None: the database's own rules decide."""

    def defaults(self) -> State:
        """The state of a new one: the defaults of the plain fields."""
        blank = self.model()
        fields = {name: getattr(blank, name) for name in self.plain_fields}
        return {"external_code": "", "labels": {}, **fields}

    def queryset(self) -> QuerySet[M]:
        """Rows with all that `serialise` reads."""
        return cast("QuerySet[M]", self.model._default_manager.all())

    def load(self, keys: Sequence[str]) -> dict[str, M]:
        """Find rows by code, whatever its case."""
        found = self.queryset().annotate(code_key=Lower("code")).filter(code_key__in=[key.lower() for key in keys])
        return {row.code.casefold(): row for row in found}

    def load_ids(self, ids: Sequence[int]) -> dict[int, M]:
        """Find rows by key of the database, with all that `serialise` reads."""
        return {row.pk: row for row in self.queryset().filter(pk__in=list(ids))}

    def key(self, obj: M) -> str:
        """The code."""
        return obj.code

    def serialise(self, obj: M) -> State:
        """The row's plain fields, code and labels."""
        fields = {name: getattr(obj, name) for name in self.plain_fields}
        return {"code": obj.code, "external_code": obj.external_code, "labels": obj.labels, **fields}

    def clean(self, state: State, before: State | None) -> State:
        """Check the code and the labels.

        Raises:
            Refused: `invalid_code`, `code_is_fixed` or `invalid_labels`.
        """
        code = state.get("code")
        if not isinstance(code, str) or not CODE.fullmatch(code):
            raise Refused(
                "invalid_code", _("A code has 1 to 100 letters, digits or underscores, not “%s”.") % code, "/code"
            )
        if before is not None and code.casefold() != str(before["code"]).casefold():
            raise Refused("code_is_fixed", _("A code cannot be changed."), "/code")
        if before is not None:
            state["code"] = before["code"]
        state["external_code"] = require_text(state["external_code"] or "", "/external_code")
        state["labels"] = clean_labels(state["labels"], "/labels")
        return state

    def apply(self, state: State, obj: M | None) -> M:
        """Store the state in a row."""
        row = obj if obj is not None else self.model()
        for name in ("code", "external_code", "labels", *self.plain_fields):
            setattr(row, name, state[name])
        self.before_save(row, state)
        row.save()
        return row

    def before_save(self, row: M, state: State) -> None:
        """Set what needs a look at other rows."""

    def delete(self, obj: M) -> None:
        """Delete the row.

        Raises:
            Refused: `in_use`.
        """
        self.require_unused(obj)
        obj.delete()

    def require_unused(self, obj: M) -> None:
        """Refuse while rows of other models, which are not parts of this one, point here."""
        if self.parts is None:
            return
        for relation in obj._meta.get_fields(include_hidden=True):
            if not isinstance(relation, ForeignObjectRel) or relation.related_model.__name__ in self.parts:
                continue
            users = relation.related_model._default_manager.filter(**{relation.field.name: obj})
            if users.exists():
                names = {"key": self.key(obj), "user": relation.related_model._meta.verbose_name}
                raise Refused("in_use", _("“%(key)s” is in use (%(user)s) and cannot be deleted.") % names)


def clean_labels(labels: Any, pointer: str) -> dict[str, str]:
    """Texts by locale, without empty ones.

    Raises:
        Refused: `invalid_labels`.
    """
    labels = {} if labels is None else labels
    if not isinstance(labels, dict) or not all(isinstance(text, str) for text in labels.values()):
        raise Refused("invalid_labels", _("Labels are an object of texts by locale."), pointer)
    return {locale: text for locale, text in sorted(labels.items()) if text}


def require_text(text: Any, pointer: str, *, most: int = 255) -> str:
    """Refuse anything but a text that fits into its column."""
    if not isinstance(text, str) or len(text) > most:
        raise Refused("invalid_text", _("A text of at most %d characters is expected.") % most, pointer)
    return text


def require_bool(state: State, *names: str) -> None:
    """Refuse anything but true and false in these fields."""
    for name in names:
        if not isinstance(state[name], bool):
            raise Refused("invalid_boolean", _("“%s” must be true or false.") % name, f"/{name}")


def require_position(state: State) -> None:
    """Refuse a position that is not a whole number from 0."""
    position = state["position"]
    if not isinstance(position, int) or isinstance(position, bool) or not 0 <= position < 2**31:
        raise Refused("invalid_position", _("A position is a whole number from 0."), "/position")


def find_all(model: type[Any], codes: Any, pointer: str, **filters: Any) -> list[Any]:
    """Rows by code in the order given; a code that does not exist is refused by name."""
    if not isinstance(codes, (list, tuple)):
        raise Refused("invalid_list", _("A list of codes is expected."), pointer)
    wanted = [str(code) for code in codes]
    rows = {
        row.code.casefold(): row
        for row in model._default_manager.annotate(code_key=Lower("code")).filter(
            code_key__in=[code.lower() for code in wanted], **filters
        )
    }
    for number, code in enumerate(wanted):
        if code.casefold() not in rows:
            name = str(model._meta.verbose_name)
            raise Refused(
                f"unknown_{model._meta.model_name}",
                _("There is no %(kind)s “%(code)s”.") % {"kind": name, "code": code},
                f"{pointer}/{number}",
            )
    return [rows[code.casefold()] for code in wanted]


def find_one(model: type[Any], code: Any, pointer: str, **filters: Any) -> Any:
    """One row by code, None for an empty code; a code that does not exist is refused by name."""
    if not code:
        return None
    try:
        return find_all(model, [code], pointer, **filters)[0]
    except Refused as error:
        raise Refused(error.code, error.message, pointer) from None

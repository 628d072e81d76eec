"""The structure snapshot: loaded once per process and epoch, so that a request pays one small query for it."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pim.models import Attribute, AttributeGroup, Channel, Currency, Locale, MeasurementUnit, Option, StructureState
from pim.values.snapshot import ChannelSpec, GroupSpec, LocaleSpec, Structure
from pim.values.specs import AttributeSpec, OptionRef, UnitRef

_lock = threading.Lock()
_current: Structure | None = None
_held: ContextVar[list[Structure] | None] = ContextVar("the picture that an operation holds", default=None)


def get_structure() -> Structure:
    """The structure as of now; one query when nothing has changed, none where the picture is held already.

    Inside a transaction that has itself changed the structure, the picture is made anew and not shared.
    """
    held = _held.get()
    if held is None:
        return _structure_now()
    if not held:
        held.append(_structure_now())
    return held[0]


@contextmanager
def holding_structure() -> Iterator[None]:
    """Have everything in this block see one picture of the structure, asked for once: for operations that only read."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def _structure_now() -> Structure:
    global _current  # noqa: PLW0603 - the process-wide cache this module exists for
    epoch = current_epoch()
    cached = _current
    if cached is not None and cached.epoch == epoch:
        return cached
    with _lock:
        if _current is None or _current.epoch != epoch:
            _current = load_structure(epoch)
        return _current


def last_structure() -> Structure:
    """The structure as of the operation that this process is in, without asking the database again.

    For rules that are asked once per row, below a service that has called `get_structure`.
    """
    cached = _current
    return cached if cached is not None else get_structure()


def current_epoch() -> int:
    """The number of the structure's last change."""
    return StructureState.objects.values_list("epoch", flat=True).first() or 0


def forget_structure() -> None:
    """Drop the cached picture; for tests, and after a rollback of a structure write."""
    global _current  # noqa: PLW0603 - the process-wide cache this module exists for
    _current = None
    if held := _held.get():
        held.clear()


@contextmanager
def forgotten_on_error() -> Iterator[None]:
    """Drop the cached picture when a block that changes the structure fails: its epoch may be given again."""
    try:
        yield
    except BaseException:
        forget_structure()
        raise


def load_structure(epoch: int) -> Structure:
    """Read the whole structure: nine queries, whatever its size."""
    attributes = {spec.code: spec for spec in map(_attribute_spec, _attributes())}
    options: dict[str, dict[str, OptionRef]] = defaultdict(dict)
    options_by_id: dict[int, OptionRef] = {}
    for pk, attribute, code, labels, position in Option.objects.order_by("position", "code").values_list(
        "pk", "attribute__code", "code", "labels", "position"
    ):
        ref = OptionRef(id=pk, code=code, labels=labels, position=position)
        options[attribute][code.casefold()] = options_by_id[pk] = ref
    units: dict[str, dict[str, UnitRef]] = defaultdict(dict)
    for unit in MeasurementUnit.objects.select_related("family"):
        units[unit.family.code][unit.code] = UnitRef(unit.code, unit.symbol, unit.factor, unit.offset, unit.labels)
    locales = _locales()
    return Structure(
        epoch=epoch,
        attributes=attributes,
        attributes_by_key={code.casefold(): spec for code, spec in attributes.items()},
        attributes_by_id={spec.id: spec for spec in attributes.values()},
        groups={
            code: GroupSpec(code, labels, position)
            for code, labels, position in AttributeGroup.objects.values_list("code", "labels", "position")
        },
        options_by_attribute=dict(options),
        options_by_id=options_by_id,
        units_by_family=dict(units),
        locales=locales,
        locales_by_ordinal={spec.ordinal: spec for spec in locales.values()},
        channels=_channels(),
        currency_ordinals=dict(Currency.objects.values_list("code", "ordinal")),
    )


def _attributes() -> list[Attribute]:
    return list(Attribute.objects.select_related("group").order_by("group__position", "position", "code"))


def _attribute_spec(attribute: Attribute) -> AttributeSpec:
    return AttributeSpec(
        id=attribute.pk,
        code=attribute.code,
        type=attribute.type,
        localizable=attribute.localizable,
        scopable=attribute.scopable,
        unique=attribute.unique,
        read_only=attribute.read_only,
        facet=attribute.facet,
        sortable=attribute.sortable,
        searchable=attribute.searchable,
        no_review=attribute.no_review,
        fallback=attribute.fallback,
        available_locales=frozenset(attribute.available_locales),
        config=attribute.config,
        labels=attribute.labels,
        group=attribute.group.code,
        default=attribute.default,
        position=attribute.position,
        guidelines=attribute.guidelines,
    )


def _locales() -> dict[str, LocaleSpec]:
    rows = {row.pk: row for row in Locale.objects.all()}
    specs = {}
    for row in rows.values():
        chain: list[str] = []
        step = row
        while step.fallback_id and rows[step.fallback_id].code not in (*chain, row.code):
            step = rows[step.fallback_id]
            chain.append(step.code)
        specs[row.code] = LocaleSpec(row.code, row.ordinal, tuple(chain))
    return specs


def _channels() -> dict[str, ChannelSpec]:
    return {
        channel.code: ChannelSpec(
            code=channel.code,
            ordinal=channel.ordinal,
            locales=tuple(sorted(locale.code for locale in channel.locales.all())),
            currencies=tuple(sorted(currency.code for currency in channel.currencies.all())),
            category_tree=channel.category_tree.code if channel.category_tree else None,
            labels=channel.labels,
        )
        for channel in Channel.objects.select_related("category_tree").prefetch_related("locales", "currencies")
    }

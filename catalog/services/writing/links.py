"""Associations of a chunk: read, compared and replaced per type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from catalog.families import AssociationTypeSpec, CatalogStructure
from catalog.models import Association
from catalog.services.changes import UNSET, Links, ProductChange
from catalog.services.writing.loading import Loaded, Row
from catalog.services.writing.mirroring import State, read_mirrored_states, two_way_types
from catalog.services.writing.planned import Planned
from catalog.skus import sku_key
from pim.errors import Problem, Refused

SIDES = {"products": False, "product_models": True}
"""Sides of an association that name products: whether they must be models."""


@dataclass(frozen=True, slots=True)
class Target:
    """A product that an association may point at."""

    id: int
    sku: str
    kind: str


class LinkPlanner:
    """Plans the associations of one chunk; later changes see what earlier ones planned."""

    def __init__(self, catalog: CatalogStructure, changes: Sequence[ProductChange], loaded: Loaded) -> None:
        self.catalog = catalog
        linking = [change.associations for change in changes if change.associations is not UNSET]
        self._loaded = loaded
        self._present = read_association_states(list(loaded.by_id)) if linking else {}
        self._mirrored: dict[int, dict[str, set[str]]] = {}
        wanted = {
            sku_key(str(link.get("key", "")))
            for associations in linking
            for sides in associations.values()
            for side, links in sides.items()
            if side in SIDES
            for link in links
        }
        self._two_way = set(two_way_types(catalog).values())
        if any(self._two_way & associations.keys() for associations in linking):
            self._mirrored = {
                product: {code: {sku_key(link["to"]) for link in state} for code, state in states.items()}
                for product, states in read_mirrored_states(list(loaded.by_id), catalog).items()
            }
            wanted |= {key for states in self._present.values() for state in states.values() for key in _keys(state)}
        self._targets: dict[str, Target] = {}
        if wanted:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT sku_key, id, sku, kind FROM catalog_product WHERE sku_key = ANY(%s) AND deleted_at IS NULL",
                    [list(wanted)],
                )
                self._targets = {key: Target(*rest) for key, *rest in cursor.fetchall()}

    def accept(self, planned: Planned) -> None:
        """Let later changes of the chunk see what this one plans, and point at a product that it creates."""
        after = planned.after
        if planned.is_new:
            self._targets[after.sku_key] = Target(after.id, after.sku, after.kind)
        if planned.links:
            prefix = "@associations."
            states = {key[len(prefix) :]: pair[1] for key, pair in planned.delta.items() if key.startswith(prefix)}
            former = self._present.get(after.id, {})
            for code in self._two_way & states.keys():
                self._mirror(after.sku_key, code, _keys(former.get(code, ())), _keys(states[code]))
            self._present[after.id] = {**former, **states}

    def release(self, change: ProductChange, owner: Row, codes: Sequence[str], left: str) -> ProductChange:
        """The change of an owner of two-way links that lets go of the product on the other side."""
        present = self._present.get(owner.id, {})
        staying = {
            code: links_of(
                [link for link in present.get(code, ()) if link["in"] == "groups" or sku_key(link["to"]) != left]
            )
            for code in codes
        }
        return ProductChange(owner.sku, associations=staying, own_links_only=True, must_exist=True, row=change.row)

    def _mirror(self, owner: str, code: str, former: set[str], present: set[str]) -> None:
        """Keep what is seen from the other sides of an owner's links up to date."""
        for key in former | present:
            target = self._targets.get(key)
            if target is not None:
                owners = self._mirrored.setdefault(target.id, {}).setdefault(code, set())
                (owners.add if key in present else owners.discard)(owner)

    def plan(self, planned: Planned) -> None:
        """Plan the associations of one change and record the delta.

        Raises:
            Refused: with one problem per link that is not accepted.
        """
        change = planned.change
        if change.associations is UNSET:
            return
        problems: list[Problem] = []
        present = self._present.get(planned.after.id, {})
        for code, sides in change.associations.items():
            spec = self.catalog.association_types.get(code)
            if spec is None:
                problems.append(
                    Problem(
                        "unknown_association_type",
                        _("There is no association type “%s”.") % code,
                        f"/associations/{code}",
                    )
                )
                continue
            mirrored = self._mirrored.get(planned.after.id, {}).get(code, set())
            rows = self._rows_of(planned, spec, sides, problems, mirrored - _keys(present.get(code, ())))
            if not change.own_links_only:
                for owner in sorted(mirrored - _named(sides)):
                    if owner in self._loaded.by_key:
                        planned.released.setdefault(self._loaded.by_key[owner].id, []).append(code)
            state = [_state_of(side, name, row.quantity) for side, name, row in rows]
            if _sort_by_side(state) == _sort_by_side(present.get(code, [])):
                continue
            planned.delta[f"@associations.{code}"] = [present.get(code), state]
            planned.touches_reviewed = True
            planned.links[spec.id] = [row for _side, _name, row in rows]
        if problems:
            raise Refused(problems[0].code, problems[0].message, problems[0].pointer, problems=problems)

    def _rows_of(
        self, planned: Planned, spec: AssociationTypeSpec, sides: Links, problems: list[Problem], standing: set[str]
    ) -> list[tuple[str, str, Association]]:
        """The rows to store; `standing` are the keys of products that are linked from the other side already."""
        rows: list[tuple[str, str, Association]] = []
        seen: set[tuple[str, int]] = set()
        for side, links in sides.items():
            for number, link in enumerate(links):
                pointer = f"/associations/{spec.code}/{side}/{number}"
                if self._stands(side, link, standing):
                    continue
                try:
                    name, row = self._row(planned, spec, side, link, len(rows))
                except Refused as error:
                    problems.append(Problem(error.code, error.message, pointer + error.pointer))
                    continue
                target = ("group", row.target_group_id) if row.target_group_id else ("product", row.target_id)
                if target not in seen:
                    seen.add(target)  # type: ignore[arg-type]
                    rows.append((side, name, row))
        return rows

    def _stands(self, side: str, link: Mapping[str, Any], standing: set[str]) -> bool:
        key = sku_key(str(link.get("key", "")))
        target = self._targets.get(key) if key in standing and side in SIDES else None
        return target is not None and (target.kind == "model") == SIDES[side]

    def _row(
        self, planned: Planned, spec: AssociationTypeSpec, side: str, link: Mapping[str, Any], position: int
    ) -> tuple[str, Association]:
        code = str(link.get("key", ""))
        row = Association(type_id=spec.id, owner_id=planned.after.id, position=position)
        if side == "groups":
            if spec.is_quantified:
                raise Refused("quantity_of_group", _("A quantified association cannot point at a group."))
            row.target_group_id = self.catalog.groups.get(code)
            if row.target_group_id is None:
                raise Refused("unknown_group", _("There is no product group “%s”.") % code)
            return code, row
        if side not in SIDES:
            raise Refused("unknown_side", _("“%s” is not products, product_models or groups.") % side)
        target = self._targets.get(sku_key(code))
        if target is None or (target.kind == "model") != SIDES[side]:
            raise Refused("unknown_target", _("There is no product “%s”.") % code)
        if target.id == planned.after.id:
            raise Refused("points_at_itself", _("A product cannot be associated with itself."))
        row.target_id = target.id
        if spec.is_quantified:
            row.quantity = _quantity(link.get("quantity"))
        elif link.get("quantity") is not None:
            raise Refused("no_quantity", _("“%s” takes no quantity.") % spec.code, "/quantity")
        return target.sku, row


def _sort_by_side(state: State) -> State:
    """Every face gives the sides as members of an object, so only the order within one says anything."""
    return sorted(state, key=lambda link: str(link["in"]))


def read_association_states(product_ids: Sequence[int]) -> dict[int, dict[str, State]]:
    """The associations of products by type, as the journal and the approved copy keep them."""
    found: dict[int, dict[str, State]] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.owner_id, t.code, p.sku, p.kind, g.code, a.quantity FROM catalog_association a"
            " JOIN catalog_associationtype t ON t.id = a.type_id"
            " LEFT JOIN catalog_product p ON p.id = a.target_id LEFT JOIN catalog_group g ON g.id = a.target_group_id"
            " WHERE a.owner_id = ANY(%s) ORDER BY a.owner_id, t.code, a.position, a.id",
            [list(product_ids)],
        )
        for owner, code, sku, kind, group, quantity in cursor.fetchall():
            side = "groups" if group is not None else "product_models" if kind == "model" else "products"
            found[owner][code].append(_state_of(side, group if group is not None else sku, quantity))
    return {owner: dict(types) for owner, types in found.items()}


def links_of(state: State | None) -> Links:
    """A state back in the shape that a change takes."""
    sides: dict[str, list[Mapping[str, Any]]] = {"products": [], "product_models": [], "groups": []}
    for link in state or []:
        sides[link["in"]].append({"key": link["to"], "quantity": link.get("quantity")})
    return sides


def store_links(planned: Sequence[Planned]) -> None:
    """Replace the planned associations, type by type."""
    replaced = [(row.after.id, type_id) for row in planned for type_id in row.links]
    if not replaced:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM catalog_association a USING unnest(%s::bigint[], %s::bigint[]) AS r(owner, type)"
            " WHERE a.owner_id = r.owner AND a.type_id = r.type",
            [[pair[0] for pair in replaced], [pair[1] for pair in replaced]],
        )
    Association.objects.bulk_create(
        [link for row in planned for links in row.links.values() for link in links], batch_size=1_000
    )


def _keys(state: Iterable[Mapping[str, Any]]) -> set[str]:
    """The SKU keys of the products in a state."""
    return {sku_key(link["to"]) for link in state if link["in"] in SIDES}


def _named(sides: Links) -> set[str]:
    return {sku_key(str(link.get("key", ""))) for side, links in sides.items() if side in SIDES for link in links}


def _state_of(side: str, name: str, quantity: Decimal | None) -> dict[str, Any]:
    return {"in": side, "to": name, "quantity": _plain(quantity) if quantity is not None else None}


def _plain(quantity: Decimal) -> str:
    return format(quantity.normalize(), "f")


def _quantity(given: Any) -> Decimal:
    try:
        quantity = Decimal(str(given))
    except InvalidOperation:
        quantity = Decimal(0)
    limit = Decimal(10) ** 12
    if not quantity.is_finite() or not 0 < quantity < limit or quantity != quantity.quantize(Decimal("0.000001")):
        raise Refused("invalid_quantity", _("A quantity is a number above 0 with at most 6 decimals."), "/quantity")
    return quantity

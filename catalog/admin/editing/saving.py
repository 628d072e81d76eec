"""From a posted product form to the write path: only what the person changed, with the revision they saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.forms.values import ValuesForm
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from catalog.services.showing import ShownProduct, write_value
from catalog.services.showing_links import Links
from catalog.services.writing.links import links_of
from pim.choices import Origin
from pim.errors import Outcome, Problem
from pim.forms.fields import posted_list
from pim.forms.rewinding import rewind
from pim.models import User
from pim.values.keys import split_key
from pim.values.types import attribute_types

CONFLICT = "changed_meanwhile"


@dataclass(slots=True)
class Saved:
    """What became of a post. `theirs` are the present values of keys in conflict, in words; `wanted` what was posted."""

    outcome: Outcome | None = None
    wanted: Mapping[str, Any] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()

    @property
    def is_done(self) -> bool:
        """Whether it was accepted, changed or not."""
        return self.outcome is not None and not self.problems


def save_product(product: ShownProduct, links: Links, form: ValuesForm, data: Any, *, actor: User) -> Saved:
    """Write what differs from the state at the revision the form was loaded with."""
    seen = form.cleaned_data.get("revision")
    seen = product.revision if seen is None else int(seen)
    loaded = rewind(present_state(product, links), UUID(product.uuid), seen=seen, now=product.revision)
    values = form.changes(loaded)
    for key in _other_keys(product, loaded) if "purge-other" in data else posted_list(data, "remove-other"):
        if loaded.get(key) is not None:
            values[key] = None
    change = ProductChange(product.sku, uuid=product.uuid, must_exist=True, revision=seen)
    change.values = {key: to_api(form, key, value) for key, value in values.items()}
    _add_memberships(change, data, loaded)
    _add_links(change, data, loaded, product, links)
    outcome = write_products([change], actor=actor, origin=Origin.ADMIN)
    if not outcome.refused:
        return Saved(outcome)
    problems = outcome.refused[0].problems
    theirs = _theirs(problems, product, form)
    return Saved(None, values, theirs, [problem for problem in problems if _key(problem) not in theirs])


def present_state(product: ShownProduct, links: Links) -> dict[str, Any]:
    """The state of the parts of a product that its form shows, keyed as in the journal."""
    return {
        **product.lineage[0],
        "@enabled": product.enabled,
        "@categories": links.own_categories,
        "@groups": links.group_codes,
        **{f"@associations.{code}": state for code, state in links.states.items()},
    }


def _other_keys(product: ShownProduct, loaded: Mapping[str, Any]) -> list[str]:
    """The keys of values that are not of the product's family."""
    if product.family is None:
        return []
    members = product.family.members
    return [key for key in loaded if not key.startswith("@") and split_key(key).attribute not in members]


def to_api(form: ValuesForm, key: str, value: Any) -> Any:
    """A stored value as the write path takes it."""
    spec = form.specs.get(key) or form.engine.catalog.base.attributes.get(split_key(key).attribute)
    return None if value is None or spec is None else attribute_types.get(spec.type).to_api(value)


def _add_memberships(change: ProductChange, data: Any, loaded: Mapping[str, Any]) -> None:
    if "has_memberships" not in data:
        return
    enabled = bool(data.get("enabled"))
    if enabled != loaded.get("@enabled"):
        change.enabled = enabled
    categories = sorted(set(posted_list(data, "category")))
    if categories != sorted(loaded.get("@categories") or []):
        change.categories = categories
    groups = sorted(set(posted_list(data, "group")))
    if groups != sorted(loaded.get("@groups") or []):
        change.groups = groups


def _add_links(
    change: ProductChange, data: Any, loaded: Mapping[str, Any], product: ShownProduct, links: Links
) -> None:
    """Take the posted links; one of the other side goes only if it was shown and has been taken away."""
    if "has_links" not in data:
        return
    changed: dict[str, Any] = {}
    for code, spec in product.structure.association_types.items():
        quantities = posted_list(data, f"quantity-{code}")
        state = []
        for number, written in enumerate(posted_list(data, f"link-{code}")):
            side, _colon, key = written.partition(":")
            quantity = quantities[number].strip() if spec.is_quantified and number < len(quantities) else None
            state.append({"in": side, "to": key, "quantity": quantity or None})
        seen, posted = set(posted_list(data, f"mirrored-{code}")), {row["to"] for row in state}
        own = [row for row in state if row["to"] not in seen]
        other_side = links.other_side.get(code, [])
        staying = [row for row in other_side if row["to"] not in seen or row["to"] in posted]
        if own != (loaded.get(f"@associations.{code}") or []) or staying != other_side:
            changed[code] = links_of([*own, *staying])
    if changed:
        change.associations = changed


def _theirs(problems: Sequence[Problem], product: ShownProduct, form: ValuesForm) -> dict[str, str]:
    """For each value in conflict: what somebody else wrote meanwhile."""
    found = {}
    for problem in problems:
        key = _key(problem)
        if problem.code != CONFLICT or key not in form.specs:
            continue
        text = write_value(product.lineage[0].get(key), form.specs[key], product.structure, split_key(key).locale)
        found[key] = text or _("nothing")
    return found


def _key(problem: Problem) -> str:
    return problem.pointer.removeprefix("/values/").split("/", 1)[0]

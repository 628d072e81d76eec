"""People of the three groups, and the default workflows where a test has emptied the tables."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from pim.models import User
from pim.services.snapshot import forget_structure
from pim.services.structure import StructureChange, write_structure
from workflows.models import Workflow
from workflows.stages.defaults import CREATIVES, GROUPS, MANAGERS, REVIEWERS, WORKFLOWS

KINDS_OF_CALLER = ("nobody", "manager", "creative", "reviewer", "superuser", "inactive")
GROUP_OF = {"manager": MANAGERS, "creative": CREATIVES, "reviewer": REVIEWERS, "inactive": REVIEWERS}


def make_caller(kind: str) -> User:
    """A person of one of the kinds of caller; `nobody` has an account and no group."""
    user = User.objects.create_user(username=kind, password="demo")
    user.is_superuser, user.is_active = kind == "superuser", kind != "inactive"
    user.is_staff = True
    user.save()
    if kind in GROUP_OF:
        user.groups.add(Group.objects.get(name=GROUP_OF[kind]))
    return user


def make_workflow(subject_type: str = "product", **fields: Any) -> Workflow:
    """The workflow of a type of subject, with these fields of its state changed."""
    if not Workflow.objects.filter(subject_type=subject_type).exists():
        restore_default_workflows()
    workflow = Workflow.objects.get(subject_type=subject_type)
    if fields:
        change = StructureChange(workflow.code, fields)
        write_structure("workflow", [change], actor=None, origin="system", atomic=True)
    return workflow


def restore_default_workflows() -> None:
    """Write the default workflows as the migration did, in a database that a test has flushed."""
    for name in GROUPS:
        Group.objects.get_or_create(name=name)
    forget_structure()
    changes = [StructureChange(state["code"], state) for state in WORKFLOWS]
    write_structure("workflow", changes, actor=None, origin="system", atomic=True)

"""The two workflows and the three groups that a new house starts with."""

from typing import Any, ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from workflows.stages.defaults import GROUPS, WORKFLOWS


def create_defaults(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    groups = {name: _create_group(apps, name, grants) for name, grants in GROUPS.items()}
    for state in WORKFLOWS:
        _create_workflow(apps, state, groups)


def delete_defaults(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("workflows", "Workflow").objects.filter(code__in=[state["code"] for state in WORKFLOWS]).delete()
    apps.get_model("auth", "Group").objects.filter(name__in=list(GROUPS)).delete()


def _create_group(apps: Apps, name: str, grants: dict[str, tuple[str, ...]]) -> Any:
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=name)
    # Content types and permissions are made after all migrations; making them here by name leaves nothing to do then.
    content_types, permissions = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    for label, verbs in grants.items():
        app_label, model = label.split(".")
        content_type, _created = content_types.objects.get_or_create(app_label=app_label, model=model)
        for verb in verbs:
            permission, _created = permissions.objects.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {model}"}
            )
            group.permissions.add(permission)
    return group


def _create_workflow(apps: Apps, state: dict[str, Any], groups: dict[str, Any]) -> None:
    workflow = apps.get_model("workflows", "Workflow").objects.create(
        code=state["code"], labels=state["labels"], subject_type=state["subject_type"], revision=1
    )
    stages = {}
    for position, row in enumerate(state["stages"]):
        plain = {name: value for name, value in row.items() if name not in {"after_edit", "editors"}}
        stage = apps.get_model("workflows", "Stage").objects.create(workflow=workflow, position=position, **plain)
        for name in row.get("editors", ()):
            apps.get_model("workflows", "StageEditor").objects.create(stage=stage, group=groups[name])
        stages[row["code"]] = stage
    for row in state["stages"]:
        if row.get("after_edit"):
            stages[row["code"]].after_edit = stages[row["after_edit"]]
            stages[row["code"]].save()
    for position, row in enumerate(state["transitions"]):
        transition = apps.get_model("workflows", "Transition").objects.create(
            workflow=workflow,
            code=row["code"],
            labels=row["labels"],
            position=position,
            target=stages[row["to"]],
            asks_comment=row.get("asks_comment", False),
        )
        transition.sources.set([stages[code] for code in row["from"]])
        for name in row.get("groups", ()):
            apps.get_model("workflows", "TransitionGroup").objects.create(transition=transition, group=groups[name])


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("workflows", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations: ClassVar = [migrations.RunPython(create_defaults, delete_defaults)]

"""Naming rules, their runs, and the files that wait; an index by which SKUs that look alike are found."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import catalog.models.linking
import catalog.querysets.products


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0005_asset_numbers_and_order"),
        ("catalog", "0003_lean_derived_tables"),
        ("pim", "0003_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AssetMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("arrived", "to be looked at"),
                            ("due", "its SKU has come"),
                            ("waiting", "waits for its SKU"),
                            ("ambiguous", "needs a decision"),
                            ("linked", "linked"),
                            ("dismissed", "dismissed"),
                        ],
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("rule", models.CharField(blank=True, max_length=100, verbose_name="rule")),
                ("sku", models.CharField(blank=True, max_length=255, verbose_name="SKU")),
                ("key", models.CharField(blank=True, max_length=320)),
                ("position", models.PositiveIntegerField(null=True)),
                (
                    "mode",
                    models.CharField(
                        choices=[("add", "add to what is there"), ("replace", "replace what is there")],
                        default="add",
                        max_length=7,
                    ),
                ),
                ("candidates", models.JSONField(default=list)),
                (
                    "loose_keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255), default=list, size=None
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=40)),
                ("message", models.TextField(blank=True)),
                (
                    "created",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="since"
                    ),
                ),
            ],
            options={
                "verbose_name": "file to be linked",
                "verbose_name_plural": "files to be linked",
            },
        ),
        migrations.CreateModel(
            name="Linking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("selection", models.JSONField(default=dict, verbose_name="files")),
                (
                    "rules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="rules",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planning", "being prepared"),
                            ("ready", "to be decided"),
                            ("applying", "being applied"),
                            ("applied", "applied"),
                        ],
                        default="planning",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("token", models.CharField(default=catalog.models.linking.make_token, editable=False, max_length=64)),
                ("counts", models.JSONField(default=dict, editable=False)),
                (
                    "created",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="made"
                    ),
                ),
            ],
            options={
                "verbose_name": "linking",
                "verbose_name_plural": "linkings",
                "ordering": ["-created", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="LinkingRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("link", "will be linked"),
                            ("linked", "linked already"),
                            ("waiting", "waits for its SKU"),
                            ("ambiguous", "needs a decision"),
                            ("taken", "place is taken"),
                            ("refused", "not possible"),
                            ("none", "no match"),
                            ("done", "linked"),
                            ("stale", "changed since"),
                        ],
                        max_length=9,
                    ),
                ),
                ("rule", models.CharField(blank=True, max_length=100)),
                ("product_uuid", models.UUIDField(null=True)),
                ("sku", models.CharField(blank=True, max_length=255)),
                ("attribute", models.CharField(blank=True, max_length=100)),
                ("key", models.CharField(blank=True, max_length=320)),
                ("position", models.PositiveIntegerField(null=True)),
                (
                    "mode",
                    models.CharField(
                        choices=[("add", "add to what is there"), ("replace", "replace what is there")],
                        default="add",
                        max_length=7,
                    ),
                ),
                ("confidence", models.PositiveSmallIntegerField(default=0)),
                ("before", models.JSONField(null=True)),
                ("candidates", models.JSONField(default=list)),
                (
                    "loose_keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255), default=list, size=None
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=40)),
                ("message", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="NamingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("code", models.CharField(max_length=100, verbose_name="code")),
                (
                    "external_code",
                    models.CharField(
                        blank=True,
                        help_text="The code as another system writes it.",
                        max_length=255,
                        verbose_name="external code",
                    ),
                ),
                ("labels", models.JSONField(blank=True, default=dict, verbose_name="labels")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("template", models.CharField(blank=True, max_length=500, verbose_name="template")),
                ("pattern", models.CharField(blank=True, max_length=500, verbose_name="regular expression")),
                ("prefix", models.CharField(blank=True, max_length=50, verbose_name="prefix")),
                ("suffix", models.CharField(blank=True, max_length=50, verbose_name="suffix")),
                ("ignores_separators", models.BooleanField(default=False, verbose_name="separators do not count")),
                ("ignores_zeros", models.BooleanField(default=False, verbose_name="zeros at the front do not count")),
                ("roles", models.JSONField(blank=True, default=list, verbose_name="roles")),
                (
                    "mode",
                    models.CharField(
                        choices=[("add", "add to what is there"), ("replace", "replace what is there")],
                        default="add",
                        max_length=7,
                        verbose_name="mode",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_automatic", models.BooleanField(default=False, verbose_name="links new files by itself")),
            ],
            options={
                "verbose_name": "naming rule",
                "verbose_name_plural": "naming rules",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                catalog.querysets.products.LooseKey("sku_key"),
                condition=models.Q(("deleted_at__isnull", True)),
                name="product_loose_sku",
            ),
        ),
        migrations.AddField(
            model_name="assetmatch",
            name="asset",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="assets.asset", verbose_name="file"
            ),
        ),
        migrations.AddField(
            model_name="linking",
            name="job",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="pim.job",
                verbose_name="job",
            ),
        ),
        migrations.AddField(
            model_name="linking",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="linking",
            name="planning",
            field=models.ForeignKey(
                editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="pim.job"
            ),
        ),
        migrations.AddField(
            model_name="linkingrow",
            name="asset",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="assets.asset"),
        ),
        migrations.AddField(
            model_name="linkingrow",
            name="linking",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="catalog.linking"
            ),
        ),
        migrations.AddField(
            model_name="namingrule",
            name="attribute",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pim.attribute",
                verbose_name="attribute",
            ),
        ),
        migrations.AddIndex(
            model_name="assetmatch",
            index=models.Index(fields=["state", "-id"], name="assetmatch_state"),
        ),
        migrations.AddIndex(
            model_name="assetmatch",
            index=django.contrib.postgres.indexes.GinIndex(fields=["loose_keys"], name="assetmatch_keys"),
        ),
        migrations.AddIndex(
            model_name="linkingrow",
            index=models.Index(fields=["linking", "state", "id"], name="linkingrow_state"),
        ),
        migrations.AddIndex(
            model_name="linkingrow",
            index=models.Index(fields=["linking", "product_uuid", "key"], name="linkingrow_place"),
        ),
        migrations.AddConstraint(
            model_name="linkingrow",
            constraint=models.UniqueConstraint(fields=("linking", "asset"), name="linkingrow_unique"),
        ),
        migrations.AddConstraint(
            model_name="namingrule",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("code"), name="namingrule_code_unique"
            ),
        ),
    ]

"""Derived rows are not checked against their products, one by one; two indexes repeat the start of others."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_storage_parameters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="product",
            name="family",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="products",
                to="catalog.family",
                verbose_name="family",
            ),
        ),
        migrations.AlterField(
            model_name="productasset",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="asset_rows",
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="productcompleteness",
            name="product",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="completeness",
                serialize=False,
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="productfacet",
            name="product",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="facet",
                serialize=False,
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="productnumber",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="productsort",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="producttext",
            name="product",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="text",
                serialize=False,
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="productunique",
            name="product",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.product"
            ),
        ),
    ]

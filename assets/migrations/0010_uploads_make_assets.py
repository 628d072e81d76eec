from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0009_hygiene_reports"),
    ]

    operations = [
        migrations.RemoveField(model_name="upload", name="replaces"),
    ]

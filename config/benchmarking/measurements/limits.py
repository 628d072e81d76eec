"""Physical limits that several measurements stand beside."""

from __future__ import annotations

from time import perf_counter

from django.db import connection, transaction


def copy_documents(first_id: int = 0) -> tuple[int, float]:
    """COPY the documents of the products from an id on into an empty table with a primary key: (products, seconds)."""
    documents = f'SELECT product_id, locale, "values" FROM catalog_productvalues WHERE product_id >= {first_id:d}'
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT product_id) FROM ({documents}) d")
        products = int(cursor.fetchone()[0])
        with cursor.copy(f"COPY ({documents}) TO STDOUT") as copy:
            blocks = [bytes(block) for block in copy]
        with transaction.atomic():
            cursor.execute(
                "CREATE TABLE benchmark_documents"
                ' (product_id bigint, locale smallint, "values" jsonb, PRIMARY KEY (product_id, locale))'
            )
            started = perf_counter()
            with cursor.copy("COPY benchmark_documents FROM STDIN") as copy:
                for block in blocks:
                    copy.write(block)
            seconds = perf_counter() - started
            transaction.set_rollback(True)
    return products, seconds

"""What is queued arrives somewhere, and what is due has a task."""

import re

from config import celery, env
from config.celery_settings import QUEUES

app = celery.app


def test_every_task_of_ours_goes_to_a_queue_that_is_worked_on():
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}

    assert ours
    assert {name for name, task in ours.items() if getattr(task, "queue", "default") not in QUEUES} == set()


def test_every_entry_of_the_timetable_names_a_task_and_a_queue_that_exist():
    timetable = app.conf.beat_schedule

    assert timetable
    assert [name for name, entry in timetable.items() if entry["task"] not in app.tasks] == []
    assert [
        name for name, entry in timetable.items() if entry.get("options", {}).get("queue", "default") not in QUEUES
    ] == []


def test_a_task_is_kept_until_it_is_done():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


def test_production_serves_every_queue_and_slow_formats_apart_from_quick_ones() -> None:
    served = re.findall(r'"--queues", "([a-z_,]+)"', (env.REPOSITORY / "compose.yaml").read_text())

    queues = [line.split(",") for line in served]
    assert sorted(queue for line in queues for queue in line) == sorted(QUEUES)
    assert not any({"renditions", "renditions_slow"} <= set(line) for line in queues)

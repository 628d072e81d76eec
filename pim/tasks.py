"""What the workers of the kernel run: one line each."""

from __future__ import annotations

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from pim import journal
from pim.services import due, jobs

logger = logging.getLogger(__name__)

TIMETABLE = {
    "pim.run_consumers": {"task": "pim.run_consumers", "schedule": 2.0, "options": {"queue": "publish", "expires": 2}},
    "pim.requeue_orphans": {"task": "pim.requeue_orphans", "schedule": 10.0, "options": {"expires": 10}},
    "pim.fire_due": {"task": "pim.fire_due", "schedule": 15.0, "options": {"expires": 15}},
    "pim.ensure_partitions": {"task": "pim.ensure_partitions", "schedule": 3600.0},
}
"""What beat starts, in seconds. Consumers are woken by commits; this is for messages that were lost."""


@shared_task(name="pim.run_consumers", queue="publish")
def run_consumers() -> None:
    """Read the journal on."""
    journal.run_consumers()


@shared_task(name="pim.run_job", queue="bulk")
def run_job(uuid: str) -> None:
    """Run a job from its last checkpoint."""
    jobs.run_job(uuid)


@shared_task(name="pim.requeue_orphans")
def requeue_orphans() -> None:
    """Find jobs whose worker has died."""
    jobs.requeue_orphans()


@shared_task(name="pim.fire_due")
def fire_due() -> None:
    """Journal what has become due."""
    due.fire_due()


@shared_task(name="pim.ensure_partitions")
def ensure_partitions() -> None:
    """Make room in the journal."""
    journal.ensure_partitions()


def wake_consumers() -> None:
    """Send the message that wakes the consumers; without a broker, beat's next tick does."""
    try:
        run_consumers.apply_async(ignore_result=True, retry=False)
    except OperationalError:
        logger.warning("the broker does not answer: consumers wait for the next tick")


def send_job(uuid: str, queue: str) -> None:
    """Send the message that starts a job; without a broker, the search for orphans finds it later."""
    try:
        run_job.apply_async(args=[uuid], queue=queue, ignore_result=True, retry=False)
    except OperationalError:
        logger.warning("the broker does not answer: job %s waits", uuid)

"""What workers run for delivery."""

from __future__ import annotations

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from channels.services.following import read_urgent
from channels.services.marking import mark_due
from channels.services.publishing import publish_pending

logger = logging.getLogger(__name__)


@shared_task(name="channels.publish")
def publish() -> None:
    """Publish what is dirty."""
    publish_pending(before_batch=read_urgent)


@shared_task(name="channels.publish_due")
def publish_due() -> None:
    """Look again at what changes by itself, and at what a lost message left behind."""
    mark_due()
    publish_pending(before_batch=read_urgent)


def wake_publishers() -> None:
    """Send the message that wakes a publisher; without a broker, beat's next tick does."""
    try:
        publish.apply_async(queue="publish", ignore_result=True, retry=False)
    except OperationalError:
        logger.warning("the broker does not answer: publications wait for the next tick")


TIMETABLE = {
    "channels.publish_due": {
        "task": "channels.publish_due",
        "schedule": 15.0,
        "options": {"queue": "publish", "expires": 15},
    },
}
"""What beat starts, in seconds. Publishers are woken by the journal; this is for dates and lost messages."""

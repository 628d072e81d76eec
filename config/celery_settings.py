"""How work is queued: queues, delivery guarantees, limits; star-imported into the settings as Django names them."""

from kombu import Queue

# What a person waits for, what a consumer waits for, and what may take its time, apart.
QUEUES = ("default", "ingest", "renditions", "renditions_slow", "publish", "deliver", "bulk")

CELERY_TASK_QUEUES = tuple(Queue(name) for name in QUEUES)
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = False
# A killed child's task is delivered again; a killed worker's is resumed from the database, not from the broker.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
# A worker that is told to stop gives its tasks this long; what is cut off is resumed from its checkpoint.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3.0
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"

__all__ = [name for name in dir() if name.startswith("CELERY_")]

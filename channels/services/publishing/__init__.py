"""Publishing in its steps: claim, load, judge, build, store."""

from channels.services.publishing.publishing import preview, publish_pending

__all__ = ["preview", "publish_pending"]

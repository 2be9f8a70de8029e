"""Anthropic's Messages API: https://docs.claude.com/en/api/messages."""

from fleet_inference.dialects.anthropic.batch_store import BatchStore
from fleet_inference.dialects.anthropic.batch_work import batch_worker
from fleet_inference.dialects.anthropic.batches import MessageBatches
from fleet_inference.dialects.anthropic.service import Messages

__all__ = ["BatchStore", "MessageBatches", "Messages", "batch_worker"]

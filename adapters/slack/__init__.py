"""Slack: channels, threads, direct messages, the agent view and App Home, over HTTP or Socket Mode."""

from adapters.slack.adapter import factory

__all__ = ["factory"]

"""The methods of the Web API that the bot uses, with the checks that Slack makes of their arguments."""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.adapters.slack.standin.checks import block_errors, visible_text
from tests.adapters.slack.standin.state import Channel, File, Json, Message, Workspace

MOST_TEXT = 40_000
MOST_MARKDOWN = 12_000
POSTING = frozenset({"chat.postMessage", "chat.startStream", "chat.postEphemeral"})

_TS = re.compile(r"\d+\.\d{6}")


class NotOkError(Exception):
    """`{"ok": false, "error": ...}`."""

    def __init__(self, error: str, *messages: str, **facts: object) -> None:
        super().__init__(error)
        self.body: Json = {"ok": False, "error": error, **facts}
        if messages:
            self.body["response_metadata"] = {"messages": list(messages)}


class Methods:
    """One workspace's methods. `posts` counts, per channel, when messages were posted, by `clock`."""

    def __init__(self, workspace: Workspace, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.workspace = workspace
        self.has_streams = True
        self.has_assistant = True
        self.has_sessions = True
        self.takes_blocks_in_streams = True
        self.stop_warning = ""
        self.dead_streams: set[str] = set()
        self.posts: defaultdict[str, list[float]] = defaultdict(list)
        self._clock = clock
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "users.info": self._users_info,
            "conversations.info": self._conversations_info,
            "conversations.replies": self._replies,
            "conversations.history": self._history,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.startStream": self._start_stream,
            "chat.appendStream": self._append_stream,
            "chat.stopStream": self._stop_stream,
            "assistant.threads.setStatus": self._set_status,
            "agents.sessions.setStatus": self._set_session,
            "assistant.threads.setSuggestedPrompts": self._set_prompts,
            "views.publish": self._publish,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._share,
        }

    def call(self, method: str, arguments: Json) -> Json:
        """The answer's body. Raises NotOkError."""
        if method not in self._methods:
            raise NotOkError("unknown_method", req_method=method)
        if method.startswith("assistant.") and not self.has_assistant:
            raise NotOkError("unknown_method", req_method=method)
        if method.startswith("agents.") and not self.has_sessions:
            raise NotOkError("unknown_method", req_method=method)
        if method in {"chat.startStream", "chat.appendStream", "chat.stopStream"} and not self.has_streams:
            raise NotOkError("unknown_method", req_method=method)
        return {"ok": True, **self._methods[method](arguments)}

    # --- who ---

    def _auth_test(self, arguments: Json) -> Json:
        space = self.workspace
        return {
            "url": "https://standin.slack.com/", "team": "Stand-in", "user": "resync", "team_id": space.team,
            "user_id": space.bot_user, "bot_id": space.bot_id, "is_enterprise_install": space.is_org_wide,
            **({"enterprise_id": space.enterprise} if space.enterprise else {}),
        }  # fmt: skip

    def _users_info(self, arguments: Json) -> Json:
        user = _required(arguments, "user")
        if user.startswith("U0UNKNOWN"):
            raise NotOkError("user_not_found")
        return {"user": self.workspace.person(user)}

    def _conversations_info(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        return {"channel": {"id": channel.id, "is_member": channel.is_member, "is_archived": channel.is_archived}}

    # --- reading ---

    def _replies(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        found = self.workspace.thread(channel.id, _required(arguments, "ts"))
        if not found:
            raise NotOkError("thread_not_found")
        return self._page(found, arguments)

    def _history(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        return self._page([each for each in channel.messages if not each.thread_ts][::-1], arguments)

    def _page(self, messages: list[Message], arguments: Json) -> Json:
        oldest, limit = str(arguments.get("oldest", "0")), int(arguments.get("limit", 100))
        if not 1 <= limit <= 1000:
            raise NotOkError("invalid_limit")
        start = int(arguments.get("cursor") or 0)
        new = [each for each in messages if each.ts > oldest or each.ts == arguments.get("ts")]
        with_metadata = str(arguments.get("include_all_metadata", "")).lower() in {"true", "1"}
        body: Json = {"messages": [each.public(with_metadata=with_metadata) for each in new[start : start + limit]]}
        body["has_more"] = start + limit < len(new)
        if body["has_more"]:
            body["response_metadata"] = {"next_cursor": str(start + limit)}
        return body

    # --- writing ---

    def _post(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        self._check_content(arguments)
        if thread := arguments.get("thread_ts"):
            self._check_thread(channel, thread)
        message = self._add(channel, arguments, streaming="")
        return {"channel": channel.id, "ts": message.ts, "message": message.public(with_metadata=True)}

    def _post_ephemeral(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        _required(arguments, "user")
        self._check_content(arguments)
        self.workspace.ephemerals.append(dict(arguments))
        self.posts[channel.id].append(self._clock())
        return {"message_ts": self.workspace.next_ts()}

    def _update(self, arguments: Json) -> Json:
        message = self._own_message(arguments)
        if message.streaming == "on" and message.ts not in self.dead_streams:
            raise NotOkError("streaming_state_conflict")
        self._check_content(arguments)
        message.text, message.blocks = arguments.get("text", ""), list(arguments.get("blocks", []))
        message.metadata = arguments.get("metadata") or message.metadata
        message.streaming = "done" if message.streaming else ""
        message.edits += 1
        return {"channel": message.channel, "ts": message.ts, "text": message.text}

    def _delete(self, arguments: Json) -> Json:
        message = self._own_message(arguments)
        self.workspace.channel(message.channel).messages.remove(message)
        return {"channel": message.channel, "ts": message.ts}

    def _start_stream(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        thread = _required(arguments, "thread_ts")
        self._check_thread(channel, thread)
        if channel.kind != "im":
            for name in ("recipient_team_id", "recipient_user_id"):
                if not arguments.get(name):
                    raise NotOkError(f"missing_{name}")
        text, blocks = self._streamed(arguments)
        message = self._add(channel, {**arguments, "text": text, "blocks": blocks}, streaming="on")
        message.is_in_chunks = "chunks" in arguments
        return {"channel": channel.id, "ts": message.ts}

    def _append_stream(self, arguments: Json) -> Json:
        message = self._streaming(arguments)
        if message.is_in_chunks != ("chunks" in arguments):
            raise NotOkError("markdown_text_conflict")
        text, _ = self._streamed(arguments)
        if not text:
            raise NotOkError("invalid_arguments", "missing required field: markdown_text or chunks")
        message.text += text
        return {"channel": message.channel, "ts": message.ts}

    def _stop_stream(self, arguments: Json) -> Json:
        message = self._streaming(arguments)
        if len(arguments.get("markdown_text", "")) > MOST_MARKDOWN:
            raise NotOkError("msg_too_long")
        self._check_blocks(arguments)
        message.text += arguments.get("markdown_text", "")
        message.blocks = list(arguments.get("blocks", []))
        message.metadata = arguments.get("metadata") or message.metadata
        message.streaming = "done"
        return {"channel": message.channel, "ts": message.ts}

    def _streamed(self, arguments: Json) -> tuple[str, list[Json]]:
        """The text and the blocks of one call of a stream."""
        chunks = arguments.get("chunks", [])
        if chunks and "markdown_text" in arguments:
            raise NotOkError("markdown_text_conflict")
        blocks = [block for chunk in chunks if chunk["type"] == "blocks" for block in chunk["blocks"]]
        if blocks and not self.takes_blocks_in_streams:
            raise NotOkError("invalid_chunks")
        self._check_blocks({"blocks": blocks})
        text = "".join(chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text")
        text += arguments.get("markdown_text", "")
        if len(text) > MOST_MARKDOWN:
            raise NotOkError("msg_too_long")
        return text, blocks

    # --- signs of life, Home ---

    def _set_status(self, arguments: Json) -> Json:
        self._channel({"channel": _required(arguments, "channel_id")})
        _required(arguments, "thread_ts")
        if "status" not in arguments:
            raise NotOkError("invalid_arguments")
        self.workspace.statuses.append(dict(arguments))
        return {}

    def _set_session(self, arguments: Json) -> Json:
        self._writable({"channel": _required(arguments, "channel_id")})
        thread, status = _required(arguments, "thread_ts"), _required(arguments, "status")
        if status not in {"active", "processing", "suspended", "closed"}:
            raise NotOkError("invalid_arguments", "status")
        self.workspace.sessions[arguments["channel_id"], thread] = status
        return {"status": status, **({"warning": self.stop_warning} if self.stop_warning else {})}

    def _set_prompts(self, arguments: Json) -> Json:
        _required(arguments, "channel_id")
        prompts = arguments.get("prompts") or []
        if not 0 < len(prompts) <= 4 or any(not each.get("title") or not each.get("message") for each in prompts):
            raise NotOkError("invalid_arguments", "prompts: 1 to 4, each with title and message")
        self.workspace.prompts.append(dict(arguments))
        return {}

    def _publish(self, arguments: Json) -> Json:
        view = arguments.get("view") or {}
        errors = block_errors(view.get("blocks"), "home") if view.get("type") == "home" else ["type must be home"]
        if errors:
            raise NotOkError("invalid_arguments", *errors)
        self.workspace.homes[_required(arguments, "user_id")] = view
        return {"view": view}

    # --- files ---

    def _upload_url(self, arguments: Json) -> Json:
        self._need("files:write")
        length = int(_required(arguments, "length"))
        identifier = f"F{len(self.workspace.files):08d}"
        self.workspace.files[identifier] = File(_required(arguments, "filename"), length)
        return {"file_id": identifier, "upload_path": f"/upload/{self.workspace.token}/{identifier}"}

    def _share(self, arguments: Json) -> Json:
        self._need("files:write")
        channel = self._writable({"channel": _required(arguments, "channel_id")})
        if thread := arguments.get("thread_ts"):
            self._check_thread(channel, thread)
        shared = [self.workspace.files.get(each["id"]) for each in arguments["files"]]
        if not shared or any(file is None or file.content is None for file in shared):
            raise NotOkError("file_not_found")
        self.posts[channel.id].append(self._clock())
        for file in shared:
            assert file
            file.shares.append(arguments)
        return {"files": [{"id": each["id"]} for each in arguments["files"]]}

    # --- checks ---

    def _need(self, scope: str) -> None:
        if scope not in self.workspace.scopes:
            raise NotOkError("missing_scope", needed=scope, provided=",".join(self.workspace.scopes))

    def _channel(self, arguments: Json) -> Channel:
        channel = _required(arguments, "channel")
        if not re.fullmatch(r"[CDG][A-Z0-9]+", channel) or channel.startswith("C0UNKNOWN"):
            raise NotOkError("channel_not_found")
        return self.workspace.channel(channel)

    def _writable(self, arguments: Json) -> Channel:
        channel = self._channel(arguments)
        if channel.is_archived:
            raise NotOkError("is_archived")
        if not channel.is_member:
            raise NotOkError("not_in_channel")
        return channel

    def _own_message(self, arguments: Json) -> Message:
        channel = self._writable(arguments)
        message = self.workspace.find(channel.id, _required(arguments, "ts"))
        if message is None or message not in channel.messages:
            raise NotOkError("message_not_found")
        if message.bot_id != self.workspace.bot_id:
            raise NotOkError("cant_update_message")
        return message

    def _streaming(self, arguments: Json) -> Message:
        message = self._own_message(arguments)
        if message.streaming != "on" or message.ts in self.dead_streams:
            raise NotOkError("message_not_in_streaming_state")
        return message

    def _check_thread(self, channel: Channel, thread: str) -> None:
        if not _TS.fullmatch(thread):
            raise NotOkError("invalid_thread_ts")
        root = self.workspace.find(channel.id, thread)
        if root is not None and root.thread_ts and root.thread_ts != thread:
            raise NotOkError("cannot_reply_to_message")

    def _check_content(self, arguments: Json) -> None:
        self._check_blocks(arguments)
        text = arguments.get("text", "")
        if not text and not arguments.get("blocks"):
            raise NotOkError("no_text")
        if not text:
            raise NotOkError("text_missing", "no text for notifications and screen readers beside the blocks")
        if len(text) > MOST_TEXT:
            raise NotOkError("msg_too_long")
        for unfurl in ("unfurl_links", "unfurl_media"):
            if "ts" not in arguments and arguments.get(unfurl) is not False:
                raise NotOkError("unfurling_is_on", f"{unfurl} is not false")
        metadata = arguments.get("metadata")
        if metadata and not (isinstance(metadata, dict) and metadata.get("event_type") and "event_payload" in metadata):
            raise NotOkError("invalid_metadata_format")

    def _check_blocks(self, arguments: Json) -> None:
        if "blocks" in arguments and (errors := block_errors(arguments["blocks"])):
            raise NotOkError("invalid_blocks", *errors)

    def _add(self, channel: Channel, arguments: Json, *, streaming: str) -> Message:
        space = self.workspace
        self.posts[channel.id].append(self._clock())
        return space.add(
            Message(
                channel=channel.id,
                ts=space.next_ts(),
                user=space.bot_user,
                bot_id=space.bot_id,
                text=arguments.get("text", ""),
                blocks=list(arguments.get("blocks", [])),
                thread_ts=arguments.get("thread_ts", ""),
                metadata=arguments.get("metadata"),
                streaming=streaming,
                at=self._clock(),
            )
        )


def _required(arguments: Json, name: str) -> str:
    value: Any = arguments.get(name)
    if not value:
        raise NotOkError("invalid_arguments", f"missing required field: {name}")
    return str(value)


def seen(message: Message) -> str:
    """What a reader sees of a message."""
    return visible_text(message.blocks) if message.blocks and not message.streaming else message.text

"""What Slack accepts as blocks, by docs.slack.dev/reference/block-kit (checked 2026-11-23)."""

import json
import re
from typing import Any

Json = dict[str, Any]

MOST_BLOCKS = {"message": 50, "home": 100}
MARKDOWN_CHARACTERS = 12_000
TABLE_CHARACTERS = 10_000

_ELEMENTS_WITH_ACTION = {"button", "feedback_buttons", "icon_button"}


def block_errors(blocks: Any, surface: str = "message") -> list[str]:
    """Why Slack would say invalid_blocks; empty if it would not."""
    if not isinstance(blocks, list):
        return ["blocks is not an array"]
    errors = []
    if len(blocks) > MOST_BLOCKS[surface]:
        errors.append(f"no more than {MOST_BLOCKS[surface]} items allowed")
    for index, block in enumerate(blocks):
        errors += [f"/blocks/{index}: {error}" for error in _block(block, surface)]
    if sum(block.get("type") == "table" for block in blocks) > 1:
        errors.append("only_one_table_allowed")
    if sum(len(block.get("text", "")) for block in blocks if block.get("type") == "markdown") > MARKDOWN_CHARACTERS:
        errors.append("markdown blocks too long")
    identifiers = [block["block_id"] for block in blocks if "block_id" in block]
    if len(identifiers) != len(set(identifiers)):
        errors.append("block_id is not unique")
    return errors


def _block(block: Any, surface: str) -> list[str]:  # noqa: C901, PLR0911, PLR0912  # one case per kind of block
    if not isinstance(block, dict):
        return ["is not an object"]
    if len(str(block.get("block_id", ""))) > 255:
        return ["block_id too long"]
    match block.get("type"):
        case "header":
            return _text(block.get("text"), 150, kinds=("plain_text",))
        case "section":
            fields = block.get("fields", [])
            errors = _text(block["text"], 3000) if "text" in block else []
            if "text" not in block and not fields:
                errors.append("missing text or fields")
            if len(fields) > 10:
                errors.append("more than 10 fields")
            return errors + [error for field in fields for error in _text(field, 2000)]
        case "context":
            elements = block.get("elements", [])
            if not 0 < len(elements) <= 10:
                return ["1 to 10 elements"]
            return [error for each in elements for error in _text(each, 2000)]
        case "actions":
            elements = block.get("elements", [])
            if not 0 < len(elements) <= 25:
                return ["1 to 25 elements"]
            actions = [each.get("action_id") for each in elements]
            errors = [] if len(actions) == len(set(actions)) else ["action_id is not unique in its block"]
            return errors + [error for each in elements for error in _element(each)]
        case "context_actions":
            elements = block.get("elements", [])
            if surface != "message" or not 0 < len(elements) <= 5:
                return ["context_actions: 1 to 5 elements, in messages"]
            return [error for each in elements for error in _element(each)]
        case "divider":
            return []
        case "image":
            errors = [] if 0 < len(block.get("alt_text", "")) <= 2000 else ["alt_text: 1 to 2000 characters"]
            if not re.match(r"https?://", block.get("image_url", "")) or len(block.get("image_url", "")) > 3000:
                errors.append("image_url")
            return errors
        case "markdown":
            return [] if surface == "message" and block.get("text") else ["markdown: text, in messages"]
        case "rich_text":
            return _rich_text(block)
        case "table":
            return _table(block) if surface == "message" else ["tables stand in messages"]
        case kind:
            return [f"unsupported type: {kind}"]


def _text(text: Any, most: int, *, kinds: tuple[str, ...] = ("mrkdwn", "plain_text")) -> list[str]:
    if not isinstance(text, dict) or text.get("type") not in kinds:
        return [f"text object of type {' or '.join(kinds)} expected"]
    if not 0 < len(text.get("text", "")) <= most:
        return [f"text must have 1 to {most} characters, not {len(text.get('text', ''))}"]
    return []


def _element(element: Json) -> list[str]:
    if element.get("type") not in _ELEMENTS_WITH_ACTION:
        return [f"unsupported element {element.get('type')}"]
    errors = [] if 0 < len(element.get("action_id", "")) <= 255 else ["action_id: 1 to 255 characters"]
    if element["type"] == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            button = element.get(name, {})
            errors += _text(button.get("text"), 75, kinds=("plain_text",))
            errors += [] if 0 < len(button.get("value", "")) <= 2000 else [f"{name}: value"]
        return errors
    errors += _text(element.get("text"), 75, kinds=("plain_text",))
    if "value" in element and not 0 < len(element["value"]) <= 2000:
        errors.append("value: 1 to 2000 characters")
    if element.get("style", "primary") not in {"primary", "danger"}:
        errors.append("style")
    return errors


def _rich_text(block: Json) -> list[str]:
    errors = [] if block.get("elements") else ["rich_text without elements"]
    for part in block.get("elements", []):
        if part.get("type") not in {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}:
            errors.append(f"rich_text: {part.get('type')}")
        if part.get("type") == "rich_text_list":
            if part.get("style") not in {"bullet", "ordered"} or not 0 <= part.get("indent", 0) <= 8:
                errors.append("rich_text_list: style or indent")
            for item in part.get("elements", []):
                errors += _inline(item.get("elements", []))
            continue
        errors += _inline(part.get("elements", []))
    return errors


def _inline(elements: list[Json]) -> list[str]:
    errors = [] if elements else ["rich_text part without elements"]
    for element in elements:
        match element.get("type"):
            case "text":
                if not element.get("text"):
                    errors.append("text element without text")
            case "link":
                if not re.match(r"(https?|mailto):", element.get("url", "")):
                    errors.append("link url")
            case "date":
                if not isinstance(element.get("timestamp"), int) or not element.get("format"):
                    errors.append("date")
            case kind:
                errors.append(f"inline {kind}")
        if not set(element.get("style", {})) <= {"bold", "italic", "strike", "code", "underline"}:
            errors.append("style")
    return errors


def _table(block: Json) -> list[str]:
    rows = block.get("rows", [])
    if not 0 < len(rows) <= 100:
        return ["1 to 100 rows"]
    if any(not 0 < len(row) <= 20 for row in rows):
        return ["1 to 20 cells in a row"]
    errors: list[str] = []
    for row in rows:
        for cell in row:
            if cell.get("type") == "rich_text":
                errors += _rich_text(cell)
            elif cell.get("type") != "raw_text" or not cell.get("text"):
                errors.append("cell: raw_text with text, or rich_text")
    if characters(rows) > TABLE_CHARACTERS:
        errors.append("table has too many characters")
    if len(block.get("column_settings", [])) > 20:
        errors.append("more than 20 column settings")
    return errors


def characters(node: Any) -> int:
    """All visible characters below `node`."""
    if isinstance(node, dict):
        return (len(node["text"]) if isinstance(node.get("text"), str) else 0) + sum(
            characters(value) for value in node.values() if not isinstance(value, str)
        )
    return sum(characters(each) for each in node) if isinstance(node, list) else 0


def visible_text(blocks: list[Json]) -> str:
    """What a reader sees, roughly: all texts in order."""

    def texts(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["text"]] if isinstance(node.get("text"), str) else []
            return own + [text for value in node.values() if not isinstance(value, str) for text in texts(value)]
        return [text for each in node for text in texts(each)] if isinstance(node, list) else []

    return "\n".join(texts(json.loads(json.dumps(blocks))))

"""Slack's limits, all in one table. Checked 2026-11-23 against docs.slack.dev (reference/block-kit, reference/methods).

Characters unless said otherwise. Where Slack documents nothing, the comment says what the number rests on.
"""

from typing import Final

# --- a message ---
BLOCKS: Final = 50
HOME_BLOCKS: Final = 100
TEXT: Final = 4_000  # recommended for `text`; beyond 40 000 Slack cuts without a word
# Undocumented: messages whose blocks hold more than about 13 000 characters were refused as msg_blocks_too_long.
ALL_BLOCKS: Final = 11_000
LEAFED: Final = 2  # pages, ours: more are offered as a file, too

# --- blocks ---
FIELDS: Final = 10  # in one section
FIELD: Final = 2_000
CONTEXT: Final = 2_000
HEADER: Final = 150
RICH_TEXT: Final = 3_000  # undocumented: kept to what a section takes
IMAGE_URL: Final = 3_000
IMAGE_ALT: Final = 2_000
LIST_INDENT: Final = 8

# --- tables ---
TABLES: Final = 1  # in one message: only_one_table_allowed
TABLE_ROWS: Final = 100  # the header is one of them
TABLE_COLUMNS: Final = 20
TABLE: Final = 10_000  # all cells together
CELL: Final = 500  # ours: more than a person reads in a cell

# --- elements ---
BUTTONS: Final = 25  # in one actions block
BUTTON_LABEL: Final = 75
BUTTON_VALUE: Final = 2_000
ACTION_ID: Final = 255

# --- streams ---
STREAM_ALL: Final = 11_000  # one call takes 12 000; what is longer is shown whole when the answer is final

# --- signs of life ---
STATUS: Final = 50  # undocumented: longer ones were cut in the client
STATUS_MESSAGE: Final = 200  # ours, where the status is a message
PROMPTS: Final = 4
PROMPT_TITLE: Final = 75

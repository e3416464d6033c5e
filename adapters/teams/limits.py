"""Microsoft Teams' limits, in one table.

Checked 2026-11-23 against Microsoft's pages on rate limits, message sizes, streaming and suggested actions. Values
marked "chosen" are ours.
"""

# --- sizes ---
PAYLOAD_BYTES = 100 * 1024  # a whole activity, its JSON counted as UTF-16; more is answered 413 MessageSizeTooBig
PAYLOAD_AIM = 80 * 1024  # chosen: people met 413 at 70 KB of JSON plus what Teams itself adds
INFORMATIVE_BYTES = 1000  # an informative line of a stream: at most 1 KB and 1000 characters
SUGGESTION = 200  # chosen: characters of a suggested action
SUGGESTED_ACTIONS = 3  # Teams shows the first three

# --- chosen for reading on a phone ---
PAGE_TEXT = 2800  # characters of a message's text, the rest behind "show more"
PAGE_LINES = 30  # lines of a card's page: rows of a table, lines of code, of facts and of text
PAGE_CODE_CHARACTERS = 6000
CARD_BUTTONS = 6  # actions of one row; Teams folds more than six into a menu
BUTTON_LABEL = 40  # characters
BUTTON_VALUE = 2000  # characters
CELL = 120  # characters of a table's cell
WIDE_TABLE = 5  # tables of more columns become lists of facts: they would be unreadable on a phone
COLUMNS = 20
SUMMARY = 160  # characters of the line in a notification

# --- streaming ---
STREAM_CLOSE_SECONDS = 105.0  # chosen: Teams closes a stream after 120 by itself; we do before, with what there is
STREAM_INTERVAL = 1.5  # seconds between two pieces; Teams takes one a second and advises 1.5 to 2

TYPING_INTERVAL = 8.0  # chosen: seconds between two signs of typing, which Teams shows for a few seconds

# --- rates, per bot and conversation: in so many seconds at most so many calls ---
SEND_WINDOWS = ((1, 7), (2, 8), (30, 60), (3600, 1800))
MEMBER_WINDOWS = ((1, 14), (2, 16), (30, 120), (3600, 3600))
WINDOW_MARGIN = 0.25  # chosen: seconds by which calls can come closer together on their way to Teams

# --- times ---
CLOCK_SKEW = 300.0  # seconds by which the clocks of Microsoft and of this machine may differ
INVOKE_SECONDS = 4.0  # chosen: a click unanswered for five shows people "Something went wrong"

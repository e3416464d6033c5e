"""The boards of places in a storm: one message each, edited, instead of one for each root cause."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from resync_bot.alerts.book import Book
from resync_bot.alerts.delivering import Delivery, digest_of_text, marker_of
from resync_bot.alerts.model import AlertGroup, Board, Posted
from resync_bot.alerts.rendering import board_answer
from resync_bot.alerts.storms import is_calm, is_done, is_storm, with_groups
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Answer, Place
from resync_bot.errors import DeliveryError

DEBOUNCE: Final = timedelta(seconds=5)  # between two edits; longer after attempts that failed
BACKOFF_LONGEST: Final = timedelta(minutes=10)

log = structlog.get_logger(__name__)


class Boards:
    """Of one lease, with its book."""

    def __init__(
        self,
        book: Book,
        delivery: Delivery,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._delivery = delivery
        self._now = now

    async def take(self, place: str, groups: Sequence[AlertGroup], *, threshold: int) -> bool:
        """Whether the place has a storm: then these groups, not told there yet, are on its board from now on."""
        now = self._now()
        board = self._book.boards.get(place)
        is_raging = board is not None and board.over is None
        if not is_raging and not is_storm(self._book.first_posts(place), len(groups), threshold=threshold, now=now):
            return False
        engine_now = self._book.engine_time(groups[0].engine, now)
        board = with_groups(board, place, (group.id for group in groups), now=now, engine_now=engine_now)
        posted = Posted(place=place, board=True, at=now)
        await self._book.put_board(board, [(group, posted) for group in groups])
        return True

    async def serve(self, place: str, language: Language) -> None:
        """Brings the place's board, if it has one, into line with its groups, and takes it away when all is told."""
        board = self._book.boards.get(place)
        if board is None:
            return
        now = self._now()
        if is_calm(board, now=now):
            board = board.model_copy(update={"over": now})
        groups = [group for one in board.groups if (group := self._book.groups.get(one)) is not None]
        answer = board_answer(
            groups,
            language=language,
            zone=self._book.zones.get(groups[0].engine) if groups else None,
            since=board.began,
            is_over=board.over is not None,
        )
        shown = digest_of_text(answer)
        if shown != board.shown and not _is_soon(board, now):
            board = await self._draw(board, answer, shown)
        if is_done(board, groups) and board.shown == shown:
            await self._book.remove_board(place)
        elif board != self._book.boards.get(place):
            await self._book.put_board(board)

    async def _draw(self, board: Board, answer: Answer, shown: str) -> Board:
        marker = marker_of(f"board-{board.since.timestamp():.0f}", board.place)
        try:
            message = await self._delivery.send(Place.decode(board.place), marker, answer, message=board.message)
        except DeliveryError as error:
            log.warning("alert.board_undeliverable", place=board.place, error=str(error), hint=error.hint)
            return board.model_copy(update={"at": self._now(), "attempts": board.attempts + 1, "problem": str(error)})
        update = {"message": message, "shown": shown, "at": self._now(), "attempts": 0, "problem": ""}
        return board.model_copy(update=update)


def _is_soon(board: Board, now: datetime) -> bool:
    wait = min(DEBOUNCE * 2 ** min(board.attempts, 10), BACKOFF_LONGEST)
    return board.at is not None and now < board.at + wait

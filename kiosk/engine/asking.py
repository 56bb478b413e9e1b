"""What a card is asked while its PIN is typed, so that its recent data can be opened now and sealed anew afterwards. Pure."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.store.sealed import Answers, Challenges, SealingChallenge


class Asking:
    """The stored row's two challenges once, then two fresh ones, each twice (design §5). One card, one visit.

    The fresh ones are asked a, b, a, b: a card that gives its last answer again does not pass for one that has a key.
    """

    def __init__(self, stored: Challenges | None, fresh: Challenges) -> None:
        self._stored = 0 if stored is None else len(stored)
        self._fresh = fresh
        self._left: deque[SealingChallenge] = deque((*(stored or ()), *fresh, *fresh))
        self._answers: list[bytes] = []

    @property
    def question(self) -> SealingChallenge | None:
        """What the card is asked next; None: nothing any more."""
        return self._left[0] if self._left else None

    def answered(self, answer: bytes) -> None:
        """To `question`."""
        if self._left:
            self._left.popleft()
            self._answers.append(answer)

    def close(self) -> None:
        """No more questions: the card cannot answer, or there is no time left for it."""
        self._left.clear()

    @property
    def ready_to_open(self) -> bool:
        """Nothing more will be known of the stored challenges."""
        return not self._left or len(self._answers) >= self._stored

    @property
    def stored(self) -> Answers | None:
        """To the stored challenges; None: not both, or there are none stored."""
        if not self._stored or len(self._answers) < self._stored:
            return None
        return self._answers[0], self._answers[1]

    @property
    def fresh(self) -> tuple[Challenges, Answers] | None:
        """What a new row is sealed with; None: not all asked, or a card that answers by chance or always the same."""
        answers = self._answers[self._stored :]
        if len(answers) != 2 * len(self._fresh):
            return None
        first, second = answers[:2], answers[2:]
        if first != second or first[0] == first[1]:
            return None
        return self._fresh, (first[0], first[1])

    def __repr__(self) -> str:
        return f"Asking(<{len(self._answers)} answers>)"

"""What the chooser hands to whoever applies it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """A decision that is written but not applied yet.

    :param user_id: chosen employee, None: the desk's queue
    :param kind: ``assign`` | ``keep`` | ``queue`` | ``escalate`` | ``hand_over`` |
        ``preferred`` | ``manual`` | ``take``
    :param step_id: the step that decided, None if none did
    """

    token: str
    user_id: int | None
    kind: str
    desk_id: int
    step_id: int | None = None
    strategy: str = ""
    previous_token: str | None = None

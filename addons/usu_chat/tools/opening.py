"""What a visitor hands over when the first message is sent."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Opening:
    """Facts about a dialogue that is about to begin, already checked.

    ``values`` are the answers (question id -> text), ``by_role`` those that tell who
    the client is (role -> words). ``receipt`` is filled by the routing; ``operator``
    is the employee the dialogue is opened with.
    """

    uuid: str
    livechat_id: int | None = None
    values: dict = field(default_factory=dict)
    by_role: dict = field(default_factory=dict)
    first_text: str = ""
    page: str = ""
    address: str = ""
    lang: str = ""
    country_code: str = ""
    receipt: object = None
    operator: object = None

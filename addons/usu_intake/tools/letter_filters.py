"""What happens to a letter: small ordered filters, each deciding one thing.

Pure. A filter takes ``Facts`` and returns a ``Decision`` or None ("not mine"); the
first decision stands. Reasons are keys that the screen turns into sentences.
"""

from dataclasses import dataclass, field

from . import trust

_AUTO_SENDERS = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply")
_AUTO_SENDERS += ("do-not-reply", "no_reply", "bounce", "bounces", "auto-confirm")
_BULK = ("bulk", "list", "junk", "auto_reply")


@dataclass(frozen=True)
class Facts:
    """What the records and the letter say.

    :param str verdict: of ``trust.verdict``
    :param str problem: of ``address.read_from``
    :param bool known: the address belongs to a client
    :param bool staff: the address belongs to an employee
    :param int thread_id: the request it answers, or None
    :param bool thread_sure: proved by token or reference, not by a number in the text
    :param bool thread_mine: the sender is the client of that request
    :param str unverified: the mailbox's rule for known but unproved senders:
        ``accept`` or ``triage``
    """

    sender: str = ""
    verdict: str = trust.UNVERIFIED
    problem: str = ""
    kept: dict = field(default_factory=dict)
    report: str = ""
    own_loop: bool = False
    blocked: bool = False
    known: bool = False
    staff: bool = False
    thread_id: int = None
    thread_sure: bool = False
    thread_mine: bool = False
    too_many: bool = False
    unverified: str = "accept"
    forged_header: bool = False


@dataclass(frozen=True)
class Decision:
    """``action``: ``reject``, ``triage``, ``note`` (silently into the thread),
    ``answer`` (a message in the thread) or ``request`` (through routing)."""

    action: str
    heap: str = ""
    reason: str = ""


def decide(facts):
    return next(filter(None, (one(facts) for one in FILTERS)))


def own_letter(facts):
    if facts.own_loop:
        return Decision("reject", reason="own_letter")
    return None


def blocked_sender(facts):
    if facts.blocked:
        return Decision("reject", reason="blocked")
    return None


def automatic_letter(facts):
    """RFC 3834, 3464, 2919: a program wrote it; it opens and answers nothing."""
    reason = automatic_reason(facts.sender, facts.kept, facts.report)
    if not reason:
        return None
    if facts.thread_id and facts.thread_sure and facts.verdict != trust.FORGED:
        return Decision("note", reason=reason)
    return Decision("triage", "automatic", reason)


def unclear_author(facts):
    if facts.problem:
        heap = "forged" if facts.known or facts.staff else "unknown"
        return Decision("triage", heap, f"from_{facts.problem}")
    return None


def forged_author(facts):
    if facts.verdict == trust.FORGED:
        heap = "forged" if facts.known or facts.staff else "unknown"
        return Decision("triage", heap, "forged")
    if facts.forged_header and facts.verdict != trust.VERIFIED:
        return Decision("triage", "forged", "forged_header")
    return None


def colleague(facts):
    if not facts.staff:
        return None
    if facts.verdict != trust.VERIFIED:
        return Decision("triage", "forged", "staff_unproved")
    if facts.thread_id and facts.thread_sure:
        return Decision("answer", reason="staff_answer")
    return Decision("triage", "unknown", "staff_without_thread")


def flood(facts):
    if facts.too_many:
        return Decision("triage", "unknown", "too_many")
    return None


def spam_flag(facts):
    flag = facts.kept.get("x-spam-flag", "").strip().lower()
    status = facts.kept.get("x-spam-status", "").strip().lower()
    if (flag == "yes" or status.startswith("yes")) and not (
        facts.known and facts.verdict == trust.VERIFIED
    ):
        return Decision("triage", "spam", "spam_flag")
    return None


def thread(facts):
    if not facts.thread_id:
        return None
    if facts.thread_sure:
        if facts.known and facts.unverified == "triage" and not facts.thread_mine:
            return None
        return Decision("answer", reason="thread")
    if facts.thread_mine and facts.known and facts.verdict == trust.VERIFIED:
        return Decision("answer", reason="thread_number")
    return None


def known_sender(facts):
    if not facts.known:
        return None
    if facts.verdict == trust.VERIFIED:
        return Decision("request", reason="known_verified")
    if facts.unverified == "triage":
        return Decision("triage", "unverified", "known_unverified")
    return Decision("request", reason="known_unverified")


def unknown_sender(facts):
    return Decision("triage", "unknown", "unknown")


FILTERS = (
    own_letter,
    blocked_sender,
    automatic_letter,
    unclear_author,
    forged_author,
    colleague,
    spam_flag,
    flood,
    thread,
    known_sender,
    unknown_sender,
)


def automatic_reason(sender, kept, report):
    """Why this is an automatic letter, "" if a person may have written it."""
    submitted = kept.get("auto-submitted", "").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return "auto_submitted"
    if report:
        return "report"
    local = sender.split("@")[0]
    if local.startswith(_AUTO_SENDERS):
        return "auto_sender"
    if kept.get("return-path", "").strip() == "<>":
        return "null_return_path"
    if kept.get("precedence", "").strip().lower() in _BULK:
        return "bulk"
    if any(
        name in kept for name in ("x-autoreply", "x-autorespond", "x-autoresponder")
    ):
        return "auto_reply"
    if "x-failed-recipients" in kept:
        return "report"
    if any(name in kept for name in ("list-id", "list-unsubscribe", "list-post")):
        return "list"
    suppress = kept.get("x-auto-response-suppress", "").lower()
    if "all" in suppress or "autoreply" in suppress.replace("-", ""):
        return "auto_suppress"
    return ""

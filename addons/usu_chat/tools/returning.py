"""What a browser may be told of earlier answers."""

ROLES = ("name", "email", "phone")


def latest(answers):
    """:param answers: (role, value), newest first
    :return: role -> value, the newest of each
    """
    known = {}
    for role, value in answers:
        if role in ROLES and value:
            known.setdefault(role, value)
    return known

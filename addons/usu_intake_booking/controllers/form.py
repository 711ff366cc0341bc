"""What a visitor typed about themselves, read with care."""

from dataclasses import dataclass

from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.usu_routing.tools.phone import normalise

LONGEST = {"name": 120, "phone": 40, "email": 254, "note": 2000}


@dataclass
class Found:
    """``values``: columns; ``errors``: field -> words; ``subjects``: whom the guard
    counts beside the address; ``answers``: pairs of question and answer."""

    values: dict
    errors: dict
    subjects: list
    answers: list


def read_contact(service, post, *, email_needed=False):
    """Read name, number, address, note, consent and the service's questions.

    :param service: usu.booking.service (sudo)
    :param dict post: the form, anything in it
    :return: `Found`
    """
    _ = request.env._
    values = {
        key: " ".join(_clean(post.get(key))[:most].split()) if key != "note" else
        _clean(post.get(key))[:most]
        for key, most in LONGEST.items()
    }  # fmt: skip
    country = service.company_id.country_id.code or ""
    number = normalise(values["phone"], country)
    address = email_normalize(values["email"]) or ""
    errors = {}
    if not values["name"]:
        errors["name"] = _("Please type your name.")
    if values["phone"] and not number:
        errors["phone"] = _("Please check the number; begin with + and your country.")
    if values["email"] and not address:
        errors["email"] = _("Please check the address.")
    if email_needed and not values["email"]:
        errors["email"] = _("We write to this address when a time becomes free.")
    elif not values["phone"] and not values["email"]:
        errors["phone"] = _("Please type a number or an address.")
    if service.consent_text and not post.get("consent"):
        errors["consent"] = _("Please agree, or call us instead.")
    answers = [] if email_needed else _read_answers(service, post, errors)
    subjects = [number and f"phone:{number}", address and f"email:{address}"]
    return Found(values, errors, [s for s in subjects if s], answers)


def _read_answers(service, post, errors):
    answers = []
    for question in service.question_ids:
        field = f"question_{question.id}"
        text = question._read_answer(post.get(field))
        if text is None:
            errors[field] = request.env._("Please answer this.")
        else:
            answers.append((question.name, text))
    return answers


def _clean(raw):
    return raw.replace("\x00", "").strip() if isinstance(raw, str) else ""

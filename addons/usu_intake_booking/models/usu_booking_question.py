from odoo import fields, models

LONGEST = 1000


class UsuBookingQuestion(models.Model):
    _name = "usu.booking.question"
    _description = "Question before an Appointment"
    _order = "sequence, id"

    service_id = fields.Many2one(
        "usu.booking.service", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="service_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Question", required=True, translate=True)
    kind = fields.Selection(
        [
            ("line", "One line"),
            ("text", "Text"),
            ("choice", "Choice"),
            ("tick", "Tick"),
        ],
        required=True,
        default="line",
    )
    options = fields.Text(translate=True, help="Of a choice: one a line.")
    mandatory = fields.Boolean()

    def _options(self):
        return [
            line.strip() for line in (self.options or "").splitlines() if line.strip()
        ]

    def _read_answer(self, raw):
        """What a visitor answered, as text; ``None`` if it is no answer.

        :param raw: value of the form's field, anything
        """
        self.ensure_one()
        text = str(raw or "").replace("\x00", "").strip()[:LONGEST]
        if self.kind == "tick":
            text = self.env._("Yes") if text else ""
        elif self.kind == "choice" and text not in self._options():
            text = ""
        return None if self.mandatory and not text else text


class UsuBookingAnswer(models.Model):
    _name = "usu.booking.answer"
    _description = "Answer before an Appointment"
    _order = "id"

    booking_id = fields.Many2one(
        "usu.booking", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="booking_id.company_id", store=True)
    # as it was asked: the question may be changed later
    question = fields.Char(required=True)
    answer = fields.Text()

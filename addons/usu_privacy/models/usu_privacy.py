"""What the front desk knows about a client, whichever of its addons are there.

A record belongs to a client when it names them, or when it carries a telephone number,
an e-mail address or a Telegram account that is theirs and nobody else's. A number that
a mother and her child share says nothing about either of them.
"""

from odoo import api, models
from odoo.fields import Domain

# fields that hold a contact's value, by kind; models of addons that are not there
# are passed over
VALUES = {
    "usu.intake.item": {"email": "sender"},
    "usu.intake.acknowledgement": {"email": "address"},
    "usu.intake.sender": {"email": "value"},
    "usu.intake.bot.chat": {"telegram": "chat_number", "phone": "phone"},
    "usu.intake.registration": {"email": "email", "phone": "phone"},
    "usu.intake.proof": {"email": "value", "phone": "value"},
    "usu.booking": {"email": "email_key", "phone": "phone_key"},
    "usu.call": {"phone": "number"},
    "sms.sms": {"phone": "number"},
}
# go first: others refer to them
FIRST = ("usu.intake.bot.chat",)


class UsuPrivacy(models.AbstractModel):
    _name = "usu.privacy"
    _description = "Data About a Client"

    @api.model
    def _values(self, partner):
        """``{kind: set of values}`` that are this client's alone."""
        Point = self.env["usu.contact.point"]
        found = {}
        for point in Point.search([("partner_id", "=", partner.id)]):
            shared = Point.search_count(
                [
                    ("kind", "=", point.kind),
                    ("value", "=", point.value),
                    ("partner_id", "!=", partner.id),
                ],
                limit=1,
            )
            if not shared:
                found.setdefault(point.kind, set()).add(point.value)
        return found

    @api.model
    def _models(self):
        """Names of the models that may hold something about a client."""
        own = sorted(name for name in self.env.registry if name.startswith("usu."))
        names = [*FIRST, *own, *VALUES]
        return [
            name
            for name in dict.fromkeys(names)
            if name in self.env
            and self.env[name]._auto
            and not self.env[name]._transient
        ]

    @api.model
    def _domain(self, name, partner, values):
        """Records of model ``name`` about the client, as a domain; None if it cannot
        hold any."""
        Model = self.env[name]
        parts = [
            Domain(field.name, "=", partner.id)
            for field in Model._fields.values()
            if field.type == "many2one" and field.comodel_name == "res.partner"
            if field.store and not field.related
        ]
        named = [part for part in parts]
        for kind, column in VALUES.get(name, {}).items():
            if not values.get(kind):
                continue
            part = Domain(column, "in", sorted(values[kind]))
            if "partner_id" in Model._fields:
                # what is known to be somebody else's stays theirs
                part &= Domain("partner_id", "in", [False, partner.id])
            named.append(part)
        return Domain.OR(named) if named else None

    @api.model
    def _records(self, partner):
        """``{model: records}`` about the client, in the order they can be deleted.

        The caller has checked who asks; the records come with sudo.
        """
        # sudo: usu.* - an officer answers for all that is kept about a client
        this = self.sudo().with_context(active_test=False)
        values, found = this._values(partner), {}
        for name in this._models():
            domain = this._domain(name, partner, values)
            records = this.env[name].search(domain) if domain else this.env[name]
            if records:
                found[name] = records
        requests = this.env["helpdesk.ticket"].search([("partner_id", "=", partner.id)])
        dialogues = this._dialogues(partner, requests, found)
        return {"discuss.channel": dialogues, **found, "helpdesk.ticket": requests}

    @api.model
    def _dialogues(self, partner, requests, found):
        """Talks with the client on the site and on Telegram; not those among staff."""
        Channel = self.env["discuss.channel"]
        dialogues = Channel
        if "usu_request_id" in Channel._fields:
            dialogues |= Channel.search([("usu_request_id", "in", requests.ids)])
        for records in found.values():
            for name in ("dialogue_id", "channel_id"):
                field = records._fields.get(name)
                if field and field.comodel_name == "discuss.channel":
                    dialogues |= records[name]
        return dialogues

    @api.model
    def _check_officer(self, partner):
        """Only a privacy officer who may change this client goes on."""
        officer = "usu_privacy.usu_privacy_group_officer"
        if not (self.env.su or self.env.user.has_group(officer)):
            self.env["usu.privacy.access"].check_access("read")
        partner.check_access("write")

"""One small clinic: a desk, two employees, a head, one client with an open request."""

from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, new_test_user

from ..tools.values import Contact


class RoutingCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.in")
        cls.Routing = cls.env["usu.routing"]
        cls.Point = cls.env["usu.contact.point"]
        cls.anna = cls.new_employee("anna")
        cls.boris = cls.new_employee("boris")
        cls.head = cls.new_employee("head", head=True)
        cls.desk = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Test reception",
                "user_ids": [(6, 0, (cls.anna + cls.boris).ids)],
                "user_id": cls.head.id,
                "usu_policy_id": cls.env.ref("usu_routing.usu_routing_policy_even").id,
            }
        )
        cls.client = cls.env["res.partner"].create(
            {
                "name": "Mira Client",
                "phone": "+91 98765 43210",
                "email": "mira@x.example",
            }
        )

    @classmethod
    def new_employee(cls, login, head=False):
        group = "head" if head else "user"
        return new_test_user(
            cls.env,
            login=f"usu_{login}",
            groups=f"usu_routing.usu_routing_group_{group}",
            name=login.capitalize(),
            email=f"{login}@desk.example",
        )

    @classmethod
    def present(cls, *users, status="online", ago=0):
        """The browsers of these employees are open."""
        Presence = cls.env["mail.presence"]
        for user in users:
            Presence.search([("user_id", "=", user.id)]).unlink()
            Presence.create(
                {
                    "user_id": user.id,
                    "status": status,
                    "last_poll": fields.Datetime.now() - timedelta(seconds=ago),
                    "last_presence": fields.Datetime.now() - timedelta(seconds=ago),
                }
            )

    @classmethod
    def policy(cls, *steps, desk=None, **vals):
        """A policy of these steps, each a strategy or a dict, put on the desk."""
        policy = cls.env["usu.routing.policy"].create(
            {
                "name": "Test policy",
                "step_ids": [
                    (
                        0,
                        0,
                        {
                            "sequence": n,
                            **({"strategy": s} if isinstance(s, str) else s),
                        },
                    )
                    for n, s in enumerate(steps)
                ],
                **vals,
            }
        )
        (desk or cls.desk).usu_policy_id = policy
        return policy

    def agent(self, user, desk=None):
        return (desk or self.desk).usu_agent_ids.filtered(lambda a: a.user_id == user)

    def receive(self, contact=None, **kwargs):
        kwargs = {"desk": self.desk, "channel": "chat", "title": "Question", **kwargs}
        return self.Routing._receive(contact or Contact(name="Visitor"), **kwargs)

    def ticket(self, receipt):
        return self.env["helpdesk.ticket"].browse(receipt.request_id)

    def decisions(self, ticket):
        return self.env["usu.routing.decision"]._chain(ticket.usu_token)

    def clock(self):
        """The minute's cron job runs, in its own transactions."""
        with self.enter_registry_test_mode():
            self.env.ref("usu_routing.ir_cron_clock").method_direct_trigger()
        self.env.invalidate_all()

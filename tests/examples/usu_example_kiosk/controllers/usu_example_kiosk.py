from odoo import http
from odoo.http import request

from odoo.addons.usu_routing.tools.values import Contact


class UsuExampleKiosk(http.Controller):
    @http.route("/usu_example_kiosk/arrived", type="jsonrpc", auth="public")
    def arrived(self, visit, name, phone):
        """A client typed name and number at the door.

        :param str visit: the tablet's own number of this visit, so that a repeat after
            a broken connection is no second request
        """
        admission = request.env["usu.guard"]._limit("kiosk_arrived")
        if not admission:
            return admission.refusal()
        # typed by whoever stands there: nothing proves that the number is theirs
        contact = Contact(name=str(name)[:100], phone=str(phone)[:30])
        request.env["usu.routing"]._receive(
            contact,
            channel="kiosk",
            title=request.env._("%s is here", contact.name),
            external_id=f"kiosk:{str(visit)[:64]}",
        )
        # the same words for everybody: the tablet tells nobody who is a client
        return {"text": request.env._("Please take a seat, we know that you are here.")}

import { Interaction } from "@web/public/interaction";
import { cookie } from "@web/core/browser/cookie";
import { registry } from "@web/core/registry";

/**
 * Tells the server the visitor's time zone, once; the page is then shown again in it,
 * unless the visitor chose a zone or it is the same.
 */
export class BookingZone extends Interaction {
    static selector = ".o-usu-Booking-slots";

    start() {
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        const known = cookie.get("tz");
        if (!zone || known === zone) {
            return;
        }
        cookie.set("tz", zone);
        const { zone: shown, zoneChosen } = this.el.dataset;
        const posted = /\/hold$/.test(window.location.pathname);
        if (shown !== zone && !zoneChosen && !posted && cookie.get("tz") === zone) {
            window.location.reload();
        }
    }
}

registry.category("public.interactions").add("usu_intake_booking.zone", BookingZone);

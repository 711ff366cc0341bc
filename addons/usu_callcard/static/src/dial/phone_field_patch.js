import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { PhoneField } from "@web/views/fields/phone/phone_field";

patch(PhoneField.prototype, {
    setup() {
        super.setup(...arguments);
        this.usuDialer = session.usu_callcard?.can_dial && useService("usu_callcard.dial");
    },
    /** A click rings the employee's telephone instead of opening another program. */
    onUsuDial(ev) {
        if (this.usuDialer) {
            ev.preventDefault();
            ev.stopPropagation();
            this.usuDialer.dial(this.props.record.data[this.props.name]);
        }
    },
});

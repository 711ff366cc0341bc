import { formatSpan } from "./call_format";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";

/** Seconds shown as minutes and seconds, 3:05. */
export class SecondsField extends FloatField {
    get formattedValue() {
        return formatSpan(0, (this.value || 0) * 1000);
    }
}

registry.category("fields").add("usu_seconds", {
    ...floatField,
    component: SecondsField,
    displayName: _t("Seconds"),
});
registry.category("formatters").add("usu_seconds", (value) => formatSpan(0, (value || 0) * 1000));

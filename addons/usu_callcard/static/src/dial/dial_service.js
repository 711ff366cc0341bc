import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Click to dial: the employee's own telephone rings first. */
export const dialService = {
    dependencies: ["orm", "bus_service", "notification"],
    start(env, { orm, bus_service: bus, notification }) {
        bus.subscribe("usu_callcard/dial_failed", ({ number, error }) => {
            notification.add(error || _t("The telephone system did not answer."), {
                title: _t("%s was not called", number),
                type: "warning",
            });
        });
        return {
            /** @param {string} number */
            async dial(number) {
                const extension = await orm.call("usu.call.command", "dial", [number]);
                notification.add(_t("Your telephone %s rings; lift it.", extension), {
                    title: number,
                    type: "info",
                });
            },
        };
    },
};

registry.category("services").add("usu_callcard.dial", dialService);

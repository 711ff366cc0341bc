import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("usu_intake.triage_counter", {
    steps: () => [
        {
            content: "the menu bar says how many letters wait; a click opens them",
            trigger: ".o-usu-TriageCounter:contains('2')",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('First stranger') .o_data_cell:first",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_new_client]",
            run: "click",
        },
        {
            content: "decided: one is left",
            trigger: ".o-usu-TriageCounter:contains('1')",
        },
    ],
});

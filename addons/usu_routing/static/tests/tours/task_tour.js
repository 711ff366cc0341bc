import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("usu_routing.task", {
    steps: () => [
        {
            content: "the pop-up says who and what",
            trigger: ".o-usu-Task:contains(Price of a check-up)",
        },
        {
            content: "open the request",
            trigger: ".o-usu-Task button:contains(Open)",
            run: "click",
        },
        {
            content: "the pop-up is gone and the request is there",
            trigger: "body:not(:has(.o-usu-Task)) .o_form_view:contains(Price of a check-up)",
        },
        {
            content: "why me?",
            trigger: "button[name=action_usu_why]",
            run: "click",
        },
        {
            content: "in words",
            trigger: ".modal .o_data_row:contains(the least busy)",
        },
        { trigger: ".modal .btn-close", run: "click" },
        {
            content: "hand it over",
            trigger: "body:not(:has(.modal)) button[name=action_usu_hand_over]",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=user_id] input", run: "edit Boris" },
        { trigger: ".ui-menu-item > a:contains(Boris)", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit She has called twice.",
        },
        { trigger: ".modal button[name=action_hand_over]", run: "click" },
        {
            content: "told who has it now",
            trigger: ".o_notification:contains(Boris has it now)",
        },
    ],
});

import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("usu_callcard.new_caller", {
    steps: () => [
        {
            content: "the unknown caller is only a number",
            trigger: ".o-usu-Card-title:contains('+7 999 000-11-22')",
        },
        {
            trigger: ".o-usu-ClientForm input[name=name]",
            run: "edit Olga New",
        },
        {
            trigger: ".o-usu-ClientForm input[name=company]",
            run: "edit Fresh Start",
        },
        {
            trigger: ".o-usu-ClientForm button[type=submit]:enabled",
            run: "click",
        },
        {
            content: "the company is on top, the person below",
            trigger: ".o-usu-Card-title:contains('Fresh Start')",
        },
        {
            trigger: ".o-usu-Card-name:contains('Olga New')",
        },
        {
            content: "what the operator writes is kept with the call",
            trigger: ".o-usu-Card-note textarea",
            run: "edit wants an implant",
        },
        {
            trigger: ".o-usu-Card-tool[title=Close]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.o-usu-Card))",
        },
    ],
});

import { registry } from "@web/core/registry";

registry
    .category("discuss.routing_map")
    .add("/usu_guard/challenge", "/usu_guard/cors/challenge")
    .add("/usu_guard/code", "/usu_guard/cors/code")
    .add("/usu_guard/code/answer", "/usu_guard/cors/code/answer");

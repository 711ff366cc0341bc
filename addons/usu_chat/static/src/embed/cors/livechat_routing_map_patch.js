import { livechatRoutingMap } from "@im_livechat/embed/cors/livechat_routing_map";

livechatRoutingMap.add("/usu_chat/page", "/usu_chat/cors/page");
livechatRoutingMap.add("/usu_chat/transcript", "/usu_chat/cors/transcript");

from odoo import api, models
from odoo.fields import Domain


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    @api.autovacuum
    def _gc_unpin_livechat_sessions(self):
        # A question read on Friday is answered on Monday: it must not be closed
        # because somebody has looked at it.
        spared = self.with_context(usu_spare_waiting=True)
        return super(DiscussChannelMember, spared)._gc_unpin_livechat_sessions()

    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("usu_spare_waiting"):
            waiting = Domain("channel_id.usu_waiting_since", "=", False)
            domain = Domain(domain) & waiting
        return super()._search(domain, *args, **kwargs)

    def _get_store_partner_fields(self, fields):
        result = super()._get_store_partner_fields(fields)
        livechat = self.channel_id.livechat_channel_id
        if (
            self.livechat_member_type == "agent"
            # sudo: im_livechat.channel - one setting of the visitor's own dialogue
            and livechat.sudo().usu_desk_id
            and livechat.sudo().usu_show_last_seen
        ):
            result = [*result, "offline_since"]
        return result

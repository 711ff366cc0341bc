from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import network


class UsuGuardSite(models.Model):
    """A foreign site that may embed the chat or a form; none at all: every site may."""

    _name = "usu.guard.site"
    _description = "Site that may embed"
    _order = "name"

    name = fields.Char(
        string="Site",
        required=True,
        help="clinic.example, https://clinic.example or *.clinic.example",
    )
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint("UNIQUE (name)", "This site is already listed.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create([self._cleaned(vals) for vals in vals_list])

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(self._cleaned(vals))

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _cleaned(self, vals):
        if "name" not in vals:
            return vals
        try:
            return {**vals, "name": network.clean_site(vals["name"])}
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%s” is no site. Write for example clinic.example.", vals["name"]
                )
            ) from error

    @api.model
    @tools.ormcache()
    def _allowed(self):
        """:return: tuple of sites; empty if every site may embed.

        Where a list is kept, the database's own address is always on it.
        """
        sites = self.search([("active", "=", True)]).mapped("name")
        # sudo: ir.config_parameter - the database's own public address
        own = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        return tuple([*sites, own]) if sites and own else tuple(sites)

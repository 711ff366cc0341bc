import io

from odoo import models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _usu_sound(self):
        """The stored file opened for reading, so that none is in memory as a whole."""
        self.ensure_one()
        if self.store_fname:
            return open(self._full_path(self.store_fname), "rb")
        return io.BytesIO(self.raw or b"")

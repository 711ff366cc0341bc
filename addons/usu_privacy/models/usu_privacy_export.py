import io
import json
import zipfile

from odoo import api, fields, models
from odoo.tools import html2plaintext

# of use to programs alone, or secret
LEFT_OUT = {"id", "create_uid", "write_uid", "write_date", "raw", "key", "token"}
TYPES = {
    *("char", "text", "html", "integer", "float", "boolean", "date", "datetime"),
    *("selection", "many2one", "json"),
}
OF_PARTNER = (
    *("name", "email", "phone", "street", "street2", "city", "zip", "country_id"),
    *("lang", "tz", "comment", "usu_note", "usu_category_id", "create_date"),
)


class UsuPrivacy(models.AbstractModel):
    _inherit = "usu.privacy"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _export(self, partner):
        """All about a client as a ZIP file: ``data.json``, letters as they came,
        attachments.

        :raise AccessError: the user is no privacy officer
        """
        self._check_officer(partner)
        self.env["usu.privacy.access"]._opened("export", partner)
        # sudo: usu.privacy - an officer hands out all that is kept about a client
        return self.sudo()._packed(partner.sudo())

    @api.model
    def _packed(self, partner):
        found = self._records(partner)
        data = {
            "client": self._plain(partner, OF_PARTNER),
            "made_at": fields.Datetime.to_string(fields.Datetime.now()),
        }
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
                for name, records in found.items():
                    data[name] = [self._plain(r) | self._talk(r) for r in records]
                    for record in records:
                        self._pack_files(packed, record)
                text = json.dumps(data, indent=2, ensure_ascii=False, default=str)
                packed.writestr("data.json", text)
            self._note(partner, self.env._("Exported"), found)
            return buffer.getvalue()

    @api.model
    def _plain(self, record, names=None):
        values = {}
        for name in names or record._fields:
            field = record._fields.get(name)
            if not field or name in LEFT_OUT or field.type not in TYPES:
                continue
            if not field.store or "digest" in name or "secret" in name:
                continue
            value = record[name]
            if field.type == "many2one":
                value = value.display_name if value else None
            elif field.type == "html":
                value = html2plaintext(value or "")
            if value not in (None, False, ""):
                values[name] = value
        return values

    @api.model
    def _talk(self, record):
        """The messages of a record, oldest first."""
        if "message_ids" not in record._fields:
            return {}
        return {
            "messages": [
                {
                    "date": message.date,
                    "author": message.author_id.name or message.email_from,
                    "text": html2plaintext(message.body or ""),
                }
                for message in record.message_ids.sorted("id")
            ]
        }

    @api.model
    def _pack_files(self, packed, record):
        folder = f"{record._name}/{record.id}"
        if hasattr(record, "_get_raw") and (raw := record._get_raw()):
            packed.writestr(f"{folder}/letter.eml", raw)
        for file in self._files(record):
            name = (file.name or "file").replace("/", "_")
            packed.writestr(f"{folder}/{file.id}-{name}", file.raw or b"")

    @api.model
    def _files(self, record):
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("res_field", "in", [False, *record._fields]),
            ]
        )
        if "message_ids" in record._fields:
            files |= record.message_ids.attachment_ids
        return files

    @api.model
    def _note(self, partner, deed, found, more=""):
        """A line in Odoo's own privacy log, which shortens name and address."""
        counts = "\n".join(
            f"{records._description} ({records._name}): {len(records)}"
            for records in found.values()
            if records
        )
        # sudo: privacy.log - the log is the administrator's, the deed the officer's
        self.env["privacy.log"].sudo().create(
            {
                "anonymized_name": partner.name or "?",
                "anonymized_email": partner.email_normalized or "client@none.invalid",
                "user_id": self.env.uid,
                "execution_details": f"{deed} #{partner.id}\n{more}".strip(),
                "records_description": counts,
            }
        )

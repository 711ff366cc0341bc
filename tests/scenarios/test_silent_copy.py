"""A copy of the database for trying things out reaches nobody, on no channel."""

import json
import os

import env
import pytest

# everything switched on, and something waiting to leave on each channel
LIVE = """
import json
from odoo import Command, fields
env["ir.mail_server"].create({"name": "Out", "smtp_host": "mail.clinic.test"})
env["fetchmail.server"].create({"name": "In", "server_type": "imap", "server": "x",
    "user": "x", "password": "x", "state": "done", "usu_intake": True})
bot = env["usu.intake.bot"].create({"name": "Bot", "token": "1:x"})
env.cr.execute("UPDATE usu_intake_bot SET state = 'connected', mode = 'polling'")
chat = env["usu.intake.bot.chat"].create({"bot_id": bot.id, "chat_number": "7"})
env["usu.intake.bot.outbox"].create({"bot_id": bot.id, "chat_id": chat.id,
    "kind": "text", "payload": {"text": "x"}, "state": "waiting"})
env["sms.sms"].create({"number": "+37477000000", "body": "x", "state": "outgoing"})
env["usu.pbx"].create({"name": "PBX", "code": "silent", "secret": "known-to-the-pbx",
    "dial_enabled": True})
env["res.users"].search([]).write({"usu_sms": "all"})
dialogue = env["discuss.channel"].create({"name": "x", "channel_type": "channel"})
dialogue.usu_tell_at = fields.Datetime.now()
env.cr.commit()
"""
# what must be zero in the copy; each is more than zero in the clinic
LOUD = {
    "mail servers that send": "SELECT count(*) FROM ir_mail_server WHERE active"
    " AND smtp_host NOT IN ('invalid', 'localhost')",
    "mailboxes that are read": "SELECT count(*) FROM fetchmail_server WHERE active",
    "bots that listen": "SELECT count(*) FROM usu_intake_bot"
    " WHERE token IS NOT NULL OR state = 'connected'",
    "answers for Telegram": "SELECT count(*) FROM usu_intake_bot_outbox"
    " WHERE state = 'waiting'",
    "text messages": "SELECT count(*) FROM sms_sms WHERE state = 'outgoing'",
    "employees who get texts": "SELECT count(*) FROM res_users"
    " WHERE usu_sms <> 'never'",
    "telephone systems that are believed": "SELECT count(*) FROM usu_pbx"
    " WHERE secret LIKE 'known%'",
    "telephones that can dial": "SELECT count(*) FROM usu_pbx WHERE dial_enabled",
    "visitors to be told": "SELECT count(*) FROM discuss_channel"
    " WHERE usu_tell_at IS NOT NULL",
    "scheduled actions": "SELECT count(*) FROM ir_cron c WHERE active AND id NOT IN"
    " (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron'"
    "  AND name = 'autovacuum_job')",
}


@pytest.fixture(scope="module")
def copy():
    db = f"silent_{os.getpid()}"
    env.cluster.clone(env.ours(demo=True), db)
    env.shell(db, LIVE)
    yield db
    env.cluster.drop(db)


def count(db):
    return {what: int(env.cluster.sql(sql, db)[0][0]) for what, sql in LOUD.items()}


def test_a_neutralised_copy_is_silent(copy):
    before = count(copy)
    quiet = [what for what, number in before.items() if not number]
    assert not quiet, f"nothing to silence: {quiet}"
    env.odoo("neutralize", "-d", copy)
    after = count(copy)
    loud = {what: number for what, number in after.items() if number}
    assert not loud, json.dumps(loud)
    # nobody may take the copy for the clinic
    banner = env.cluster.sql(
        "SELECT value FROM ir_config_parameter WHERE key = 'database.is_neutralized'",
        copy,
    )
    assert banner == [["true"]] or banner == [["True"]]

"""Telephone connector of USU Front Desk.

A process of its own beside the PBX: PBX events -> reducer -> snapshots of calls ->
signed, idempotent HTTP to Odoo. It imports nothing of Odoo.
"""

__version__ = "19.0.1.0.0"

"""A real Dovecot on loopback for tests, and helpers that put letters into it."""

from .kit import Dovecot, letter

__all__ = ["Dovecot", "letter"]

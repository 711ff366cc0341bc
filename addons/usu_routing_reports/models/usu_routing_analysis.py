from odoo import models
from odoo.tools import SQL


class UsuRoutingAnalysis(models.AbstractModel):
    """What the reports have in common: rows from a query that other addons may widen,
    and aggregates that SQL can do and Odoo's fields cannot name.

    A field is shown by Odoo's pivot, graph and grouped list with its ``aggregator``;
    for the fields named here that aggregate is replaced:

    ``_usu_percentiles``
        ``{field: fraction}``: the percentile of the rows' values
    ``_usu_quotients``
        ``{field: (numerator, denominator)}``: sum over sum, not the mean of means
    To add a column, an addon declares the field and extends `_usu_columns` (and, for
    another table, `_usu_from`) with ``super()``.
    """

    _name = "usu.routing.analysis"
    _description = "Figures of a Report"
    _auto = False
    _usu_percentiles = {}
    _usu_quotients = {}

    @property
    def _table_query(self):
        columns = SQL(", ").join(
            SQL("%s AS %s", expression, SQL.identifier(name))
            for name, expression in self._usu_columns().items()
        )
        return SQL("SELECT %s FROM %s", columns, self._usu_from())

    def _usu_columns(self):
        """Hook: ``{field: SQL}`` of the rows; ``id`` is among them."""
        return {}

    def _usu_from(self):
        """Hook: the tables with their joins and, last, the ``WHERE``."""
        raise NotImplementedError

    def _usu_zone(self):
        """The reader's time zone, for desks without hours of their own."""
        return self.env.context.get("tz") or self.env.user.tz or "UTC"

    def _read_group_select(self, aggregate_spec, query):
        fname, _colon, func = aggregate_spec.partition(":")
        if func != "avg":
            return super()._read_group_select(aggregate_spec, query)

        def column(name):
            return self._field_to_sql(self._table, name, query)

        if fname in self._usu_percentiles:
            return SQL(
                "percentile_cont(%s) WITHIN GROUP (ORDER BY %s)",
                self._usu_percentiles[fname],
                column(fname),
            )
        if fname in self._usu_quotients:
            above, below = map(column, self._usu_quotients[fname])
            return SQL("SUM(%s)::float8 / NULLIF(SUM(%s), 0)", above, below)
        return super()._read_group_select(aggregate_spec, query)

"""Reading tables that other programs wrote: CSV in the encodings in use, .xlsx and the old .xls.

    table = open_table(path, name="存款流水.csv", limits=limits)
    header = find_header(table, columns, mapping)
    for row_no, values in read_tuples(table, header, columns, on_refused=refused.append): …

A file that cannot be read ends in one BadInput; a cell that cannot be read ends in a CellError of its row.
"""

from common.tabular.cells import (
    Cell,
    CellParser,
    amount,
    choice,
    day,
    hundredths,
    identifier,
    integer,
    month,
    percent,
    scaled,
    shown,
    text,
)
from common.tabular.header import Column, Header, Recognition, TableKind, find_header, recognise
from common.tabular.records import Footer, Record, read_records, read_tuples
from common.tabular.table import Limits, Table, open_table

__all__ = [
    "Cell",
    "CellParser",
    "Column",
    "Footer",
    "Header",
    "Limits",
    "Recognition",
    "Record",
    "Table",
    "TableKind",
    "amount",
    "choice",
    "day",
    "find_header",
    "hundredths",
    "identifier",
    "integer",
    "month",
    "open_table",
    "percent",
    "read_records",
    "read_tuples",
    "recognise",
    "scaled",
    "shown",
    "text",
]

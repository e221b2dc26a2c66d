"""Estimates to tables, figures and one self-contained HTML page; computes nothing."""

from turncoat.report.embedding import Limits
from turncoat.report.figure import headline_svg, picture
from turncoat.report.mailbox import build_mailbox
from turncoat.report.page import build_report
from turncoat.report.tables import RateRow, rate_rows, rates_json, rates_table

__all__ = [
    "Limits",
    "RateRow",
    "build_mailbox",
    "build_report",
    "headline_svg",
    "picture",
    "rate_rows",
    "rates_json",
    "rates_table",
]

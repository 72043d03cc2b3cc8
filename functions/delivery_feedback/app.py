"""Delivery reports: Amazon SES events and the SNS delivery status of messages."""

from linkgate.endpoint.triggers import report_handler
from linkgate.model.reports import Report
from linkgate.ports.deps import Deps
from linkgate.usecases.delivery.feedback import take_report


@report_handler
def handler(report: Report, deps: Deps) -> bool:
    """Record a report: delivered, bounced, complained, refused or delayed. Reports may repeat and come in any order."""
    return take_report(report, deps)

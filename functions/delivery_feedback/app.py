"""Amazon SES events and SNS delivery status: what became of messages that a provider took."""

from linkgate.endpoint.triggers import report_handler
from linkgate.model.reports import Report
from linkgate.ports.deps import Deps
from linkgate.usecases.delivery.feedback import take_report


@report_handler
def handler(report: Report, deps: Deps) -> bool:
    """Delivered, bounced, complained, refused or held up, in any order and any number of times."""
    return take_report(report, deps)

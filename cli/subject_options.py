"""Options that say what the links of a file's rows are about, with the columns that each reads."""

from typing import Annotated

import typer

ProcessOption = Annotated[str | None, typer.Option(help="Link to a form. Columns: name, email, phone, /any/pointer.")]
CampaignOption = Annotated[
    str | None, typer.Option(help="Link to a survey. Columns: contact, name, account_number, agent, any other.")
]
ResourceTypeOption = Annotated[
    str | None,
    typer.Option(help="Link to resources. Columns: resource_uid, contact_id, email, phone, hours, max_views."),
]
ChannelOption = Annotated[list[str] | None, typer.Option(help="Resources only: send by email or sms. Repeatable.")]

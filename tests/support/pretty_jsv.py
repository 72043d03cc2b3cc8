"""Pretty-printed JSV, as ServiceStack's pages show it."""

PRETTY_REQUEST = """{
\tResourceType: Invoice,
\tResourceUid: 0123456789abcdef0123456789abcdef,
\tRecipientContactId: 1,
\tRecipientEmail: jane@example.com,
\tRecipientPhone: "+1 555, ext 2",
\tDeliverEmail: True,
\tDeliverSms: False,
\tExpiresInHours: 72,
\tMaxViews: 5
}
"""
PRETTY_RESPONSE = """{
\tResponseStatus:\x20
\t{
\t\tErrorCode: String,
\t\tErrors:\x20
\t\t[
\t\t\t{
\t\t\t\tFieldName: String,
\t\t\t\tMeta:\x20
\t\t\t\t{
\t\t\t\t\tString: String
\t\t\t\t}
\t\t\t}
\t\t]
\t},
\tLink:\x20
\t{
\t\tCustomerLinkId: 0,
\t\tCustomerLinkUID: 00000000000000000000000000000000,
\t\tCreatedAtUtc: 0001-01-01
\t},
\tPortalUrl: String,
\tDeliveryErrors:\x20
\t[
\t\tString
\t]
}"""

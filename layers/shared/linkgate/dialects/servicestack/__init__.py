"""ServiceStack's formats and rules, which Trendsic speaks: contracts, JSON, JSV, XML, CSV, forms and negotiation."""

"""Description (OpenAPI 3.1) of the four vendors' calls and of the recipient's JSON, for tools that import it."""

"""Messages between browsers in a room, as JSON: tables of their members, and how each is written."""

"""Wire formats of four vendors, of recipients and of managers: tables and pure functions."""

"""Linkgate's one DynamoDB table: links, what belongs to them, tenants and their definitions."""

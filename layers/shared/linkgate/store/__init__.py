"""Linkgate's only DynamoDB table: links and their data, tenants and their definitions."""

"""Kit for HTML pages: frame, pieces, style, script, texts and reply headers."""

"""The kit that HTML pages are made of: frame, pieces, style, script, texts and reply headers."""

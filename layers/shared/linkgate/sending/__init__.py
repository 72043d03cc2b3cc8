"""Messages: their texts, their composition as an e-mail or one SMS segment, and the two providers."""

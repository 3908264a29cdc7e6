"""What a night brought, gathered once and told on the terminal, as a page and as a mail."""

"""Every sentence a user reads, by code, in English and Chinese."""

"""How an address is declared once, and from that served, checked and described."""

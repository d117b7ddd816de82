"""Pages for people in a browser: made on the server, plain forms, both languages; JavaScript only adds comfort."""

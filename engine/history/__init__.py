"""The record that an outsider can verify: canonical bytes, commitments, encrypted payloads, chains."""

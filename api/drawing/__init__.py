"""Draws what a workflow is and how far it has come: pictures as text, made without any library."""

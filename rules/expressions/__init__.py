"""The small language of conditions and derived figures: text in, typed and exact closures out."""

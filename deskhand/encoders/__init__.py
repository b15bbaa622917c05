"""Pre-trained encoders: from text to vectors, for what understands messages and what finds articles."""

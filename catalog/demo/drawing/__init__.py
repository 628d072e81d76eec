"""Draws the pictures of the demo catalog: pure functions from colours and shapes to Pillow images."""

"""Slide-ready charts of finished folders: which kinds there are, what each needs, and what is drawn."""

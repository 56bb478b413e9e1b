"""The screen: theme, words, widgets, screens. Draws the visit's model and nothing else."""

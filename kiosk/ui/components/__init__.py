"""The components of the visual language: functions that take a `Kit` and finished words, and return elements.

No component has words of its own, and none knows a screen. How a component changes in large text, high contrast and
landscape is inside it.
"""

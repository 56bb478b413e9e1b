"""Synthetic residents of Jinan (370100) and Yangquan (140300): who they are, and the lives behind their records.

Everybody is made up; names begin with 试, 测, 例, 样 or 范 so that it shows. Same seed and day, same people.
"""

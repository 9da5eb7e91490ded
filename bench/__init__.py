"""Measurements of what the project promises about speed, as ratios within one run where time is concerned."""

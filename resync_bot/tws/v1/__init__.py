"""The REST API V1 of HWA: all engines of 9.4, 9.5 and 10.x."""

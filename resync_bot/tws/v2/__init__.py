"""The REST API V2 of HWA: engines from 10.1 FP1 on."""

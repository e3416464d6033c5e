"""The REST API V1 beside V2, over the same plan: POST queries with JSON filters, arrays back, paging by headers.

Facts from the vendor's OpenAPI document of 10.2.8 (IWS_API3_all_dist, version 1.0.1) and its public sample programs,
read 2026-11-23; what both leave open is said where it is decided. Paths begin with `/twsd`.
"""

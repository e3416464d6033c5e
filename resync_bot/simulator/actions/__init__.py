"""What operators do to the plan: `operations` does it, `legal` refuses it, `orders` lets it happen a little later.

`v2_endpoints` takes it from the REST API V2.
"""

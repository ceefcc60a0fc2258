"""The OpenAPI 3.1 document of an application, its models and its documentation pages."""

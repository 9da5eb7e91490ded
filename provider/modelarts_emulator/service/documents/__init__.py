"""The shapes of requests and answers, one module for each noun: what is checked at the door and published as OpenAPI.

A request may have further fields, which nobody reads; an answer has none but these. `Required` and `NotRequired` say
what the emulator insists on, or always gives.
"""

"""The processes of a server: a supervisor that keeps them all for one machine, and each by itself for many.

`python -m slipway.server up` is the embedded mode. `prepare`, `web`, `worker` and `ticker` are its parts.
The supervisor imports no Django: it has to be there when everything else is not.
"""

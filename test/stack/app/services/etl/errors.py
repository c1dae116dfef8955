class EtlError(Exception):
    """Ends a job in an orderly way: the engine reports it and the task returns."""

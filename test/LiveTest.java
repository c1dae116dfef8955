/** Placeholder so that the suite compiles while the stack's tests are being written. */
class LiveTest {}

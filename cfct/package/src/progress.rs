//! How far packaging is, for whoever wants to show it.

/// Takes note of how far packaging is.
pub trait Progress {
    /// It is known how much there is to do.
    fn started(&self, files: usize, bytes: u64);

    /// One more file is packed.
    fn advanced(&self, bytes: u64);

    /// Everything is packed, and being written.
    fn finished(&self);
}

/// Shows nothing.
impl Progress for () {
    fn started(&self, _: usize, _: u64) {}
    fn advanced(&self, _: u64) {}
    fn finished(&self) {}
}

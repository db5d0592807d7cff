//! TLS of the connections this process opens to others.

/// Sets the cryptography of every TLS connection this process will open: `ring`. Without it a client of HTTP cannot be
/// made. Called again, it changes nothing.
pub fn use_ring() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

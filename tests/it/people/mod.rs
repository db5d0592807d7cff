//! People: registering, logging in and out, units, and who holds which role.

mod attacks;
mod authenticator;
mod choosing;
mod companies;
mod forgotten;
mod logging_in;
mod registering;
mod roles;
mod units;

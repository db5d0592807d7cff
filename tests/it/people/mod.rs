//! People: registering, logging in and out, units, and who holds which role.

mod attacks;
mod companies;
mod logging_in;
mod registering;
mod roles;
mod units;

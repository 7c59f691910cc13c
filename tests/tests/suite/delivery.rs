//! End to end: the component in a host, the dispatcher, and receivers on loopback that check what arrives with a
//! verifier that is not ours.

mod kill;
mod limits;
mod outside_libraries;
mod peer_bugs;
pub(crate) mod receiver;
mod sent_and_verified;
mod shop;

//! The binary as a person or a script uses it: what is typed, what comes out, and with which exit code.

mod bad_input;
mod bad_surroundings;
mod cold_start;
mod deliver;
mod deliveries;
mod listen;
mod output;
mod place;
mod publish;
mod publish_lines;
mod receiver;
mod signatures;
mod test_event;
mod topics;
mod webhooks;

//! What the batches of this module need from a connection.

use super::Failure;
use crate::{Mode, ResultSet, Statement};

/// A connection to a server, our own or an application's.
pub(crate) trait Link {
    /// Names the database in errors, without a password.
    fn name(&self) -> &str;

    /// Runs a statement of ours that has neither parameters nor rows.
    fn command(&mut self, sql: &str) -> Result<(), Failure>;

    /// Begins a transaction for a batch of this mode; a schema batch then holds the lock of all schema batches.
    fn begin(&mut self, mode: Mode) -> Result<(), Failure>;

    /// Gives back what [`Link::begin`] took and the end of a transaction does not.
    fn release(&mut self, mode: Mode) -> Result<(), Failure>;

    /// Sets a savepoint in the transaction that is open. False: none is open, and nothing was set.
    fn join(&mut self, savepoint: &str) -> Result<bool, Failure>;

    /// Bounds how long the transaction's next statements wait for a lock. Gives the command that takes this back.
    fn bound_waits(&mut self) -> Result<Option<String>, Failure>;

    /// Runs the statement with this index, from 0. It has been checked, save for its columns.
    fn run(&mut self, index: usize, statement: &Statement) -> Result<ResultSet, Failure>;
}

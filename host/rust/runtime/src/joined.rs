//! Decides how the core is called inside an application's open transaction.
//!
//! Such a call gets an instance of its own and is never queued behind another caller: two that each held what the
//! other waits for, a row or the instance, would hang for ever. The borrowed connection cannot be put into an
//! instance, so the instance runs on a helper thread, and the connection stays here. Knows nothing of the SQL.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, mpsc};
use std::thread;

use hookwright_storage::Executor;

use crate::api::Api;
use crate::call_error::CallError;
use crate::database::{Database, Errand, Errands, ExtensionsOverThere};
use crate::depth;
use crate::imports::Surroundings;
use crate::owner::STACK_BYTES;
use crate::seat::{Parts, Seat};

/// Runs `work` on a helper thread with an instance of its own, and serves its SQL and its extensions on this thread.
pub(crate) fn run<T: Send>(
    parts: &Arc<Parts>,
    executor: &mut dyn Executor,
    work: impl FnOnce(&mut Api<'_>) -> Result<T, CallError> + Send,
) -> Result<T, CallError> {
    let depth = depth::current();
    // A callback on this thread that calls the core again is one level down.
    let _entered = depth::enter("joined")?;
    let (sender, errands) = mpsc::channel();
    let borrowed = Errands::new(sender);
    thread::scope(|scope| {
        let helper = thread::Builder::new().name("hookwright-joined".to_owned()).stack_size(STACK_BYTES).spawn_scoped(
            scope,
            move || {
                depth::adopt(depth);
                work(&mut Api::new(&mut seat(parts, borrowed)))
            },
        );
        let helper = helper.map_err(|error| CallError::Host { part: "helper thread", message: error.to_string() })?;
        let served = catch_unwind(AssertUnwindSafe(|| serve(errands, executor)));
        let result = helper.join();
        // The application's own panic goes on in the application, after the core has been left in order.
        served.and(result).unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Serves until the helper thread has no more errands.
fn serve(errands: mpsc::Receiver<Errand>, executor: &mut dyn Executor) {
    for errand in errands {
        errand(executor);
    }
}

fn seat(parts: &Arc<Parts>, errands: Errands) -> Seat {
    let mut surroundings: Surroundings = parts.surroundings.clone();
    surroundings.extensions =
        Arc::new(ExtensionsOverThere { errands: errands.clone(), extensions: surroundings.extensions });
    Seat::with(parts, Database::Borrowed(errands), surroundings)
}

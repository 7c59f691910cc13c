//! `lifecycle`

use hookwright_core::{EraseTarget, Removed};

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::lifecycle as wit;
use crate::imports::{config, with_call};

impl wit::Guest for Component {
    fn check_config() -> Result<(), wit::Error> {
        config().as_ref().map(|_| ()).map_err(|bad| super::bad_config(bad))
    }

    fn migrate() -> Result<wit::Migration, wit::Error> {
        let migration = with_call(|call| call.migrate())?;
        Ok(wit::Migration { from_version: migration.from_version, to_version: migration.to_version })
    }

    fn stats() -> Result<wit::Counts, wit::Error> {
        let stats = with_call(|call| call.stats())?;
        let count = |name: &str, count| wit::Count { name: name.to_owned(), count };
        Ok(wit::Counts {
            webhooks: stats.webhooks.into_iter().map(|(status, number)| count(status.word(), number)).collect(),
            deliveries: stats.deliveries.into_iter().map(|(state, number)| count(state.word(), number)).collect(),
            oldest_due: stats.oldest_due,
            stopped: stats.stopped.map(|stopped| wit::Stopped { reason: stopped.reason, since: stopped.since }),
        })
    }

    fn stop(reason: String) -> Result<u64, wit::Error> {
        with_call(|call| call.stop(&reason))
    }

    fn resume() -> Result<u64, wit::Error> {
        with_call(|call| call.resume())
    }

    fn rekey(limit: u32) -> Result<wit::Rekeyed, wit::Error> {
        let rekeyed = with_call(|call| call.rekey(limit))?;
        Ok(wit::Rekeyed { changed: rekeyed.changed, remaining: rekeyed.remaining })
    }

    fn purge(limit: u32) -> Result<wit::Removed, wit::Error> {
        with_call(|call| call.purge(limit)).map(Into::into)
    }

    fn erase(target: wit::EraseTarget, limit: u32) -> Result<wit::Removed, wit::Error> {
        let target = match target {
            wit::EraseTarget::Account(account) => EraseTarget::Account(account),
            wit::EraseTarget::Event(id) => EraseTarget::Event(id),
        };
        with_call(|call| call.erase(&target, limit)).map(Into::into)
    }
}

impl From<Removed> for wit::Removed {
    fn from(removed: Removed) -> Self {
        let rows = removed.by_kind().map(|(name, count)| wit::Count { name: name.to_owned(), count });
        Self { rows: rows.into(), more: removed.more }
    }
}

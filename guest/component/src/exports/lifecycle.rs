//! `lifecycle`

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
        })
    }
}

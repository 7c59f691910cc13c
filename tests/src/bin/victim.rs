//! Publishes and delivers until it is killed: `victim DATABASE CODE-CACHE`.
//!
//! Writes the id of each event to its standard output once `publish` has returned, so that whoever kills it knows what
//! was acknowledged. Ends by itself only when nobody reads that any more.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use hookwright_dispatcher::{Client, ClientOptions, Dispatcher, Options as Pace, Until};
use hookwright_outbox::RuntimeOutbox;
use hookwright_runtime::events::Event;
use hookwright_runtime::{CodeCache, Hookwright, Options};
use hookwright_storage::Sqlite;
use hookwright_tests::component;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let database = arguments.next().context("the first argument is the database")?;
    let code = arguments.next().context("the second argument is the folder of compiled code")?;
    let settings = [("allow-http", "true"), ("allow-addresses", "loopback"), ("ping", "false")];
    let config = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    let component = component::load(&CodeCache::in_folder(code));
    let options = Options { config, ..Options::default() };
    let hookwright = Hookwright::start(component, Arc::new(Sqlite::open(database)), options)?;
    hookwright.migrate().wait()?;

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let client = Client::new(ClientOptions::default())?;
    let dispatcher = Dispatcher::new(RuntimeOutbox(hookwright.clone()), client, Pace::default());
    let control = dispatcher.control();
    runtime.spawn(dispatcher.run(Until::Stopped));

    let mut output = io::stdout().lock();
    for number in 0_u64.. {
        let batch = (0..=number % 4).map(|place| event(number, place)).collect();
        for receipt in hookwright.publish(batch).wait()? {
            let receipt = receipt.map_err(|error| anyhow::anyhow!("{error:?}"))?;
            writeln!(output, "{}", receipt.event_id)?;
        }
        output.flush()?;
        control.wake();
    }
    Ok(())
}

fn event(number: u64, place: u64) -> Event {
    Event {
        topic: "order.created".to_owned(),
        data: format!(r#"{{"number":{number},"place":{place}}}"#),
        account: None,
        idempotency_key: None,
        occurred_at: None,
    }
}

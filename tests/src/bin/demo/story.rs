//! What happens, in order, and what is said about it.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::expectation::{Expectation, problems};
use crate::receiver::{Arrival, Receiver};
use crate::screen::{Look, Screen};
use crate::shell::{Shell, typed};

/// The accounting fails twice, so its third attempt arrives.
const ACCOUNTING: &str = "/accounting";
const WAREHOUSE: &str = "/warehouse";
const FAILS_TWICE: &[u16] = &[500, 500, 200];
const WORKS: &[u16] = &[200];

/// Runs all steps.
///
/// # Errors
///
/// The first command that failed, or all that is not as it must be in the end.
pub(crate) async fn tell(screen: Screen) -> anyhow::Result<()> {
    let started = Instant::now();
    let folder = tempfile::Builder::new().prefix("hookwright-demo-").tempdir().context("no temporary folder")?;
    let receiver = Receiver::start(&[(ACCOUNTING, &FAILS_TWICE[..2]), (WAREHOUSE, &[])]).await?;
    let mut demo = Demo { screen, shell: Shell::in_folder(folder.path())?, receiver, events: events() };

    screen.title("Hookwright: a shop tells its accounting and its warehouse what happens");
    demo.screen.step(1, "The shop has two webhooks");
    demo.create_webhooks().await?;
    demo.screen.step(2, "Four things happen");
    demo.publish(folder.path()).await?;
    demo.screen.step(3, "The deliveries are sent; the accounting's server is down at first");
    demo.deliver().await?;
    demo.screen.step(4, "What the shop's log says");
    let log = demo.log().await?;
    demo.screen.step(5, "What the receivers saw");
    let arrivals = demo.receiver.arrivals();
    demo.show(&arrivals);
    demo.conclude(&arrivals, &log, started)
}

struct Demo {
    screen: Screen,
    shell: Shell,
    receiver: Receiver,
    events: Vec<Expectation>,
}

impl Demo {
    async fn create_webhooks(&mut self) -> anyhow::Result<()> {
        self.screen.told("Their receivers are on this machine, which has to be allowed.");
        for (path, name, topic) in [(ACCOUNTING, "Accounting", "payment_received"), (WAREHOUSE, "Warehouse", "order.*")]
        {
            let url = self.receiver.url(path);
            let create = ["webhooks", "create", "--allow-local", "--url", &url, "--topic", topic, "--name", name];
            let printed = self.hookwright(&create).await?;
            let secret = word_with(&printed, "whsec_").context("`webhooks create` printed no secret")?;
            self.receiver.trust(path, secret)?;
        }
        Ok(())
    }

    async fn publish(&mut self, folder: &Path) -> anyhow::Result<()> {
        for number in 0..self.events.len() {
            let (topic, data) = (self.events[number].topic, self.events[number].data.clone());
            let file = format!("{}.json", topic.replace('.', "-"));
            std::fs::write(folder.join(&file), &data).context("the temporary folder cannot be written to")?;
            let printed = self.hookwright(&["publish", topic, "--data", &file]).await?;
            let event_id = word_with(&printed, "evt_").context("`publish` printed no event id")?;
            self.events[number].event_id = event_id.to_owned();
        }
        Ok(())
    }

    async fn deliver(&self) -> anyhow::Result<()> {
        self.screen.told("Retries come after seconds, minutes, hours; here the schedule is shortened.");
        self.hookwright(&["deliver", "--allow-local", "--wait", "30s", "--set", "retry-schedule-ms=0,500,1000"])
            .await?;
        Ok(())
    }

    async fn log(&self) -> anyhow::Result<Value> {
        self.hookwright(&["deliveries", "list"]).await?;
        let json = self.shell.run(&["deliveries", "list", "--json"], |_| {}).await?;
        serde_json::from_str(&json).context("`deliveries list --json` printed no JSON")
    }

    fn show(&self, arrivals: &[Arrival]) {
        for (index, arrival) in arrivals.iter().enumerate() {
            let event = self.events.iter().find(|event| event.event_id == arrival.webhook_id);
            let attempt = arrivals[..=index].iter().filter(|other| other.webhook_id == arrival.webhook_id).count();
            let verified = match &arrival.verified {
                Ok(()) => self.screen.look(Look::GREEN, "signature verified"),
                Err(why) => self.screen.look(Look::RED, why),
            };
            let look = if arrival.answer == 200 { Look::GREEN } else { Look::YELLOW };
            self.screen.told(&format!(
                "{:>5.2} s  {:<11}  {:<16}  attempt {attempt}  {verified}, answered {}",
                arrival.after.as_secs_f64(),
                arrival.path,
                event.map_or("?", |event| event.topic),
                self.screen.look(look, &arrival.answer.to_string()),
            ));
        }
        self.screen.line("");
        if let Some(last) = arrivals.last() {
            self.screen.told(&format!("The last one: webhook-id {}, and the body", last.webhook_id));
            self.screen.told(&self.screen.look(Look::FAINT, &String::from_utf8_lossy(&last.body)));
        }
    }

    fn conclude(&self, arrivals: &[Arrival], log: &Value, started: Instant) -> anyhow::Result<()> {
        let problems = problems(&self.events, arrivals, log);
        if !problems.is_empty() {
            bail!("\n- {}", problems.join("\n- "));
        }
        let deliveries = self.events.iter().filter(|event| event.path.is_some()).count();
        self.screen.line("");
        self.screen.told(&format!(
            "{} {deliveries} of {deliveries} deliveries arrived byte for byte as published, in {} requests.",
            self.screen.look(Look::GREEN, "All well:"),
            arrivals.len(),
        ));
        self.screen.told("The one that failed twice came a third time with the same webhook-id. Every signature was");
        self.screen.told(&format!(
            "verified by the crate `standardwebhooks`, which is not ours. It took {:.1} s.",
            started.elapsed().as_secs_f64()
        ));
        Ok(())
    }

    /// Runs a command and shows it with all that it prints.
    async fn hookwright(&self, arguments: &[&str]) -> anyhow::Result<String> {
        self.screen.typed(&typed(arguments));
        self.shell.run(arguments, |line| self.screen.printed(line)).await
    }
}

fn events() -> Vec<Expectation> {
    let event = |topic, path, answers, data: &str| Expectation {
        topic,
        data: data.to_owned(),
        path,
        answers,
        event_id: String::new(),
    };
    let created = r#"{"id":727,"number":"727","status":"processing","currency":"EUR","total":"129.90","billing":{"first_name":"Zoë","last_name":"Müller","city":"Köln","country":"DE"},"line_items":[{"name":"Desk lamp","sku":"LAMP-4","quantity":1,"total":"129.90"}]}"#;
    let updated = created.replace("processing", "completed");
    let payment = r#"{"payment_id":3081,"customer_id":52,"membership_id":17,"total":129.90,"currency":"EUR","status":"completed","gateway":"stripe","payment_method":"card"}"#;
    let customer = r#"{"id":53,"email":"jo@example.com","first_name":"Jo","last_name":"Park","role":"customer"}"#;
    vec![
        event("order.created", Some(WAREHOUSE), WORKS, created),
        event("payment_received", Some(ACCOUNTING), FAILS_TWICE, payment),
        event("order.updated", Some(WAREHOUSE), WORKS, &updated),
        event("customer.created", None, &[], customer),
    ]
}

/// The first word of a program's output that holds `prefix`, from there on, without punctuation around it.
fn word_with<'a>(printed: &'a str, prefix: &str) -> Option<&'a str> {
    let start = printed.find(prefix)?;
    let belongs = |character: char| character.is_ascii_alphanumeric() || "_+/=-".contains(character);
    let end = printed[start..].find(|character| !belongs(character)).map_or(printed.len(), |end| start + end);
    Some(&printed[start..end])
}

//! `hookwright topics`: the catalogue. Looking at it needs no database.

mod export;
mod settings;

use std::process::ExitCode;

use clap::Subcommand;
use hookwright_runtime::Hookwright;
use hookwright_runtime::catalogue::{NewTopic, Query, Topic};

use crate::cli::{Context, paging};
use crate::failure::Failure;
use crate::input::Input;
use crate::installation::Database;
use crate::json::{All, TopicJson};
use crate::output::json_text::pretty;
use crate::output::record::Record;
use crate::output::table::{Column, Table};
use crate::output::{Output, Tone};

/// Options of `topics`.
#[derive(clap::Args)]
pub(crate) struct TopicsArgs {
    #[command(subcommand)]
    command: Option<TopicsCommand>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Subcommand)]
enum TopicsCommand {
    /// List topics (the same as `topics` alone)
    List(ListArgs),
    /// Show one topic with its schema and sample
    Show {
        /// The topic, for example `order.created`
        #[arg(value_name = "TOPIC")]
        name: String,
    },
    /// Write the topics as one document: schemas, AsyncAPI, OpenAPI, Markdown, TypeScript or data
    Export(export::ExportArgs),
    /// Show or change the settings of a topic: validation, identical events, deprecation, retention
    Settings(settings::SettingsArgs),
    /// Register a topic of your own, or replace it
    Register(RegisterArgs),
    /// Remove a topic that was registered; webhooks that name it stay
    Unregister {
        /// The topic
        #[arg(value_name = "TOPIC")]
        name: String,
    },
}

#[derive(clap::Args)]
struct ListArgs {
    /// Only topics with this text in name, title or description
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only topics from there, for example `woocommerce` or `custom`
    #[arg(long)]
    source: Option<String>,
    /// Only topics of this group
    #[arg(long)]
    group: Option<String>,
}

#[derive(clap::Args)]
struct RegisterArgs {
    /// Letters, digits, `_` and `-`, parts separated by full stops
    #[arg(value_name = "TOPIC")]
    name: String,
    /// Title for people [default: the name in words]
    #[arg(long)]
    title: Option<String>,
    /// When it fires
    #[arg(long)]
    description: Option<String>,
    /// Heading in lists [default: custom]
    #[arg(long)]
    group: Option<String>,
    /// JSON Schema (draft 2020-12) of the data; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    schema: Option<Input>,
    /// Realistic data as JSON; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    sample: Option<Input>,
}

/// Runs `topics`.
pub(crate) fn run(args: TopicsArgs, context: &Context) -> Result<ExitCode, Failure> {
    let Some(command) = args.command else {
        return list(args.list, context);
    };
    if let Some(option) = args.list.first_given() {
        return Err(Failure::option(option, "this belongs to `topics list` and stands behind it"));
    }
    match command {
        TopicsCommand::List(args) => list(args, context),
        TopicsCommand::Show { name } => show(name, context),
        TopicsCommand::Export(args) => export::run(args, context),
        TopicsCommand::Settings(args) => settings::run(args, context),
        TopicsCommand::Register(args) => register(args, context),
        TopicsCommand::Unregister { name } => unregister(name, context),
    }
}

impl ListArgs {
    fn first_given(&self) -> Option<&'static str> {
        let options = [("--search", &self.search), ("--source", &self.source), ("--group", &self.group)];
        options.into_iter().find(|(_, value)| value.is_some()).map(|(option, _)| option)
    }
}

fn list(args: ListArgs, context: &Context) -> Result<ExitCode, Failure> {
    const COLUMNS: [Column; 4] = [
        Column::whole("TOPIC"),
        Column::text("TITLE", 10).optional(1),
        Column::text("GROUP", 8).optional(3),
        Column::text("SOURCE", 11).optional(2),
    ];
    let installation = context.open(Database::IfThere)?;
    let topics = find_all(&installation.hookwright, &args)?;
    if context.out.is_json() {
        context.out.json(&All::of(topics.iter().map(TopicJson::from)))?;
        return Ok(ExitCode::SUCCESS);
    }
    if topics.is_empty() {
        context.out.note("No topic is like that; `hookwright topics` shows all.");
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&COLUMNS);
    for topic in &topics {
        table.row([
            (Tone::Plain, topic.name.clone()),
            (Tone::Plain, topic.title.clone()),
            (Tone::Quiet, topic.group.clone()),
            (Tone::Quiet, topic.sources.join(", ")),
        ]);
    }
    context.out.table(table)?;
    context.out.note(match topics.len() {
        1 => "1 topic.".to_owned(),
        number => format!("{number} topics. `hookwright topics show TOPIC` shows one with its sample."),
    });
    Ok(ExitCode::SUCCESS)
}

fn find_all(hookwright: &Hookwright, args: &ListArgs) -> Result<Vec<Topic>, Failure> {
    let mut topics = Vec::new();
    for paging in paging::all_pages() {
        let query =
            Query { search: args.search.clone(), source: args.source.clone(), group: args.group.clone(), paging };
        let page = hookwright.topics_find(query).wait()?;
        let last = page.items.is_empty();
        topics.extend(page.items);
        if last || topics.len() as u64 >= page.total {
            break;
        }
    }
    Ok(topics)
}

fn show(name: String, context: &Context) -> Result<ExitCode, Failure> {
    let topic = context.open(Database::IfThere)?.hookwright.topics_get(name).wait()?;
    tell(&topic, &context.out)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(topic: &Topic, out: &Output) -> Result<(), Failure> {
    if out.is_json() {
        return out.json(&TopicJson::from(topic));
    }
    let record = Record::default()
        .toned("Topic", Tone::Strong, &topic.name)
        .field("Title", &topic.title)
        .maybe("Description", Some(&topic.description).filter(|text| !text.is_empty()))
        .field("Group", &topic.group)
        .field("Source", topic.sources.join(", "))
        .maybe("Deprecated", topic.deprecated.as_ref())
        .maybe("Replaced by", topic.replaced_by.as_ref());
    out.record(&record)?;
    for (heading, text) in [("Schema", &topic.schema), ("Sample", &topic.sample)] {
        if let Some(text) = text {
            out.line("")?;
            out.toned(Tone::Strong, heading)?;
            out.block(&pretty(text))?;
        }
    }
    Ok(())
}

fn register(args: RegisterArgs, context: &Context) -> Result<ExitCode, Failure> {
    if args.schema == Some(Input::Stdin) && args.sample == Some(Input::Stdin) {
        let message = "standard input can be read once; give a file for --schema or for --sample";
        return Err(Failure::option("--sample", message));
    }
    let read = |input: &Option<Input>| input.as_ref().map(|input| input.text(&context.out)).transpose();
    let topic = NewTopic {
        name: args.name,
        title: args.title,
        description: args.description,
        group: args.group,
        schema: read(&args.schema)?,
        sample: read(&args.sample)?,
    };
    let label = |option: &str, input: &Option<Input>| match input {
        Some(input) => format!("{option} ({input})"),
        None => option.to_owned(),
    };
    let names = [
        ("name", "TOPIC".to_owned()),
        ("schema", label("--schema", &args.schema)),
        ("sample", label("--sample", &args.sample)),
    ];
    let names: Vec<_> = names.iter().map(|(field, option)| (*field, option.as_str())).collect();
    let registered = context.open(Database::Create)?.hookwright.topics_register(topic).wait();
    let topic = registered.map_err(|error| Failure::from(error).naming(&names))?;
    tell(&topic, &context.out)?;
    Ok(ExitCode::SUCCESS)
}

fn unregister(name: String, context: &Context) -> Result<ExitCode, Failure> {
    context.open(Database::MustExist)?.hookwright.topics_unregister(name.clone()).wait()?;
    if context.out.is_json() {
        context.out.json(&serde_json::json!({ "name": name, "unregistered": true }))?;
    } else {
        context.out.line(format_args!("{name} is no longer in the catalogue"))?;
    }
    Ok(ExitCode::SUCCESS)
}

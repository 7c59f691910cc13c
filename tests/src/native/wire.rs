//! The core's types as the runtime's, which are those of the WIT, and back.
//!
//! Mapping and nothing else, written apart from the component's own, so that a slip in either is seen as a difference.

use hookwright_core as core;
use hookwright_core::retry::FailureKind;
use hookwright_runtime::{accounts, catalogue, deliveries, events, installed, lifecycle, policy, registry, types};

/// The value as the other side has it.
pub(super) trait Wire {
    type Out;
    fn wire(self) -> Self::Out;
}

macro_rules! wire {
    ($($from:ty => $to:ty: $value:ident $body:block)*) => {
        $(impl Wire for $from {
            type Out = $to;
            fn wire(self) -> $to { let $value = self; $body }
        })*
    };
}

/// The same named fields on both sides, those after `;` mapped.
macro_rules! same_fields {
    ($($from:ty => $to:path { $($same:ident),*; $($mapped:ident),* })*) => {
        $(impl Wire for $from {
            type Out = $to;
            fn wire(self) -> $to { $to { $($same: self.$same,)* $($mapped: self.$mapped.wire(),)* } }
        })*
    };
}

/// The same cases on both sides; one that is missing does not compile.
macro_rules! same_cases {
    ($($core:path, $wit:path: $($case:ident),+;)*) => {
        $(impl Wire for $core {
            type Out = $wit;
            fn wire(self) -> $wit { use $core as From; use $wit as To; match self { $(From::$case => To::$case),+ } }
        }
        impl Wire for $wit {
            type Out = $core;
            fn wire(self) -> $core { use $wit as From; use $core as To; match self { $(From::$case => To::$case),+ } }
        })*
    };
}

same_cases! {
    core::Status, registry::Status: Active, Paused, Disabled;
    core::State, deliveries::State: Pending, Sending, Retrying, Held, Delivered, Exhausted, Cancelled;
    FailureKind, deliveries::FailureKind: Dns, Connect, Tls, Timeout, Blocked, Protocol;
    core::PluginState, installed::State: Active, Inactive;
    core::FailurePolicy, installed::FailurePolicy: FailOpen, FailClosed;
    core::Validation, catalogue::Validation: Off, Warn, Enforce;
    core::WebhookSort, registry::Sort: Created, Updated, Name, Url;
    core::DocumentFormat, catalogue::DocumentFormat: Json, JsonSchema, Asyncapi, Openapi, Markdown, Typescript;
}

same_fields! {
    core::FieldError => types::FieldError { field, message; }
    types::Paging => core::Paging { page, per_page; }
    registry::NewWebhook => core::NewWebhook { name, url, topics, account; status, secret, options }
    registry::WebhookChanges => core::WebhookChanges { name, url, topics, revision; status, options }
    registry::WebhookOptions => core::WebhookOptions {
        description, integration, owner, headers, dialect, format, payload_version, standard_headers, retry_schedule,
        timeout, requests_per_second, filter;
    }
    registry::Query => core::WebhookQuery { search, topic, descending; scope, status, sort, paging }
    core::Webhook => registry::Webhook {
        id, name, url, topics, status_reason, status_at, account, revision, created_at, updated_at, description,
        integration, owner, header_names, payload_version, standard_headers, retry_schedule, timeout,
        requests_per_second, filter, ping_pending, former_secrets_until; status, health, dialect, format
    }
    core::Health => registry::Health {
        consecutive_failures, failing_since, last_success_at, last_failure_at, slowed_until, delivered, failed;
    }
    catalogue::NewTopic => core::NewTopic { name, title, description, group, schema, sample; }
    catalogue::Query => core::TopicQuery { search, source, group; paging }
    core::TopicInfo => catalogue::Topic {
        name, title, description, group, sources, schema, sample, deprecated, replaced_by;
    }
    catalogue::Filter => core::TopicFilter { search, source, group; }
    core::Moment => policy::Moment { earliest, expected, latest; }
    core::Step => policy::Step { attempt, reason, failures, disabled; at, state, next, slowed_until }
    events::Event => core::NewEvent { topic, data, account, idempotency_key, occurred_at; }
    core::Receipt => events::Receipt { event_id, deliveries, published_at, replayed, warnings; }
    core::Forecast => events::Forecast { warnings, replay_of, total; problems, webhooks }
    core::Explanation => events::Explanation { webhook_id, name, url; obstacles }
    core::AccountLimits => accounts::Limits { webhooks_allowed, max_webhooks, max_events_per_day; }
    accounts::Limits => core::AccountLimits { webhooks_allowed, max_webhooks, max_events_per_day; }
    core::AccountUse => accounts::Usage { webhooks, events_today, resets_at; limits }
    deliveries::InFlight => core::InFlight { webhook_id, requests; }
    core::Claimed => deliveries::Claimed { next_due, oldest_due, stopped; requests }
    core::Response => deliveries::Response { status, headers, body, truncated; }
    deliveries::Response => core::Response { status, headers, body, truncated; }
    core::Decision => deliveries::Decision { due_at, reason, webhook_disabled; state }
    deliveries::RecoverQuery => core::RecoverQuery { webhook_id, topic, since, until; scope, states }
    core::Recovered => deliveries::Recovered { recovered, next; skipped }
    deliveries::Query => core::DeliveryQuery { webhook_id, event_id, topic; scope, state, paging }
    core::Delivery => deliveries::Delivery {
        id, event_id, webhook_id, topic, account, attempts, due_at, reason, test, created_at, finished_at; state
    }
    core::Details => deliveries::Details { payload; delivery, attempts }
    core::Migration => lifecycle::Migration { from_version, to_version; }
    installed::Package => core::PluginPackage { name, version, hash, description; policy }
    core::Plugin => installed::Plugin {
        name, version, hash, position, setting_names, failures, failures_in_a_row, last_error, deactivated_reason, installed_at,
        updated_at, description, previous_hash, previous_version; state, policy
    }
    core::Stopped => lifecycle::Stopped { reason, since; }
    core::Rekeyed => lifecycle::Rekeyed { changed, remaining; }
}

wire! {
    core::Error => types::Error: error {
        match error {
            core::Error::Invalid(fields) => types::Error::Invalid(fields.wire()),
            core::Error::NotFound(what) => types::Error::NotFound(what),
            core::Error::Conflict(why) => types::Error::Conflict(why),
            core::Error::Forbidden(why) => types::Error::Forbidden(why),
            core::Error::Storage(error) => types::Error::Storage(error.wire()),
            core::Error::Extension(why) => types::Error::Extension(why),
        }
    }
    core::ports::StorageError => types::StorageError: error {
        use core::ports::StorageError as Core;
        match error {
            Core::Retryable(text) => types::StorageError::Retryable(text),
            Core::TransactionLost(text) => types::StorageError::TransactionLost(text),
            Core::TransactionMustRestart(text) => types::StorageError::TransactionMustRestart(text),
            Core::ExpectationFailed(index) => types::StorageError::ExpectationFailed(index),
            Core::Constraint(text) => types::StorageError::Constraint(text),
            Core::Unavailable(text) => types::StorageError::Unavailable(text),
            Core::Other(text) => types::StorageError::Other(text),
        }
    }
    types::Scope => core::Scope: scope {
        match scope {
            types::Scope::All => core::Scope::All,
            types::Scope::Installation => core::Scope::Installation,
            types::Scope::Account(account) => core::Scope::Account(account),
        }
    }
    &'static str => String: word { word.to_owned() }
    (String, u32) => deliveries::Skipped: skipped {
        deliveries::Skipped { reason: skipped.0, deliveries: skipped.1 }
    }
    core::Obstacle => events::Obstacle: obstacle {
        events::Obstacle { code: obstacle.code.to_owned(), message: obstacle.message }
    }
    core::TopicSettings => catalogue::TopicSettings: settings {
        catalogue::TopicSettings {
            validation: settings.validation.wire(),
            dedupe_window: settings.dedupe_window_ms,
            keep_payloads: settings.keep_payloads_ms,
            keep_attempts: settings.keep_attempts_ms,
            deprecated: settings.deprecated,
            replaced_by: settings.replaced_by,
        }
    }
    catalogue::TopicSettings => core::TopicSettings: settings {
        core::TopicSettings {
            validation: settings.validation.wire(),
            dedupe_window_ms: settings.dedupe_window,
            keep_payloads_ms: settings.keep_payloads,
            keep_attempts_ms: settings.keep_attempts,
            deprecated: settings.deprecated,
            replaced_by: settings.replaced_by,
        }
    }
    core::Created => registry::Created: created {
        registry::Created { webhook: created.webhook.wire(), secret: created.secret.expose().to_owned().into() }
    }
    core::Request => deliveries::Request: request {
        deliveries::Request {
            delivery_id: request.delivery_id,
            webhook_id: request.webhook_id,
            event_id: request.event_id,
            topic: request.topic,
            attempt: request.attempt,
            claim_token: request.claim_token,
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body,
            timeout: request.timeout_ms,
            response_cap_bytes: request.response_cap_bytes,
        }
    }
    deliveries::Settlement => core::Settlement: settlement {
        core::Settlement {
            delivery_id: settlement.delivery_id,
            claim_token: settlement.claim_token,
            started_at: settlement.started_at,
            duration_ms: settlement.duration,
            request_headers: settlement.request_headers,
            outcome: settlement.outcome.wire(),
        }
    }
    core::Outcome => deliveries::Outcome: outcome {
        match outcome {
            core::Outcome::Response(response) => deliveries::Outcome::Response(response.wire()),
            core::Outcome::Failure { kind, message } => {
                deliveries::Outcome::Failure(deliveries::Failure { kind: kind.wire(), message })
            }
            core::Outcome::Released => deliveries::Outcome::Released,
        }
    }
    deliveries::Outcome => core::Outcome: outcome {
        match outcome {
            deliveries::Outcome::Response(response) => core::Outcome::Response(response.wire()),
            deliveries::Outcome::Failure(failure) => {
                core::Outcome::Failure { kind: failure.kind.wire(), message: failure.message }
            }
            deliveries::Outcome::Released => core::Outcome::Released,
        }
    }
    policy::Answer => core::SimulatedAnswer: answer {
        match answer {
            policy::Answer::Response(policy::Response { status, retry_after }) => {
                core::SimulatedAnswer::Response { status, retry_after }
            }
            policy::Answer::Failure(kind) => core::SimulatedAnswer::Failure(kind.wire()),
        }
    }
    core::Attempt => deliveries::Attempt: attempt {
        deliveries::Attempt {
            number: attempt.number,
            started_at: attempt.started_at,
            duration: attempt.duration_ms,
            url: attempt.url,
            request_headers: attempt.request_headers,
            outcome: attempt.outcome.wire(),
            reason: attempt.reason,
        }
    }
    lifecycle::EraseTarget => core::EraseTarget: target {
        match target {
            lifecycle::EraseTarget::Account(account) => core::EraseTarget::Account(account),
            lifecycle::EraseTarget::Event(id) => core::EraseTarget::Event(id),
        }
    }
    core::Removed => lifecycle::Removed: removed {
        let count = |name: &str, count| lifecycle::Count { name: name.to_owned(), count };
        lifecycle::Removed {
            rows: vec![
                count("webhooks", removed.webhooks),
                count("events", removed.events),
                count("payloads", removed.payloads),
                count("deliveries", removed.deliveries),
                count("attempts", removed.attempts),
            ],
            more: removed.more,
        }
    }
    core::Stats => lifecycle::Counts: stats {
        let count = |name: &str, count| lifecycle::Count { name: name.to_owned(), count };
        lifecycle::Counts {
            webhooks: stats.webhooks.into_iter().map(|(status, number)| count(status.word(), number)).collect(),
            deliveries: stats.deliveries.into_iter().map(|(state, number)| count(state.word(), number)).collect(),
            oldest_due: stats.oldest_due,
            stopped: stats.stopped.wire(),
        }
    }
}

impl Wire for registry::Secret {
    type Out = String;
    fn wire(self) -> String {
        self.expose().to_owned()
    }
}

impl Wire for () {
    type Out = ();
    fn wire(self) {}
}

impl<T: Wire> Wire for Vec<T> {
    type Out = Vec<T::Out>;
    fn wire(self) -> Self::Out {
        self.into_iter().map(Wire::wire).collect()
    }
}

impl<T: Wire> Wire for Option<T> {
    type Out = Option<T::Out>;
    fn wire(self) -> Self::Out {
        self.map(Wire::wire)
    }
}

impl<T: Wire, E: Wire> Wire for Result<T, E> {
    type Out = Result<T::Out, E::Out>;
    fn wire(self) -> Self::Out {
        self.map(Wire::wire).map_err(Wire::wire)
    }
}

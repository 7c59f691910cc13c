//! `accounts`

use hookwright_core as core;

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::accounts as wit;
use crate::imports::with_call;

impl wit::Guest for Component {
    fn set_limits(account: String, limits: wit::Limits) -> Result<wit::Usage, wit::Error> {
        let limits = core::AccountLimits {
            webhooks_allowed: limits.webhooks_allowed,
            max_webhooks: limits.max_webhooks,
            max_events_per_day: limits.max_events_per_day,
        };
        with_call(|call| call.set_account_limits(&account, &limits)).map(Into::into)
    }

    fn get_limits(account: String) -> Result<wit::Usage, wit::Error> {
        with_call(|call| call.account_limits(&account)).map(Into::into)
    }

    fn remove_limits(account: String) -> Result<(), wit::Error> {
        with_call(|call| call.remove_account_limits(&account))
    }
}

impl From<core::AccountUse> for wit::Usage {
    fn from(usage: core::AccountUse) -> Self {
        Self {
            limits: wit::Limits {
                webhooks_allowed: usage.limits.webhooks_allowed,
                max_webhooks: usage.limits.max_webhooks,
                max_events_per_day: usage.limits.max_events_per_day,
            },
            webhooks: usage.webhooks,
            events_today: usage.events_today,
            resets_at: usage.resets_at,
        }
    }
}

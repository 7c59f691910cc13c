//! `policy`

use hookwright_core as core;

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::policy as wit;
use crate::bindings::hookwright::webhooks::types::Error;
use crate::imports::with_call;

impl wit::Guest for Component {
    fn simulate(answers: Vec<wit::Answer>) -> Result<Vec<wit::Step>, Error> {
        let answers: Vec<core::SimulatedAnswer> = answers.into_iter().map(Into::into).collect();
        let steps = with_call(|call| call.simulate(&answers))?;
        Ok(steps.into_iter().map(Into::into).collect())
    }
}

impl From<wit::Answer> for core::SimulatedAnswer {
    fn from(answer: wit::Answer) -> Self {
        match answer {
            wit::Answer::Response(wit::Response { status, retry_after }) => Self::Response { status, retry_after },
            wit::Answer::Failure(kind) => Self::Failure(kind.into()),
        }
    }
}

impl From<core::Moment> for wit::Moment {
    fn from(moment: core::Moment) -> Self {
        Self { earliest: moment.earliest, expected: moment.expected, latest: moment.latest }
    }
}

impl From<core::Step> for wit::Step {
    fn from(step: core::Step) -> Self {
        Self {
            attempt: step.attempt,
            at: step.at.into(),
            state: step.state.into(),
            reason: step.reason,
            next: step.next.map(Into::into),
            failures: step.failures,
            slowed_until: step.slowed_until.map(Into::into),
            disabled: step.disabled,
        }
    }
}

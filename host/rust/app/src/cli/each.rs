//! Commands that take several ids: each has its own result, and one failure does not hide the others.

use std::process::ExitCode;

use hookwright_runtime::CallError;
use hookwright_runtime::types::Error;
use serde::Serialize;

use crate::failure::Failure;
use crate::json::{All, ItemJson};
use crate::output::Output;

/// The most ids that the core takes at once.
const MOST: usize = 100;

/// Ids and what became of each, in the order they were typed.
pub(crate) struct Each<T>(Vec<(String, Result<T, Failure>)>);

/// Calls the core for as many ids as it takes at once, until all are done or a call fails as a whole.
///
/// # Errors
///
/// When the first call fails as a whole. What fails a later one is the result of all ids that are left.
pub(crate) fn in_parts<T>(
    ids: Vec<String>,
    mut call: impl FnMut(Vec<String>) -> Result<Vec<Result<T, Error>>, CallError>,
) -> Result<Each<T>, Failure> {
    let mut results = Vec::with_capacity(ids.len());
    for part in ids.chunks(MOST) {
        match call(part.to_vec()) {
            Ok(answers) => {
                let answers = answers.into_iter().map(|answer| answer.map_err(Failure::from));
                results.extend(part.iter().cloned().zip(answers));
            }
            Err(error) if results.is_empty() => return Err(error.into()),
            Err(error) => {
                let failure = Failure::from(error);
                let left = ids.iter().skip(results.len()).cloned();
                results.extend(left.map(|id| (id, Err(failure.clone()))).collect::<Vec<_>>());
                break;
            }
        }
    }
    Ok(Each(results))
}

/// Does something with one thing after the other.
pub(crate) fn one_by_one<T>(ids: Vec<String>, mut work: impl FnMut(&str) -> Result<T, Failure>) -> Each<T> {
    let results = ids.into_iter().map(|id| {
        let result = work(&id);
        (id, result)
    });
    Each(results.collect())
}

impl<T> Each<T> {
    /// Whether something was done.
    pub(crate) fn any_done(&self) -> bool {
        self.done().next().is_some()
    }

    /// What was done.
    pub(crate) fn done(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(|(_, result)| result.as_ref().ok())
    }

    /// Tells all results, and gives the exit code: a failure if one failed.
    pub(crate) fn tell<J: Serialize>(
        self,
        out: &Output,
        line: impl Fn(&str, T) -> String,
        json: impl Fn(T) -> J,
    ) -> Result<ExitCode, Failure> {
        let all_done = self.0.iter().all(|(_, result)| result.is_ok());
        let code = if all_done { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        if out.is_json() {
            out.json(&All::of(self.0.into_iter().map(|(id, result)| ItemJson::of(&id, result.map(&json)))))?;
            return Ok(code);
        }
        for (id, result) in self.0 {
            match result {
                Ok(done) => out.line(line(&id, done))?,
                Err(failure) => {
                    out.failure(&failure);
                }
            }
        }
        Ok(code)
    }
}

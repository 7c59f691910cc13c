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

/// An id and what became of it, in the order they were typed.
pub(crate) struct Each<T>(Vec<(String, Result<T, Failure>)>);

/// Calls the core for as many ids as it takes at once, until all are done.
///
/// # Errors
///
/// When a call fails as a whole.
pub(crate) fn in_parts<T>(
    ids: Vec<String>,
    mut call: impl FnMut(Vec<String>) -> Result<Vec<Result<T, Error>>, CallError>,
) -> Result<Vec<(String, Result<T, Error>)>, Failure> {
    let mut results = Vec::with_capacity(ids.len());
    for part in ids.chunks(MOST) {
        results.extend(part.iter().cloned().zip(call(part.to_vec())?));
    }
    Ok(results)
}

impl<T> Each<T> {
    pub(crate) fn of(results: Vec<(String, Result<T, Error>)>) -> Self {
        Self(results.into_iter().map(|(id, result)| (id, result.map_err(Failure::from))).collect())
    }

    /// Tells all results, and gives the exit code: a failure if one failed.
    pub(crate) fn tell<J: Serialize>(
        self,
        out: &Output,
        line: impl Fn(&str, T) -> String,
        json: impl Fn(T) -> J,
    ) -> Result<ExitCode, Failure> {
        let code = match self.0.iter().all(|(_, result)| result.is_ok()) {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        };
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

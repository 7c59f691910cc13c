//! Whose objects a call may see, and what an account may be called.

use crate::error::{Error, Result};

/// Whose objects a call may see and change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every object of the installation.
    All,
    /// Only objects that belong to no account.
    Installation,
    /// Only objects of this account.
    Account(String),
}

const ACCOUNT_MAX: usize = 200;

impl Scope {
    /// Whether an object of the account is inside.
    #[must_use]
    pub fn sees(&self, account: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::Installation => account.is_none_or(str::is_empty),
            Self::Account(own) => account == Some(own),
        }
    }

    /// # Errors
    ///
    /// [`Error::Invalid`] when no account can have this name.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Account(account) => match account_problem(account) {
                Some(problem) => Err(Error::field("scope", problem)),
                None => Ok(()),
            },
            Self::All | Self::Installation => Ok(()),
        }
    }

    /// The account as stored, where only one is inside.
    pub(crate) fn account(&self) -> Option<&str> {
        match self {
            Self::All => None,
            Self::Installation => Some(""),
            Self::Account(account) => Some(account),
        }
    }
}

/// What is wrong with an account's name, if anything.
pub(crate) fn account_problem(account: &str) -> Option<String> {
    if account.is_empty() {
        Some("the account is empty; leave it out for the whole installation".to_owned())
    } else if account.len() > ACCOUNT_MAX {
        Some(format!("the account has {} bytes; at most {ACCOUNT_MAX} are allowed", account.len()))
    } else if account.chars().any(char::is_control) {
        Some("the account holds a control character".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_see_their_own() {
        let own = Scope::Account("a".to_owned());
        assert!(own.sees(Some("a")) && !own.sees(Some("b")) && !own.sees(None));
        assert!(Scope::Installation.sees(None) && !Scope::Installation.sees(Some("a")));
        assert!(Scope::All.sees(None) && Scope::All.sees(Some("a")));
    }
}

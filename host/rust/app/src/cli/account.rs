//! The option `--account` of commands that look at stored objects.

use hookwright_runtime::types::Scope;

/// Whose objects a command sees.
#[derive(Debug, clap::Args)]
pub(crate) struct AccountArgs {
    /// Only what belongs to this account
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
}

impl AccountArgs {
    /// Everything where no account was named.
    pub(crate) fn scope(self) -> Scope {
        self.account.map_or(Scope::All, Scope::Account)
    }
}

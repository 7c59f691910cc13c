//! Decides where an installation's settings come from: options of the command line, else the environment.
//!
//! The core knows which settings exist and what they mean (wit/README.md lists them); this keeps only where each came
//! from, so that an error can name what the person typed.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use crate::failure::{Failure, Kind};

/// Begins every variable of this program.
const PREFIX: &str = "HOOKWRIGHT_";

/// Variables with this beginning that are no settings.
const OTHER_VARIABLES: [&str; 8] = [
    "HOOKWRIGHT_COMPONENT",
    "HOOKWRIGHT_DATABASE",
    "HOOKWRIGHT_LOG",
    "HOOKWRIGHT_PLUGINS",
    "HOOKWRIGHT_PLUGIN_DEADLINE",
    "HOOKWRIGHT_SECRET",
    "HOOKWRIGHT_TOKEN",
    "HOOKWRIGHT_TOOLS",
];

/// The settings that were given, with their origin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings(Vec<Setting>);

#[derive(Clone)]
struct Setting {
    key: String,
    value: String,
    /// The option or variable.
    origin: String,
}

impl fmt::Debug for Setting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value may be a key.
        out.write_str(&self.origin)
    }
}

/// An option that stands for settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shorthand {
    /// `--allow-http`
    AllowHttp,
    /// `--allow-local`
    AllowLocal,
}

impl Shorthand {
    fn option(self) -> &'static str {
        match self {
            Self::AllowHttp => "--allow-http",
            Self::AllowLocal => "--allow-local",
        }
    }

    fn pairs(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::AllowHttp => &[("allow-http", "true")],
            Self::AllowLocal => &[("allow-http", "true"), ("allow-addresses", "loopback,private")],
        }
    }
}

impl Settings {
    /// Takes the settings of `--set KEY=VALUE`, of shorthands and, for keys that these leave open, the environment.
    ///
    /// # Errors
    ///
    /// When an option is not `KEY=VALUE`, or a variable is not UTF-8.
    pub(crate) fn collect(options: &[String], shorthands: &[Shorthand]) -> Result<Self, Failure> {
        Self::merge(options, shorthands, env::vars_os())
    }

    /// Key and value of each setting.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        self.0.iter().map(|setting| (setting.key.clone(), setting.value.clone())).collect()
    }

    /// The core's refusal of a setting, told with the option or variable that it came from.
    pub(crate) fn explain(&self, refusal: impl Into<Failure>) -> Failure {
        let names: Vec<_> =
            self.0.iter().rev().map(|setting| (setting.key.as_str(), setting.origin.as_str())).collect();
        refusal.into().naming(&names)
    }

    /// The longest time-out that a request can have.
    pub(crate) fn longest_timeout(&self) -> Duration {
        const DEFAULT_MS: u64 = 30_000;
        self.milliseconds("request-timeout-ms", DEFAULT_MS)
    }

    /// What a lease must have beyond that.
    pub(crate) fn lease_margin(&self) -> Duration {
        const DEFAULT_MS: u64 = 60_000;
        self.milliseconds("least-lease-margin-ms", DEFAULT_MS)
    }

    /// Whether a webhook that becomes active is sent a ping by itself. The core checks the value.
    pub(crate) fn pings(&self) -> bool {
        self.0.iter().find(|setting| setting.key == "ping").is_none_or(|setting| setting.value != "false")
    }

    /// The setting, if it is more than this default. The core checks its bounds.
    fn milliseconds(&self, key: &str, default: u64) -> Duration {
        let given = self.0.iter().find(|setting| setting.key == key).and_then(|setting| setting.value.parse().ok());
        Duration::from_millis(given.unwrap_or(default).max(default))
    }

    fn merge(
        options: &[String],
        shorthands: &[Shorthand],
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Failure> {
        let mut settings: Vec<Setting> =
            options.iter().map(|text| Setting::of_option(text)).collect::<Result<_, _>>()?;
        let typed = settings.len();
        for shorthand in shorthands {
            for (key, value) in shorthand.pairs() {
                // Two shorthands may agree; a `--set` beside one is for the core to refuse.
                if settings[typed..].iter().all(|earlier| earlier.key != *key) {
                    let origin = shorthand.option().to_owned();
                    settings.push(Setting { key: (*key).to_owned(), value: (*value).to_owned(), origin });
                }
            }
        }
        for (name, value) in variables {
            if let Some(setting) = Setting::of_variable(&name, value)?
                && settings.iter().all(|typed| typed.key != setting.key)
            {
                settings.push(setting);
            }
        }
        Ok(Self(settings))
    }
}

impl Setting {
    fn of_option(text: &str) -> Result<Self, Failure> {
        let Some((key, value)) = text.split_once('=') else {
            let message = format!("`{text}` has no value; write it as `{text}=VALUE`");
            return Err(Failure::option("--set", message));
        };
        Ok(Self { key: key.to_owned(), value: value.to_owned(), origin: format!("--set {key}") })
    }

    /// None for a variable that is no setting.
    fn of_variable(name: &OsString, value: OsString) -> Result<Option<Self>, Failure> {
        let Some(name) = name.to_str().filter(|name| !OTHER_VARIABLES.contains(name)) else {
            return Ok(None);
        };
        let Some(key) = name.strip_prefix(PREFIX).filter(|key| !key.is_empty()) else {
            return Ok(None);
        };
        let key = key.to_ascii_lowercase().replace('_', "-");
        match value.into_string() {
            Ok(value) => Ok(Some(Self { key, value, origin: name.to_owned() })),
            Err(_) => Err(Failure::new(Kind::Invalid, format!("{name}: the value is not UTF-8 text"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookwright_runtime::types::{Error, FieldError};

    fn collect(options: &[&str], shorthands: &[Shorthand], variables: &[(&str, &str)]) -> Result<Settings, Failure> {
        let options: Vec<_> = options.iter().map(|text| (*text).to_owned()).collect();
        let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Settings::merge(&options, shorthands, variables)
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn options_win_over_the_environment() {
        let variables = [("HOOKWRIGHT_MAX_PAYLOAD_BYTES", "2048"), ("HOOKWRIGHT_USER_AGENT", "a=b"), ("PATH", "/bin")];
        let settings = collect(&["max-payload-bytes=4096"], &[Shorthand::AllowHttp], &variables).unwrap();
        assert_eq!(
            settings.pairs(),
            [pair("max-payload-bytes", "4096"), pair("allow-http", "true"), pair("user-agent", "a=b")]
        );
    }

    #[test]
    fn shorthands_may_agree_and_win_over_the_environment() {
        let both = [Shorthand::AllowHttp, Shorthand::AllowLocal];
        let settings = collect(&[], &both, &[("HOOKWRIGHT_ALLOW_ADDRESSES", "10.0.0.0/8")]).unwrap();
        assert_eq!(settings.pairs(), [pair("allow-http", "true"), pair("allow-addresses", "loopback,private")]);
        let refusal =
            Error::Invalid(vec![FieldError { field: "allow-addresses".to_owned(), message: "bad".to_owned() }]);
        assert_eq!(settings.explain(refusal).lines(), ["--allow-local: bad"]);
        let twice = collect(&["allow-http=false"], &[Shorthand::AllowLocal], &[]).unwrap();
        assert_eq!(twice.pairs().iter().filter(|(key, _)| key == "allow-http").count(), 2, "the core refuses it");
    }

    #[test]
    fn variables_of_other_use_are_no_settings() {
        let variables = [("HOOKWRIGHT_DATABASE", "x.db"), ("HOOKWRIGHT_COMPONENT", "y"), ("HOOKWRIGHT_LOG", "debug")];
        assert_eq!(collect(&[], &[], &variables).unwrap().pairs(), []);
    }

    #[test]
    fn an_error_names_what_was_typed() {
        let settings = collect(&["user-agent=é"], &[], &[("HOOKWRIGHT_ALLOW_HTTP", "maybe")]).unwrap();
        let field = |field: &str| FieldError { field: field.to_owned(), message: "is wrong".to_owned() };
        let refusal = Error::Invalid(vec![field("user-agent"), field("allow-http")]);
        assert_eq!(
            settings.explain(refusal).lines(),
            ["--set user-agent: is wrong", "HOOKWRIGHT_ALLOW_HTTP: is wrong"]
        );
        assert!(collect(&["user-agent"], &[], &[]).unwrap_err().lines()[0].starts_with("--set: `user-agent` has no"));
    }

    #[test]
    fn pings_are_on_unless_they_are_turned_off() {
        let pings = |options: &[&str]| collect(options, &[], &[("HOOKWRIGHT_PING", "false")]).unwrap().pings();
        assert!(!pings(&[]) && pings(&["ping=true"]) && collect(&[], &[], &[]).unwrap().pings());
    }

    #[test]
    fn a_lease_outlasts_the_longest_request() {
        let settings = collect(&["request-timeout-ms=90000", "least-lease-margin-ms=1000"], &[], &[]).unwrap();
        assert_eq!(settings.longest_timeout(), Duration::from_secs(90));
        assert_eq!(settings.lease_margin(), Duration::from_secs(60));
    }
}

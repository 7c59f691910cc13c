//! Decides how a signing scheme is typed: by its name, with the name of its header where the scheme has none.

use clap::ValueEnum;
use hookwright_runtime::signing::Scheme;

use crate::failure::Failure;

/// Options of every command that signs or verifies.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SchemeArgs {
    /// How the sender signs
    #[arg(long, value_name = "NAME", value_enum, default_value_t = SchemeName::Standard)]
    scheme: SchemeName,
    /// Name of the header with the signature, for the schemes that begin with `hmac-`
    #[arg(long, value_name = "NAME")]
    signature_header: Option<String>,
}

/// The schemes; wit/webhooks/signing.wit says what each of them signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SchemeName {
    /// Standard Webhooks v1: webhook-signature, with a `whsec_` secret
    Standard,
    /// Standard Webhooks v1a: the same with an ed25519 key, `whsk_` to sign and `whpk_` to verify
    #[value(name = "standard-ed25519")]
    StandardEd25519,
    /// Svix: as standard, in svix-signature
    Svix,
    /// GitHub: X-Hub-Signature-256
    Github,
    /// Stripe: Stripe-Signature; the whole text of the secret is the key
    Stripe,
    /// Shopify: X-Shopify-Hmac-Sha256
    Shopify,
    /// WooCommerce: X-WC-Webhook-Signature
    Woocommerce,
    /// Convoy's advanced form: X-Convoy-Signature
    Convoy,
    /// Hook0's v0: X-Hook0-Signature
    #[value(name = "hook0")]
    Hook0,
    /// HMAC-SHA256 of the body in hex, in the header of --signature-header
    #[value(name = "hmac-sha256-hex")]
    HmacSha256Hex,
    /// HMAC-SHA256 of the body in base64
    #[value(name = "hmac-sha256-base64")]
    HmacSha256Base64,
    /// HMAC-SHA512 of the body in hex
    #[value(name = "hmac-sha512-hex")]
    HmacSha512Hex,
    /// HMAC-SHA512 of the body in base64
    #[value(name = "hmac-sha512-base64")]
    HmacSha512Base64,
}

impl SchemeArgs {
    /// The scheme, with its header.
    ///
    /// # Errors
    ///
    /// When a header's name is missing, or is there for nothing.
    pub(crate) fn scheme(&self) -> Result<Scheme, Failure> {
        let plain: fn(String) -> Scheme = match self.scheme {
            SchemeName::HmacSha256Hex => Scheme::HmacSha256Hex,
            SchemeName::HmacSha256Base64 => Scheme::HmacSha256Base64,
            SchemeName::HmacSha512Hex => Scheme::HmacSha512Hex,
            SchemeName::HmacSha512Base64 => Scheme::HmacSha512Base64,
            SchemeName::Standard => return self.fixed(Scheme::Standard),
            SchemeName::StandardEd25519 => return self.fixed(Scheme::StandardEd25519),
            SchemeName::Svix => return self.fixed(Scheme::Svix),
            SchemeName::Github => return self.fixed(Scheme::Github),
            SchemeName::Stripe => return self.fixed(Scheme::Stripe),
            SchemeName::Shopify => return self.fixed(Scheme::Shopify),
            SchemeName::Woocommerce => return self.fixed(Scheme::Woocommerce),
            SchemeName::Convoy => return self.fixed(Scheme::Convoy),
            SchemeName::Hook0 => return self.fixed(Scheme::Hook0),
        };
        self.signature_header.clone().map(plain).ok_or_else(|| {
            Failure::option("--signature-header", "this scheme has no header of its own; name one, as X-Signature")
        })
    }

    /// Whether it is Standard Webhooks v1, whose headers `verify` also takes one by one.
    pub(crate) fn is_standard(&self) -> bool {
        self.scheme == SchemeName::Standard
    }

    fn fixed(&self, scheme: Scheme) -> Result<Scheme, Failure> {
        match self.signature_header {
            None => Ok(scheme),
            Some(_) => Err(Failure::option("--signature-header", "this scheme has a header of its own; leave it out")),
        }
    }
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Signing;

/** Which kind of key a secret is. */
enum SecretKind: string
{
    /** `whsec_` and base64 of the key. */
    case Standard = 'standard';

    /** `whsk_` (seed and public key, to sign) or `whpk_` (public key, to verify), and base64. */
    case Ed25519 = 'ed25519';

    /** Any text, whose bytes are the key. */
    case Text = 'text';
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Signing;

use Hookwright\Internal\Wire;

/**
 * How a sender signs. HMAC is HMAC-SHA256 unless a name says otherwise.
 *
 * The texts of the last four are the name of the header, 1 to 64 characters. A receiver that checks a plain HMAC of
 * the body is served by one of them: Convoy's "simple" form is `hmac-sha256-hex` with `X-Convoy-Signature`.
 */
final class Scheme
{
    private function __construct(
        /** Which case it is: `standard`, `standard-ed25519`, `svix`, `github`, `stripe`, `shopify`, `woocommerce`, `convoy`, `hook0`, `hmac-sha256-hex`, `hmac-sha256-base64`, `hmac-sha512-hex`, `hmac-sha512-base64`. */
        public readonly string $case,
        /** What the case carries; null where it carries nothing. */
        public readonly mixed $value,
    ) {
    }

    /** Standard Webhooks v1: `webhook-signature: v1,…` over id, timestamp and body; kind standard. */
    public static function standard(): self
    {
        return new self('standard', null);
    }

    /** Standard Webhooks v1a: `webhook-signature: v1a,…` over the same; kind ed25519. */
    public static function standardEd25519(): self
    {
        return new self('standard-ed25519', null);
    }

    /** As `standard`, in `svix-id`, `svix-timestamp` and `svix-signature`; kind standard. */
    public static function svix(): self
    {
        return new self('svix', null);
    }

    /** `X-Hub-Signature-256: sha256=…`, hex over the body; kind text. */
    public static function github(): self
    {
        return new self('github', null);
    }

    /** `Stripe-Signature: t=…,v1=…`, hex over timestamp, full stop and body; kind text, which may begin with `whsec_`. */
    public static function stripe(): self
    {
        return new self('stripe', null);
    }

    /** `X-Shopify-Hmac-Sha256`, base64 over the body; kind text. */
    public static function shopify(): self
    {
        return new self('shopify', null);
    }

    /**
     * `X-WC-Webhook-Signature`, base64 over the body; kind text, whose HTML entities of `&`, `<`, `>` and quotes are
     * undone first, as WooCommerce does.
     */
    public static function woocommerce(): self
    {
        return new self('woocommerce', null);
    }

    /** Convoy's advanced form, `X-Convoy-Signature: t=…,v1=…`: hex over timestamp, comma and body; kind text. */
    public static function convoy(): self
    {
        return new self('convoy', null);
    }

    /** Hook0's v0, `X-Hook0-Signature: t=…,v0=…`: hex over timestamp, full stop and body; kind text. */
    public static function hook0(): self
    {
        return new self('hook0', null);
    }

    /** Hex over the body, in this header; kind text. */
    public static function hmacSha256Hex(string $value): self
    {
        return new self('hmac-sha256-hex', $value);
    }

    /** Base64 over the body, in this header; kind text. */
    public static function hmacSha256Base64(string $value): self
    {
        return new self('hmac-sha256-base64', $value);
    }

    /** Hex of HMAC-SHA512 over the body, in this header; kind text. */
    public static function hmacSha512Hex(string $value): self
    {
        return new self('hmac-sha512-hex', $value);
    }

    /** Base64 of HMAC-SHA512 over the body, in this header; kind text. */
    public static function hmacSha512Base64(string $value): self
    {
        return new self('hmac-sha512-base64', $value);
    }

    /** @internal */
    public static function fromWire(mixed $wire): self
    {
        [$case, $value] = Wire::variant($wire);

        return new self($case, match ($case) {
            default => $value,
        });
    }

    /** @internal */
    public function toWire(): mixed
    {
        return match ($this->case) {
            'hmac-sha256-hex' => ['hmac-sha256-hex' => $this->value],
            'hmac-sha256-base64' => ['hmac-sha256-base64' => $this->value],
            'hmac-sha512-hex' => ['hmac-sha512-hex' => $this->value],
            'hmac-sha512-base64' => ['hmac-sha512-base64' => $this->value],
            default => $this->case,
        };
    }
}

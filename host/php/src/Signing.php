<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;
use Hookwright\Internal\Wire;

/**
 * Signatures: `sign` and `verify` for Standard Webhooks v1 by its parts, `sign-headers` and `verify-headers` for any
 * scheme in headers. None of these calls an import.
 */
final class Signing
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * The value of `webhook-signature`: one `v1,…` for each secret, separated by spaces.
     * Fails with `invalid` on a bad secret, id or timestamp.
     *
     * @param list<string> $secrets
     * @throws Exception\HookwrightException
     */
    public function sign(\Hookwright\Signing\Message $message, #[\SensitiveParameter] array $secrets): string
    {
        return $this->core->call('signing.sign', [$message->toWire(), array_values($secrets)]);
    }

    /**
     * Check a message against one secret, in constant time for each signature of the list. `tolerance-seconds` bounds
     * its age both ways. The outer error is a bad secret, the inner one a refused message.
     *
     * @throws Exception\HookwrightException
     */
    public function verify(\Hookwright\Signing\Message $message, string $signature, #[\SensitiveParameter] string $secret, int $now, int $toleranceSeconds): ?\Hookwright\Signing\Refusal
    {
        $answer = $this->core->call('signing.verify', [$message->toWire(), $signature, $secret, $now, $toleranceSeconds]);

        return Wire::either($answer, static fn () => null, static fn ($it) => \Hookwright\Signing\Refusal::fromWire($it));
    }

    /**
     * A new secret: `whsec_` and base64 of `len` random bytes, 24 to 64. Fails with `invalid`.
     *
     * @throws Exception\HookwrightException
     */
    public function generateSecret(int $len): string
    {
        return $this->core->call('signing.generate-secret', [$len]);
    }

    /**
     * The headers of a scheme, as (name, value): one signature for each secret, where the scheme has room for several.
     * The message's id and timestamp are not read by a scheme that does not send them.
     * Fails with `invalid` on a bad header name, id or timestamp, and on a secret that does not fit the scheme.
     *
     * @param list<string> $secrets
     * @return list<array{string, string}>
     * @throws Exception\HookwrightException
     */
    public function signHeaders(\Hookwright\Signing\Scheme $scheme, \Hookwright\Signing\Message $message, #[\SensitiveParameter] array $secrets): array
    {
        return $this->core->call('signing.sign-headers', [$scheme->toWire(), $message->toWire(), array_values($secrets)]);
    }

    /**
     * Check headers as they were received, and the exact body, against one secret: in constant time for each HMAC, by
     * the strict rules for ed25519, 20 signatures at most. Names of headers may be in any case; other headers are
     * ignored. `tolerance-seconds` bounds the age both ways where the scheme signs a time. The outer error is a bad
     * secret or header name, the inner one a refused message.
     *
     * @param list<array{string, string}> $headers
     * @throws Exception\HookwrightException
     */
    public function verifyHeaders(\Hookwright\Signing\Scheme $scheme, array $headers, string $body, #[\SensitiveParameter] string $secret, int $now, int $toleranceSeconds): ?\Hookwright\Signing\HeadersRefusal
    {
        $answer = $this->core->call('signing.verify-headers', [$scheme->toWire(), array_values($headers), base64_encode($body), $secret, $now, $toleranceSeconds]);

        return Wire::either($answer, static fn () => null, static fn ($it) => \Hookwright\Signing\HeadersRefusal::fromWire($it));
    }

    /**
     * A new secret of 32 random bytes: `whsec_…`, `whsk_…`, or 64 hex digits.
     * Fails with `invalid` when the host gives another number of random bytes.
     *
     * @throws Exception\HookwrightException
     */
    public function generateKey(\Hookwright\Signing\SecretKind $kind): string
    {
        return $this->core->call('signing.generate-key', [$kind->value]);
    }

    /**
     * The public key `whpk_…` of a secret `whsk_…`, for receivers. Fails with `invalid` on anything else.
     *
     * @throws Exception\HookwrightException
     */
    public function publicKey(#[\SensitiveParameter] string $secret): string
    {
        return $this->core->call('signing.public-key', [$secret]);
    }
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Registry;

/** What may be set beside URL and topics. None: the default for a new webhook, as it is for a change. */
final class Options
{
    public function __construct(
        /**
         * For people, up to 2,000 characters; empty removes it.
         *
         * @var string|null
         */
        public readonly ?string $description = null,
        /**
         * Who made it, for people and for searching: 1 to 60 characters, as `zapier`. Default `manual`.
         *
         * @var string|null
         */
        public readonly ?string $integration = null,
        /**
         * The person who answers for it: a user's name, id or address, up to 200 characters; empty removes it.
         *
         * @var string|null
         */
        public readonly ?string $owner = null,
        /**
         * Headers that each request carries besides: 20 at most, 4,096 bytes together. Replaces the whole list. Names
         * that HTTP, the content or a signature needs are refused. Values are stored as the secret is, and never read
         * back.
         *
         * @var list<array{string, string}>|null
         */
        public readonly ?array $headers = null,
        /**
         * Which envelope, headers and signature the receiver expects: `standard` (default), `woocommerce`,
         * `ultimate-multisite`, `wink`, `easy-lms`, `github`, `stripe`, `shopify`. Applies to events published from
         * then on.
         *
         * @var string|null
         */
        public readonly ?string $dialect = null,
        /**
         * How the body is written: `json`, `form` or `xml`. Default: the dialect's own.
         *
         * @var string|null
         */
        public readonly ?string $format = null,
        /**
         * Version of the dialect's payload. Default: its newest.
         *
         * @var int|null
         */
        public readonly ?int $payloadVersion = null,
        /**
         * Whether `webhook-id`, `webhook-timestamp` and `webhook-signature` are sent beside a vendor's headers. They need
         * a secret `whsec_…`. Default: true where the dialect signs nothing itself.
         *
         * @var bool|null
         */
        public readonly ?bool $standardHeaders = null,
        /**
         * Delays before the attempts in milliseconds, 1 to 30 of them. Empty: the installation's.
         *
         * @var list<int>|null
         */
        public readonly ?array $retrySchedule = null,
        /**
         * For the whole exchange with the receiver, 1 s to 2 min; a host that leases for less cuts it. 0: the
         * installation's.
         *
         * @var int|null
         */
        public readonly ?int $timeout = null,
        /**
         * Most requests in a second, 1 to 1,000. 0: no limit.
         *
         * @var int|null
         */
        public readonly ?int $requestsPerSecond = null,
        /**
         * Which events by their data: an expression as `data.total >= 100 && data.currency in ["EUR", "CHF"]`, up to
         * 2,000 bytes, in the subset of CEL that wit/filters.md describes. Empty: all.
         *
         * @var string|null
         */
        public readonly ?string $filter = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            description: $wire['description'],
            integration: $wire['integration'],
            owner: $wire['owner'],
            headers: $wire['headers'],
            dialect: $wire['dialect'],
            format: $wire['format'],
            payloadVersion: $wire['payload-version'],
            standardHeaders: $wire['standard-headers'],
            retrySchedule: $wire['retry-schedule'],
            timeout: $wire['timeout'],
            requestsPerSecond: $wire['requests-per-second'],
            filter: $wire['filter'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'description' => $this->description,
            'integration' => $this->integration,
            'owner' => $this->owner,
            'headers' => ($this->headers === null ? null : array_values($this->headers)),
            'dialect' => $this->dialect,
            'format' => $this->format,
            'payload-version' => $this->payloadVersion,
            'standard-headers' => $this->standardHeaders,
            'retry-schedule' => ($this->retrySchedule === null ? null : array_values($this->retrySchedule)),
            'timeout' => $this->timeout,
            'requests-per-second' => $this->requestsPerSecond,
            'filter' => $this->filter,
        ];
    }
}

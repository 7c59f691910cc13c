<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** One HTTP request, recorded. */
final class Attempt
{
    public function __construct(
        /** From 1. */
        public readonly int $number,
        /** When the host began to send. */
        public readonly int $startedAt,
        /** How long it took. */
        public readonly int $duration,
        /** Where it went. */
        public readonly string $url,
        /**
         * The headers that were sent; the value is `[redacted]` where it is not known to be harmless.
         *
         * @var list<array{string, string}>
         */
        public readonly array $requestHeaders,
        /**
         * None when the host died before it told. Response headers that carry credentials are `[redacted]`.
         *
         * @var \Hookwright\Deliveries\Outcome|null
         */
        public readonly ?\Hookwright\Deliveries\Outcome $outcome = null,
        /**
         * Why it was a failure; none for a success.
         *
         * @var string|null
         */
        public readonly ?string $reason = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            number: $wire['number'],
            startedAt: $wire['started-at'],
            duration: $wire['duration'],
            url: $wire['url'],
            requestHeaders: $wire['request-headers'],
            outcome: ($wire['outcome'] === null ? null : \Hookwright\Deliveries\Outcome::fromWire($wire['outcome'])),
            reason: $wire['reason'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'number' => $this->number,
            'started-at' => $this->startedAt,
            'duration' => $this->duration,
            'url' => $this->url,
            'request-headers' => array_values($this->requestHeaders),
            'outcome' => ($this->outcome === null ? null : $this->outcome->toWire()),
            'reason' => $this->reason,
        ];
    }
}

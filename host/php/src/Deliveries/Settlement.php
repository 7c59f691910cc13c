<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** A request and its outcome. */
final class Settlement
{
    public function __construct(
        /** From the request. */
        public readonly string $deliveryId,
        /** From the request. */
        public readonly string $claimToken,
        /** When the host began to send. */
        public readonly int $startedAt,
        /** From the start to the last byte that was read, or to the failure. */
        public readonly int $duration,
        /**
         * The headers that were sent.
         *
         * @var list<array{string, string}>
         */
        public readonly array $requestHeaders,
        /** What became of it. */
        public readonly \Hookwright\Deliveries\Outcome $outcome,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            deliveryId: $wire['delivery-id'],
            claimToken: $wire['claim-token'],
            startedAt: $wire['started-at'],
            duration: $wire['duration'],
            requestHeaders: $wire['request-headers'],
            outcome: \Hookwright\Deliveries\Outcome::fromWire($wire['outcome']),
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'delivery-id' => $this->deliveryId,
            'claim-token' => $this->claimToken,
            'started-at' => $this->startedAt,
            'duration' => $this->duration,
            'request-headers' => array_values($this->requestHeaders),
            'outcome' => $this->outcome->toWire(),
        ];
    }
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Registry;

/** How delivery has gone since the last success. */
final class Health
{
    public function __construct(
        /** Failed attempts since the last success. */
        public readonly int $consecutiveFailures,
        /** Deliveries that were answered 2xx since the webhook was created, test events not counted. */
        public readonly int $delivered,
        /** Attempts that failed since the webhook was created, test events not counted. */
        public readonly int $failed,
        /**
         * Time of the first failure since the last success.
         *
         * @var int|null
         */
        public readonly ?int $failingSince = null,
        /**
         * When a receiver last answered 2xx.
         *
         * @var int|null
         */
        public readonly ?int $lastSuccessAt = null,
        /**
         * When an attempt last failed.
         *
         * @var int|null
         */
        public readonly ?int $lastFailureAt = null,
        /**
         * The receiver asked for a pause: nothing is sent before this time.
         *
         * @var int|null
         */
        public readonly ?int $slowedUntil = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            consecutiveFailures: $wire['consecutive-failures'],
            failingSince: $wire['failing-since'],
            lastSuccessAt: $wire['last-success-at'],
            lastFailureAt: $wire['last-failure-at'],
            slowedUntil: $wire['slowed-until'],
            delivered: $wire['delivered'],
            failed: $wire['failed'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'consecutive-failures' => $this->consecutiveFailures,
            'failing-since' => $this->failingSince,
            'last-success-at' => $this->lastSuccessAt,
            'last-failure-at' => $this->lastFailureAt,
            'slowed-until' => $this->slowedUntil,
            'delivered' => $this->delivered,
            'failed' => $this->failed,
        ];
    }
}

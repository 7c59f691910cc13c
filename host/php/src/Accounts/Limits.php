<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Accounts;

/** What an account may have; none is no limit. */
final class Limits
{
    public function __construct(
        /**
         * False: the plan has no webhooks. New ones, activating, testing and pinging are refused, its events make no
         * deliveries to its webhooks, and what was due waits; nothing is paused or deleted, so all goes on once it is true again.
         */
        public readonly bool $webhooksAllowed,
        /**
         * Webhooks at the same time, of any status.
         *
         * @var int|null
         */
        public readonly ?int $maxWebhooks = null,
        /**
         * Events in a UTC day. What is refused, replayed or dropped is not counted.
         *
         * @var int|null
         */
        public readonly ?int $maxEventsPerDay = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            webhooksAllowed: $wire['webhooks-allowed'],
            maxWebhooks: $wire['max-webhooks'],
            maxEventsPerDay: $wire['max-events-per-day'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'webhooks-allowed' => $this->webhooksAllowed,
            'max-webhooks' => $this->maxWebhooks,
            'max-events-per-day' => $this->maxEventsPerDay,
        ];
    }
}

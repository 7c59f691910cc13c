<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Accounts;

/** Limits and what of them is used. */
final class Usage
{
    public function __construct(
        /** What is allowed. */
        public readonly \Hookwright\Accounts\Limits $limits,
        /** Webhooks now. */
        public readonly int $webhooks,
        /** Events of this UTC day, counted since a daily limit was set. */
        public readonly int $eventsToday,
        /** When that count starts again. */
        public readonly int $resetsAt,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            limits: \Hookwright\Accounts\Limits::fromWire($wire['limits']),
            webhooks: $wire['webhooks'],
            eventsToday: $wire['events-today'],
            resetsAt: $wire['resets-at'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'limits' => $this->limits->toWire(),
            'webhooks' => $this->webhooks,
            'events-today' => $this->eventsToday,
            'resets-at' => $this->resetsAt,
        ];
    }
}

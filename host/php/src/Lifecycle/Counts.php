<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Lifecycle;

/** The state of the installation at one moment. */
final class Counts
{
    public function __construct(
        /**
         * Webhooks by status: active, paused, disabled.
         *
         * @var list<\Hookwright\Lifecycle\Count>
         */
        public readonly array $webhooks,
        /**
         * Deliveries by state: pending, sending, retrying, held, delivered, exhausted, cancelled.
         *
         * @var list<\Hookwright\Lifecycle\Count>
         */
        public readonly array $deliveries,
        /**
         * Due time of the oldest delivery that is due and not sent; the health of the dispatcher.
         *
         * @var int|null
         */
        public readonly ?int $oldestDue = null,
        /**
         * That nothing is sent now, and why.
         *
         * @var \Hookwright\Lifecycle\Stopped|null
         */
        public readonly ?\Hookwright\Lifecycle\Stopped $stopped = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            webhooks: array_map(static fn ($item) => \Hookwright\Lifecycle\Count::fromWire($item), array_values($wire['webhooks'])),
            deliveries: array_map(static fn ($item) => \Hookwright\Lifecycle\Count::fromWire($item), array_values($wire['deliveries'])),
            oldestDue: $wire['oldest-due'],
            stopped: ($wire['stopped'] === null ? null : \Hookwright\Lifecycle\Stopped::fromWire($wire['stopped'])),
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'webhooks' => array_map(static fn ($item) => $item->toWire(), array_values($this->webhooks)),
            'deliveries' => array_map(static fn ($item) => $item->toWire(), array_values($this->deliveries)),
            'oldest-due' => $this->oldestDue,
            'stopped' => ($this->stopped === null ? null : $this->stopped->toWire()),
        ];
    }
}

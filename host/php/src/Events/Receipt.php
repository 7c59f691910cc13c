<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Events;

/** Proof that an event is stored. */
final class Receipt
{
    public function __construct(
        /** `evt_…`, sent to every receiver as `webhook-id`. */
        public readonly string $eventId,
        /** Webhooks that it goes to. */
        public readonly int $deliveries,
        /** When it was stored first. */
        public readonly int $publishedAt,
        /**
         * True when an earlier publish with the same idempotency key had stored it, or, where the topic's settings say
         * so, a recent one of the same data.
         */
        public readonly bool $replayed,
        /**
         * What the publisher should know: violations of the schema, and what is deprecated.
         *
         * @var list<string>
         */
        public readonly array $warnings,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            eventId: $wire['event-id'],
            deliveries: $wire['deliveries'],
            publishedAt: $wire['published-at'],
            replayed: $wire['replayed'],
            warnings: $wire['warnings'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'event-id' => $this->eventId,
            'deliveries' => $this->deliveries,
            'published-at' => $this->publishedAt,
            'replayed' => $this->replayed,
            'warnings' => array_values($this->warnings),
        ];
    }
}

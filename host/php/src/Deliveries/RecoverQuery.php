<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** Which failed deliveries to send again. Test events are left out. */
final class RecoverQuery
{
    public function __construct(
        /** Whose deliveries, by the account of the webhook. */
        public readonly \Hookwright\Types\Scope $scope,
        /**
         * `exhausted`, `cancelled` or both; empty means `exhausted`.
         *
         * @var list<\Hookwright\Deliveries\State>
         */
        public readonly array $states,
        /** Deliveries that ended at this time or later. */
        public readonly int $since,
        /**
         * Only deliveries to this webhook.
         *
         * @var string|null
         */
        public readonly ?string $webhookId = null,
        /**
         * Only deliveries of events with this topic, byte for byte.
         *
         * @var string|null
         */
        public readonly ?string $topic = null,
        /**
         * Deliveries that ended at this time or earlier. Default: now, also for the calls that continue.
         *
         * @var int|null
         */
        public readonly ?int $until = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            scope: \Hookwright\Types\Scope::fromWire($wire['scope']),
            webhookId: $wire['webhook-id'],
            topic: $wire['topic'],
            states: array_map(static fn ($item) => \Hookwright\Deliveries\State::from($item), array_values($wire['states'])),
            since: $wire['since'],
            until: $wire['until'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'scope' => $this->scope->toWire(),
            'webhook-id' => $this->webhookId,
            'topic' => $this->topic,
            'states' => array_map(static fn ($item) => $item->value, array_values($this->states)),
            'since' => $this->since,
            'until' => $this->until,
        ];
    }
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** Which deliveries to list, newest first. */
final class Query
{
    public function __construct(
        /** Whose deliveries: by the account of the webhook, whose URL and answers are no other account's business. */
        public readonly \Hookwright\Types\Scope $scope,
        /** Which page. */
        public readonly \Hookwright\Types\Paging $paging,
        /**
         * Only deliveries to this webhook.
         *
         * @var string|null
         */
        public readonly ?string $webhookId = null,
        /**
         * Only deliveries of this event.
         *
         * @var string|null
         */
        public readonly ?string $eventId = null,
        /**
         * Only deliveries of events with this topic, byte for byte.
         *
         * @var string|null
         */
        public readonly ?string $topic = null,
        /**
         * Only deliveries in this state.
         *
         * @var \Hookwright\Deliveries\State|null
         */
        public readonly ?\Hookwright\Deliveries\State $state = null,
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
            eventId: $wire['event-id'],
            topic: $wire['topic'],
            state: ($wire['state'] === null ? null : \Hookwright\Deliveries\State::from($wire['state'])),
            paging: \Hookwright\Types\Paging::fromWire($wire['paging']),
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
            'event-id' => $this->eventId,
            'topic' => $this->topic,
            'state' => ($this->state === null ? null : $this->state->value),
            'paging' => $this->paging->toWire(),
        ];
    }
}

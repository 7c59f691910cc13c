<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Extensions;

/** The attempt that a hook is called for. */
final class DeliveryContext
{
    public function __construct(
        /** What is delivered. */
        public readonly \Hookwright\Extensions\EventContext $event,
        /** `dlv_…` */
        public readonly string $deliveryId,
        /** `wh_…` */
        public readonly string $webhookId,
        /** Its number, from 1. */
        public readonly int $attempt,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            event: \Hookwright\Extensions\EventContext::fromWire($wire['event']),
            deliveryId: $wire['delivery-id'],
            webhookId: $wire['webhook-id'],
            attempt: $wire['attempt'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'event' => $this->event->toWire(),
            'delivery-id' => $this->deliveryId,
            'webhook-id' => $this->webhookId,
            'attempt' => $this->attempt,
        ];
    }
}

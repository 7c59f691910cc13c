<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** How many requests the host has in flight for a webhook. */
final class InFlight
{
    public function __construct(
        /** `wh_…` */
        public readonly string $webhookId,
        /** Requests sent and not yet settled. */
        public readonly int $requests,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            webhookId: $wire['webhook-id'],
            requests: $wire['requests'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'webhook-id' => $this->webhookId,
            'requests' => $this->requests,
        ];
    }
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Events;

/** Whether one webhook would receive an event. */
final class Explanation
{
    public function __construct(
        /** `wh_…` */
        public readonly string $webhookId,
        /** Its name. */
        public readonly string $name,
        /** Where requests go. */
        public readonly string $url,
        /**
         * Everything in the way; empty: it would receive the event.
         *
         * @var list<\Hookwright\Events\Obstacle>
         */
        public readonly array $obstacles,
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
            name: $wire['name'],
            url: $wire['url'],
            obstacles: array_map(static fn ($item) => \Hookwright\Events\Obstacle::fromWire($item), array_values($wire['obstacles'])),
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
            'name' => $this->name,
            'url' => $this->url,
            'obstacles' => array_map(static fn ($item) => $item->toWire(), array_values($this->obstacles)),
        ];
    }
}

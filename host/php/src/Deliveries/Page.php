<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** One page of deliveries. */
final class Page
{
    public function __construct(
        /**
         * The deliveries of this page.
         *
         * @var list<\Hookwright\Deliveries\Delivery>
         */
        public readonly array $items,
        /** Number of deliveries on all pages. */
        public readonly int $total,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            items: array_map(static fn ($item) => \Hookwright\Deliveries\Delivery::fromWire($item), array_values($wire['items'])),
            total: $wire['total'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'items' => array_map(static fn ($item) => $item->toWire(), array_values($this->items)),
            'total' => $this->total,
        ];
    }
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Catalogue;

/** One page of topics, built-in packs first, in their own order. */
final class Page
{
    public function __construct(
        /**
         * The topics of this page.
         *
         * @var list<\Hookwright\Catalogue\Topic>
         */
        public readonly array $items,
        /** Number of topics on all pages. */
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
            items: array_map(static fn ($item) => \Hookwright\Catalogue\Topic::fromWire($item), array_values($wire['items'])),
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

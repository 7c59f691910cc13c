<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Lifecycle;

/** What `purge` or `erase` removed. */
final class Removed
{
    public function __construct(
        /**
         * Rows by kind: webhooks, events, payloads, deliveries, attempts.
         *
         * @var list<\Hookwright\Lifecycle\Count>
         */
        public readonly array $rows,
        /** There may be more: call again. */
        public readonly bool $more,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            rows: array_map(static fn ($item) => \Hookwright\Lifecycle\Count::fromWire($item), array_values($wire['rows'])),
            more: $wire['more'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'rows' => array_map(static fn ($item) => $item->toWire(), array_values($this->rows)),
            'more' => $this->more,
        ];
    }
}
